package run

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestFetch(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("type"))
		switch {
		case r.URL.Path == "/secret" && r.Header.Get("Authorization") != "bearer t0ken":
			w.WriteHeader(http.StatusUnauthorized)
			w.Write([]byte("who are you?\nnobody"))
		case r.Header.Get("Accept") != "application/json, application/x-yaml":
			w.WriteHeader(http.StatusNotAcceptable)
		case strings.Contains(r.URL.Path, "yaml"):
			w.Write([]byte("a: yes"))
		default:
			w.Write([]byte(`{"a": true}`))
		}
	}))
	defer server.Close()
	for address, want := range map[string]string{
		"/x?type=application/json":          "",
		"/x?type=application/json%3B%20x=y": "",
		"/yaml?type=application/x-yaml":     "",
		"/yaml?type=application/yaml":       "",
		"/yaml?type=text/plain":             "",
		"/x?type=text/plain":                "",
		"/x.json?type=":                     "",
		"/yaml.yml?type=application/binary": "",
		"/x?type=text/html":                 `the answer is of type "text/html"`,
		"/secret":                           "Failed to fetch the experiment: the server answered 401 Unauthorized: who are you?\nnobody\ncheck",
		"/x%zz":                             `the answer is of type ""`,
	} {
		node, found := fetch(t.Context(), server.URL+address, false, func(string) string { return "" })
		if want == "" {
			if a, _ := node.Map().Get("a"); a != true {
				t.Errorf("%s: %v %v", address, node, found)
			}
		} else if node != nil || !strings.Contains(found.Error(), want) {
			t.Errorf("%s: got %v, want %q", address, found, want)
		}
	}
	bearer := func(host string) string {
		if "http://"+host != server.URL {
			t.Errorf("asked for the authorization of %s", host)
		}
		return "bearer t0ken"
	}
	if node, found := fetch(t.Context(), server.URL+"/secret?type=application/json", false, bearer); node == nil {
		t.Error(found)
	}
	server.Close()
	if _, found := fetch(t.Context(), server.URL, false, bearer); !strings.Contains(found.Error(), "cannot be fetched: connect") {
		t.Error(found)
	}
	if _, found := fetch(t.Context(), "ftp://x/y", false, nil); !strings.Contains(found.Error(), "the URL 'ftp://x/y' begins with neither http:// nor https://") {
		t.Error(found)
	}
}

// Addresses are quoted as a probe's are. An authorization is for the server alone
// that was asked for it.
func TestFetchRedirects(t *testing.T) {
	experiment := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-yaml; charset=windows-1251")
		w.Write([]byte("a: \xef\xf0\xe8\nquery: '" + r.URL.RawQuery + "'\nas: '" + r.Header.Get("Authorization") + "'\n"))
	}
	other := httptest.NewServer(http.HandlerFunc(experiment))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
			return
		}
		experiment(w, r)
	}))
	defer server.Close()
	bearer := func(string) string { return "bearer t0ken" }
	for address, want := range map[string][2]string{
		"/x y?a=b c":                    {"a=b%20c", "bearer t0ken"},
		"/?to=/new?q=a b":               {"q=a%20b", "bearer t0ken"},
		"/?to=" + other.URL + "/?q=50%": {"q=50%25", ""},
	} {
		node, found := fetch(t.Context(), server.URL+address, false, bearer)
		if node == nil {
			t.Errorf("%s: %v", address, found)
			continue
		}
		if m := node.Map(); m.Text("a") != "при" || m.Text("query") != want[0] || m.Text("as") != want[1] {
			t.Errorf("%s: got %v %v %v, want %q", address, m.Text("a"), m.Text("query"), m.Text("as"), want)
		}
	}
	for address, want := range map[string]string{
		"http://me:s3cret@127.0.0.1:1:2/": "http://me:s3cret@127.0.0.1:1:2/: cannot be fetched: the URL 'http://me:s3cret@127.0.0.1:1:2/' has more than one port",
		"http://me:s3cret@127.0.0.1:1/":   "http://me:s3cret@127.0.0.1:1/: cannot be fetched: connect",
	} {
		if _, found := fetch(t.Context(), address, false, bearer); !strings.HasPrefix(found.Error(), want) {
			t.Errorf("%s: got %v", address, found)
		}
	}
	if _, found := fetch(t.Context(), server.URL, false, func(string) string { return "a\nb" }); !strings.Contains(found.Error(), "authorization cannot be sent") {
		t.Errorf("an authorization of two lines: %v", found)
	}
}

// The limit of a document counts once more for its text.
func TestFetchCountsText(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-yaml; charset=gbk")
		w.Write([]byte(strings.Repeat("\xff", maxFetched/3+1)))
	}))
	defer server.Close()
	if _, found := fetch(t.Context(), server.URL, false, func(string) string { return "" }); !strings.Contains(found.Error(), "is larger than 32 MiB") {
		t.Errorf("%.200v", found)
	}
}

// A server that never answers is given up.
func TestFetchGivesUp(t *testing.T) {
	defer func(limit time.Duration) { fetchLimit = limit }(fetchLimit)
	fetchLimit = 50 * time.Millisecond
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	_, found := fetch(t.Context(), server.URL, false, func(string) string { return "" })
	if !strings.Contains(found.Error(), "no answer within 50ms") {
		t.Error(found)
	}
}

func TestIsURL(t *testing.T) {
	for source, want := range map[string]bool{"http://x": true, "ftp://x": true, "x.json": false, "./a://b": false, "://": false} {
		if isURL(source) != want {
			t.Errorf("isURL(%q) is %v", source, !want)
		}
	}
}

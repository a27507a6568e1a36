package conformance

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestServer(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "e.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := StartServer(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct {
		method, path, body string
		code               int
		kind, want         string
	}{
		{"GET", "/status/503", "", 503, "text/plain", "status 503"},
		{"GET", "/status/204", "", 204, "", ""},
		{"GET", "/status/99", "", 400, "text/plain; charset=utf-8", "no such status\n"},
		{"GET", "/json-charset", "", 200, "application/json; charset=utf-8", `{"a": 1, "list": [1, 2, 3], "name": "x"}`},
		{"HEAD", "/json", "", 200, "application/json", ""},
		{"GET", "/empty-json", "", 200, "application/json", ""},
		{"GET", "/latin1", "", 200, "text/plain; charset=iso-8859-1", "caf\xe9"},
		{"PUT", "/echo?a=1", "x", 200, "application/json", `{"body":"x","headers":{"X-Mark":"m"},"method":"PUT","query":"a=1"}`},
		{"GET", "/redirect", "", 200, "text/plain", "hello, world"},
		{"GET", "/counter/a?ok=1", "", 200, "text/plain", "1"},
		{"GET", "/counter/a?ok=1", "", 500, "text/plain", "2"},
		{"GET", "/counter/b?bad=1", "", 500, "text/plain", "1"},
		{"GET", "/counter/b?bad=1", "", 200, "text/plain", "2"},
		{"GET", "/get/s", "", 200, "text/plain", "status 200"},
		{"POST", "/set/s?status=503&json=1", "", 200, "text/plain", "set"},
		{"GET", "/get/s", "", 503, "application/json", `{"status": 503}`},
		{"GET", "/authorised", "", 401, "text/plain", "who is asking?"},
		{"GET", "/file/e.json?type=a/b", "", 200, "a/b", "{}"},
		{"GET", "/file/e.json?type=a/b&want=me", "", 401, "text/plain", "who is asking?"},
		{"GET", "/file/none", "", 404, "text/plain; charset=utf-8", "404 page not found\n"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Mark", "m")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != c.code || answer.Header.Get("Content-Type") != c.kind || string(body) != c.want {
			t.Errorf("%s %s: got %d %q %q (%v), want %d %q %q", c.method, c.path,
				answer.StatusCode, answer.Header.Get("Content-Type"), body, err, c.code, c.kind, c.want)
		}
	}
}

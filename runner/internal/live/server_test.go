package live

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// served is a room with its page.
func served(t *testing.T, buttons bool) (r *Room, at string, acts chan Action, end func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r = NewRoom("What is seen?", "exchange.dat", [][2]string{{"weak", "the <b>fragile</b> one"}, {"resilient", "the other"}})
	acts = make(chan Action, 4)
	s := &Server{Room: r, Clean: strings.TrimSpace, Hosts: []string{l.Addr().String()}, Buttons: buttons, Act: func(a Action) bool {
		select {
		case acts <- a:
			return true
		default:
			return false
		}
	}}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { s.Serve(ctx, l); close(over) }()
	end = func() { stop(); <-over }
	t.Cleanup(end)
	return r, "http://" + l.Addr().String(), acts, end
}

func get(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.Header.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(answer.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%s has the headers %v", address, answer.Header)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPages serves what the page needs, all of it its own.
func TestPages(t *testing.T) {
	r, at, _, _ := served(t, true)
	r.Answered(0, Mark{At: time.Now(), State: "broke", Word: "500", Text: "<i>internal</i>"})
	r.File(0, "gone")
	r.Judged(0, "deviated", "WEAKNESS FOUND")
	for path, want := range map[string]string{"/": "the &lt;b&gt;fragile&lt;/b&gt; one", "/table": "500 &lt;i&gt;internal&lt;/i&gt;", "/hands": `name="holds"`, "/live.js": "EventSource", "/live.css": ".lane"} {
		if text := get(t, at+path); !strings.Contains(text, want) {
			t.Errorf("%s does not have %q", path, want)
		}
	}
	if text := get(t, at+"/table"); !strings.Contains(text, "WEAKNESS FOUND") || !strings.Contains(text, `http-equiv="refresh"`) {
		t.Errorf("the table is\n%s", text)
	}
	if text := get(t, at+"/hands"); strings.Contains(text, `http-equiv="refresh"`) {
		t.Error("the page to type in does not stand still")
	}
	for _, name := range []string{"live.js"} {
		if text := get(t, at+"/"+name); len(text) > 15<<10 || regexp.MustCompile(`innerHTML|document\.write|eval`).MatchString(text) {
			t.Errorf("%s has %d bytes, or writes HTML", name, len(text))
		}
	}
}

// TestGuards refuses whatever does not come from the page itself.
func TestGuards(t *testing.T) {
	_, at, acts, _ := served(t, true)
	token := regexp.MustCompile(`name="token" value="(\w+)"`).FindStringSubmatch(get(t, at+"/"))[1]
	form := func(token, do string) string {
		return url.Values{"token": {token}, "do": {do}, "holds": {"12"}, "breaks": {"5"}}.Encode()
	}
	for _, c := range []struct {
		name, method, path, host, origin, body string
		want                                   int
	}{
		{"the page", "GET", "/", "", "", "", 200},
		{"another host", "GET", "/", "evil.example", "", "", 421},
		{"another port", "GET", "/", "127.0.0.1:1", "", "", 421},
		{"a button", "POST", "/do", "", at, form(token, "take"), 303},
		{"a show of hands", "POST", "/do", "", at, form(token, "predict"), 303},
		{"no origin", "POST", "/do", "", "", form(token, "take"), 403},
		{"another origin", "POST", "/do", "", "http://evil.example", form(token, "take"), 403},
		{"a hidden origin", "POST", "/do", "", "null", form(token, "take"), 403},
		{"no token", "POST", "/do", "", at, form("", "take"), 403},
		{"another token", "POST", "/do", "", at, form(token+"x", "take"), 403},
		{"nothing to ask for", "POST", "/do", "", at, form(token, "quit"), 400},
		{"no hands", "POST", "/do", "", at, url.Values{"token": {token}, "do": {"predict"}, "holds": {"0"}, "breaks": {"0"}}.Encode(), 400},
		{"too many people", "POST", "/do", "", at, strings.Replace(form(token, "predict"), "12", "123456", 1), 400},
		{"a long body", "POST", "/do", "", at, form(token, "take") + "&x=" + strings.Repeat("x", 2000), 400},
		{"a link", "GET", "/do?do=take&token=" + token, "", at, "", 405},
		{"another page", "GET", "/page.html", "", "", "", 404},
		{"another method", "DELETE", "/", "", at, "", 405},
	} {
		request, err := http.NewRequest(c.method, at+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Host = c.host
		if c.origin != "" {
			request.Header.Set("Origin", c.origin)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != c.want {
			t.Errorf("%s: status %d, want %d", c.name, answer.StatusCode, c.want)
		}
	}
	close(acts)
	var got []Action
	for a := range acts {
		got = append(got, a)
	}
	if want := fmt.Sprint([]Action{{"take", Predicted{}}, {"predict", Predicted{12, 5}}}); fmt.Sprint(got) != want {
		t.Errorf("asked for %v, want %s", got, want)
	}
}

// TestNoButtons: a page that others see cannot change anything.
func TestNoButtons(t *testing.T) {
	_, at, acts, _ := served(t, false)
	if text := get(t, at+"/"); strings.Contains(text, "<button") || strings.Contains(text, "token") {
		t.Error("the page has buttons")
	}
	request, err := http.NewRequest("POST", at+"/do", strings.NewReader("do=take"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", at)
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNotFound || len(acts) > 0 {
		t.Errorf("status %d, and %d actions", answer.StatusCode, len(acts))
	}
}

// TestEvents: first comes all of it, then what is new, at last the end, and then the program ends though
// the page is open.
func TestEvents(t *testing.T) {
	r, at, _, end := served(t, true)
	first := time.Now()
	r.Answered(1, Mark{At: first, State: "held", Word: "200"})
	answer, err := http.Get(at + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	in := bufio.NewReader(answer.Body)
	next := func() (name string, s shown) {
		t.Helper()
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if text, is := strings.CutPrefix(line, "event: "); is {
				name = strings.TrimSpace(text)
			}
			if text, is := strings.CutPrefix(line, "data: "); is {
				if err := json.Unmarshal([]byte(text), &s); err != nil {
					t.Fatal(err)
				}
				return name, s
			}
		}
	}
	if name, s := next(); name != "snapshot" || len(s.Lanes) != 2 || len(s.Lanes[1].Marks) != 1 {
		t.Errorf("first came %s %+v", name, s)
	}
	r.Answered(1, Mark{At: first.Add(time.Second), State: "broke", Word: "500"})
	for name, s := next(); ; name, s = next() {
		if name != "tick" {
			t.Fatalf("%s came", name)
		}
		if len(s.Lanes[1].Marks) > 0 {
			if len(s.Lanes[1].Marks) != 1 || s.Lanes[1].Marks[0].Word != "500" || s.Lanes[1].State != "broke" {
				t.Errorf("new was %+v", s.Lanes[1])
			}
			break
		}
	}
	r.End("it is over")
	start := time.Now()
	end()
	if took := time.Since(start); took > time.Second {
		t.Errorf("the end took %v", took)
	}
	for name, s := next(); name != "end"; name, s = next() {
		if s.Ended != "" {
			t.Errorf("%s came with the end", name)
		}
	}
}

// TestWindow: only the last minute is kept.
func TestWindow(t *testing.T) {
	r := NewRoom("", "", [][2]string{{"a", ""}})
	start := time.Now()
	for i := range 1000 {
		r.Answered(0, Mark{At: start.Add(time.Duration(i) * 250 * time.Millisecond), State: "held"})
	}
	if s, _ := r.news(nil, strings.TrimSpace); len(s.Lanes[0].Marks) != 241 {
		t.Errorf("%d answers are kept", len(s.Lanes[0].Marks))
	}
}

// TestMissing: what is true only while a file is away is not said when all of them are there.
func TestMissing(t *testing.T) {
	r := NewRoom("", "", [][2]string{{"a", ""}, {"b", ""}})
	says := func(want string) {
		t.Helper()
		if s, _ := r.news(nil, strings.TrimSpace); s.Does != want {
			t.Errorf("the page says %q, want %q", s.Does, want)
		}
	}
	r.Does("explore", "it is taken away", true)
	r.File(0, "gone")
	r.File(1, "gone")
	r.File(0, "")
	says("it is taken away")
	r.File(1, "")
	says("the file is there again")
	r.Does("explore", "a step", false)
	r.File(1, "gone")
	r.File(1, "")
	says("a step")
}

// TestLateAnswer: an answer that took long is new too, though the other service was asked later.
func TestLateAnswer(t *testing.T) {
	r := NewRoom("", "", [][2]string{{"a", ""}, {"b", ""}})
	start := time.Now()
	r.Answered(1, Mark{At: start.Add(time.Second), State: "held"})
	_, seen := r.news(nil, strings.TrimSpace)
	r.Answered(0, Mark{At: start, State: "no data"})
	if s, _ := r.news(seen, strings.TrimSpace); len(s.Lanes[0].Marks) != 1 || len(s.Lanes[1].Marks) != 0 {
		t.Errorf("new is %+v", s.Lanes)
	}
}

// TestWanted: what is wanted of both services is said once.
func TestWanted(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"200 or 503", "200 or 503", "200 or 503"},
		{"200 or 503", "200", "a: 200 or 503; b: 200"},
		{"200 or 503", "", "a: 200 or 503"},
		{"", "", ""},
	} {
		r := NewRoom("", "", [][2]string{{"a", ""}, {"b", ""}})
		for i, wanted := range []string{c.a, c.b} {
			r.Answered(i, Mark{At: time.Now(), Wanted: wanted})
			r.Answered(i, Mark{At: time.Now()}) // no answer says nothing of what is wanted
		}
		if s, _ := r.news(nil, strings.TrimSpace); s.Wanted != c.want {
			t.Errorf("%q is wanted, want %q", s.Wanted, c.want)
		}
	}
}

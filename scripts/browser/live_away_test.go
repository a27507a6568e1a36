package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestLiveKilled: a page says within five seconds that its runner is lost, and that its answers are old.
func TestLiveKilled(t *testing.T) {
	s := live(t)
	p := s.visit(t, 1280, 720)
	p.until(t, "news", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
	places := ask[string](t, p, tops)
	s.Process.Kill()
	p.until(t, "RUNNER LOST", says+`("RUNNER LOST") && document.querySelectorAll(".held.last, .broke.last").length == 0 && !`+says+`("dat is there")`, 5*time.Second)
	if now := ask[string](t, p, tops); now != places {
		t.Errorf("the lanes and buttons are at %s, and were at %s", now, places)
	}
	for _, bad := range ask[[]string](t, p, cut) {
		t.Errorf("%s is cut", bad)
	}
}

// TestLiveStopped: a page says within five seconds that there are no news, and goes on by itself.
func TestLiveStopped(t *testing.T) {
	s := live(t)
	p := s.visit(t, 1280, 720)
	p.until(t, "news", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
	s.Process.Signal(syscall.SIGSTOP)
	p.until(t, "NO NEWS", says+`("NO NEWS")`, 5*time.Second)
	s.Process.Signal(syscall.SIGCONT)
	p.until(t, "news again", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
}

// TestLiveEnds: the program ends at once though pages are open, and they say so, and that their answers
// are the last ones.
func TestLiveEnds(t *testing.T) {
	s := live(t)
	var tabs []*tab
	for range 3 {
		p := s.visit(t, 1280, 720)
		p.until(t, "news", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
		tabs = append(tabs, p)
	}
	start := time.Now()
	s.Process.Signal(syscall.SIGINT)
	s.Wait()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("the end took %v", took)
	}
	for _, p := range tabs {
		p.until(t, "the end", says+`("the program has ended") && `+says+`("last answer: 200 ") && document.querySelectorAll(".held.last, .broke.last").length == 0 && !`+says+`("dat is there")`, 5*time.Second)
		for _, bad := range ask[[]string](t, p, cut) {
			t.Errorf("%s is cut", bad)
		}
	}
}

// TestLiveAgain: a page whose program is away marks what it shows as the last, waits for the program, and
// loads itself again when that is there: its buttons work.
func TestLiveAgain(t *testing.T) {
	for how, signal := range map[string]os.Signal{"the program has ended": syscall.SIGINT, "RUNNER LOST": syscall.SIGKILL} {
		s := live(t)
		p := s.visit(t, 1280, 720)
		p.until(t, "news", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
		s.Process.Signal(signal)
		s.Wait()
		p.until(t, how, says+`("`+how+`") && `+says+`("start it again")`, 5*time.Second)
		at, err := url.Parse(s.url)
		if err != nil {
			t.Fatal(err)
		}
		p.until(t, "the last answer is marked", says+`("last answer: 200")`, time.Second)
		if again := liveAt(t, at.Port()); again.url != s.url {
			t.Fatalf("the page is at %s now, and was at %s", again.url, s.url)
		}
		for deadline := time.Now().Add(10 * time.Second); !strings.Contains(text(p), "exchange.dat is there"); {
			if time.Now().After(deadline) {
				t.Fatalf("%s: there are no news again; the page shows\n%s", how, text(p))
			}
		}
		p.do(t, chromedp.Click(`button[value="take"]`))
		p.until(t, "the button works", says+`("500 internal server error")`, 2*time.Second)
	}
}

// TestLiveManyTabs: a browser has six connections to a program. Pages that nobody sees take none of
// them, and are up to date when somebody looks again.
func TestLiveManyTabs(t *testing.T) {
	s := live(t)
	seen := func(p *tab, state string) {
		ask[bool](t, p, `Object.defineProperty(document, "visibilityState", {value: "`+state+`", configurable: true}); document.dispatchEvent(new Event("visibilitychange"))`)
	}
	var tabs []*tab
	for range 9 {
		p := s.visit(t, 1280, 720)
		p.until(t, "news", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
		seen(p, "hidden")
		tabs = append(tabs, p)
	}
	seen(tabs[0], "visible")
	before := ask[string](t, tabs[0], `document.querySelector(".marks .held").getAttribute("d")`)
	tabs[0].until(t, "news again", `document.querySelector(".marks .held").getAttribute("d") != "`+before+`"`, 2*time.Second)
}

// TestLiveWindows: a browser has six connections to a program. When seven of its pages are seen at once,
// some of them have news, the others say at once why not, and the buttons of the first page work.
func TestLiveWindows(t *testing.T) {
	s := live(t)
	var tabs []*tab
	for range 7 {
		tabs = append(tabs, s.visit(t, 1280, 720))
	}
	for i, p := range tabs {
		want := `document.querySelector("#news").textContent == "live" && document.querySelectorAll(".last.held").length == 2`
		if i >= 4 {
			want = says + `("TOO MANY PAGES are open")`
		}
		p.until(t, fmt.Sprintf("page %d", i+1), want, 2*time.Second)
	}
	tabs[0].do(t, chromedp.Click(`button[value="take"]`))
	tabs[0].until(t, "the button of the first page works", says+`("500 internal server error")`, 1500*time.Millisecond)
	tabs[3].until(t, "the fourth page has news", says+`("500 internal server error")`, time.Second)
	ask[bool](t, tabs[1], `Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true}); document.dispatchEvent(new Event("visibilitychange"))`)
	tabs[4].until(t, "the fifth page finds a place", `document.querySelectorAll(".last.held, .last.broke").length == 2`, 8*time.Second)
}

// TestLiveOldVerdict: a verdict is called the last one where nobody knows what is so now.
func TestLiveOldVerdict(t *testing.T) {
	p := still(t, live(t), 1280, 720)
	shown := `document.querySelector("#verdict-0").className + ": " + document.querySelector("#verdict-0").textContent`
	feed := minute + `([], {shown: "HELD: it survived", verdict: "held"%s})`
	for _, c := range []struct{ more, then, want string }{
		{``, ``, "verdict held: HELD: it survived"},
		{`, state: "no data", last: "none the service has ended"`, ``, "verdict : \u25cb last verdict: HELD: it survived"},
		{``, `window.stream.listeners.full({})`, "verdict : \u25b2 last verdict: HELD: it survived"},
		{``, ``, "verdict held: HELD: it survived"},
	} {
		ask[string](t, p, fmt.Sprintf(feed, c.more))
		if got := ask[string](t, p, c.then+";"+shown); got != c.want {
			t.Errorf("the verdict is shown as %q, want %q", got, c.want)
		}
	}
}

// TestLiveFull: a page whose place somebody else took says so, and has news again by itself.
func TestLiveFull(t *testing.T) {
	s := live(t)
	p := s.visit(t, 1280, 720)
	news := func() {
		t.Helper()
		p.until(t, "news", `document.querySelectorAll(".last.held").length == 2 && document.querySelector("#news").textContent == "live"`, 8*time.Second)
	}
	news()
	for i := range 100 { // of other browsers, which read nothing
		request, err := http.NewRequest("GET", s.url+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.AddCookie(&http.Cookie{Name: "chaos-workshop-browser", Value: strconv.Itoa(i)})
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
	}
	p.until(t, "too many pages", says+`("TOO MANY PAGES are open") && `+says+`("close some of them") && !`+says+`("RUNNER LOST") && document.querySelectorAll(".last.held").length == 0`, 2*time.Second)
	for _, bad := range ask[[]string](t, p, cut) {
		t.Errorf("%s is cut", bad)
	}
	news()
}

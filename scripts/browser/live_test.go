package browser

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// session is a live page under way.
type session struct {
	*exec.Cmd
	url string
	in  io.WriteCloser
}

// live starts the live page.
func live(t *testing.T) *session { return liveAt(t, "0") }

// liveAt starts the live page at a port.
func liveAt(t *testing.T, port string) *session {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "live", "weak", "resilient", "--root", root, "--port", port)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Signal(syscall.SIGINT); c.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	_, url, found := strings.Cut(strings.TrimSpace(line), ": ")
	if err != nil || !found {
		t.Fatalf("the first line is %q: %v", line, err)
	}
	go io.Copy(io.Discard, out)
	return &session{Cmd: c, url: url}
}

// visit opens the live page in a tab.
func (s *session) visit(t *testing.T, width, height int64) *tab {
	t.Helper()
	p := newTab(t)
	p.do(t, chromedp.EmulateViewport(width, height), chromedp.Navigate(s.url))
	return p
}

// until waits for something on the page.
func (p *tab) until(t *testing.T, what, expression string, within time.Duration) {
	t.Helper()
	_, err := chromedp.Run(p, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(within)))
	if err != nil {
		t.Fatalf("not within %v: %s (%v); the page says:\n%s", within, what, err, ask[string](t, p, `document.body.innerText`))
	}
}

const says = `document.body.innerText.includes`

// tops is where the lanes and the buttons are.
const tops = `[...document.querySelectorAll(".lane, .marks, button")].map(e => Math.round(e.getBoundingClientRect().top)).join(" ")`

// cut is what of the page's text is not seen whole without scrolling.
const cut = `[...document.querySelectorAll("h1, h2, p, li, button, input, legend")].filter(e => { const r = e.getBoundingClientRect(); return e.scrollWidth > e.clientWidth || !e.matches("input") && getComputedStyle(e).overflow !== "visible" && e.scrollHeight > e.clientHeight || r.right > innerWidth || r.bottom > innerHeight }).map(e => e.id || e.textContent)`

// TestLive takes the file away and plays the experiment with the page's own buttons.
func TestLive(t *testing.T) {
	s := live(t)
	p := s.visit(t, 1280, 720)
	p.until(t, "both services answer", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
	press := func(button string) { p.do(t, chromedp.Click(`button[value="`+button+`"]`)) }
	press("take")
	p.until(t, "the fragile service fails", says+`("500 internal server error")`, 1500*time.Millisecond)
	p.until(t, "the file is gone", says+`("exchange.dat: gone")`, time.Second)
	press("back")
	p.until(t, "both services answer again", `document.querySelectorAll(".last.held").length == 2 && !`+says+`("dat: gone")`, 1500*time.Millisecond)
	p.until(t, "what the signs mean", says+`("held: as wanted (200 or 503)")`, time.Second)
	places := ask[string](t, p, tops)
	press("play")
	p.until(t, "a step", says+`("weak, a moment ago: fault, move-exchange-file")`, 10*time.Second)
	p.until(t, "both verdicts", says+`("WEAKNESS FOUND") && `+says+`("HELD")`, 40*time.Second)
	if now := ask[string](t, p, tops); now != places {
		t.Errorf("the lanes and buttons are at %s, and were at %s", now, places)
	}
	if bottom := ask[float64](t, p, `document.documentElement.scrollHeight`); bottom > 720 {
		t.Errorf("the page is %v px high", bottom)
	}
	for _, bad := range ask[[]string](t, p, cut) {
		t.Errorf("%s is cut", bad)
	}
	for _, of := range [][2]string{{"prefers-color-scheme", "light"}, {"prefers-color-scheme", "dark"}, {"forced-colors", "active"}} {
		p.do(t, media(of[0], of[1]))
		for _, bad := range ask[[]string](t, p, contrast) {
			t.Errorf("%s: contrast: %s", of[1], bad)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.said) > 0 {
		t.Errorf("the browser says %q", p.said)
	}
}

// ownStream is a step before a page is opened, whose news then come from the test: stream.listeners.
var ownStream = with(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
	Source: `window.EventSource = class { constructor() { this.listeners = {}; window.stream = this } addEventListener(name, f) { this.listeners[name] = f } close() {} }`})

// TestLiveFlat: after ten minutes of news, in fast motion, the page is as small as after one.
func TestLiveFlat(t *testing.T) {
	s := live(t)
	p := newTab(t)
	p.do(t, ownStream, chromedp.EmulateViewport(1280, 720), chromedp.Navigate(s.url))
	const minutes = `(async minutes => {
  window.at = window.at || 1e12;
  for (let i = 0; i < minutes * 240; i++) {
    window.at += 250;
    const word = i % 40 < 20 ? "200" : "500", state = i % 40 < 20 ? "held" : "broke";
    const lane = name => ({name, title: "", instead: state === "held" ? "" : "gone", seconds: 1, verdict: "", shown: "", last: word, state, marks: [{at: window.at, state, word, fault: state === "broke"}]});
    window.stream.listeners.tick({data: JSON.stringify({run: document.body.dataset.run, now: window.at, title: "", file: "exchange.dat", step: "explore", does: "minute", predicted: null, ended: "", lanes: [lane("weak"), lane("resilient")]})});
    if (i % 60 === 0) await new Promise(requestAnimationFrame);
  }
  return document.querySelectorAll("*").length;
})`
	measure := func(n string) (nodes int, heap float64) {
		nodes, err := chromedp.Run(p, chromedp.Evaluate[int](minutes+"("+n+")", chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		p.do(t, with(heapprofiler.CollectGarbage, cdp.Empty{}))
		return nodes, ask[float64](t, p, `performance.memory.usedJSHeapSize`)
	}
	nodes, heap := measure("1.5")
	later, laterHeap := measure("10")
	if later != nodes || laterHeap > heap*1.2 {
		t.Errorf("%d elements and %.0f bytes became %d and %.0f", nodes, heap, later, laterHeap)
	}
}

// TestLiveWithoutScripts: a table loads itself again and again, and shows the same.
func TestLiveWithoutScripts(t *testing.T) {
	s := live(t)
	p := newTab(t)
	p.do(t, with(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.EmulateViewport(1280, 720), chromedp.Navigate(s.url))
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(text(p), "held") {
		if time.Now().After(deadline) {
			t.Fatalf("the table shows\n%s", text(p))
		}
	}
	p.do(t, chromedp.Click(`button[value="take"]`))
	for !strings.Contains(text(p), "500 internal server error") {
		if time.Now().After(deadline) {
			t.Fatalf("the table shows\n%s", text(p))
		}
	}
	p.do(t, chromedp.Navigate(s.url+"/hands"), chromedp.SendKeys(`input[name="holds"]`, "7"), chromedp.Click(`button[value="predict"]`))
	for !strings.Contains(text(p), "Show of hands for weak:") {
		if time.Now().After(deadline) {
			t.Fatalf("the table shows\n%s", text(p))
		}
	}
}

// text is what a page shows; nothing while it loads.
func text(p *tab) string {
	said, _ := chromedp.Run(p, chromedp.Evaluate[string](`document.body.innerText`))
	return said
}

// TestLiveFits: no sideways scrolling on a small screen, and no broken words; a page that is read from
// the back row on each screen.
func TestLiveFits(t *testing.T) {
	s := live(t)
	const broken = `[...document.querySelectorAll(".loop li, th:not(:nth-child(2))")].filter(e => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect().height > 1.6 * parseFloat(getComputedStyle(e).fontSize) }).map(e => e.textContent).join()`
	const large = `document.querySelector(".marks .word").getScreenCTM().a * parseFloat(getComputedStyle(document.querySelector(".marks .word")).fontSize)`
	for width, labels := range map[int64]float64{320: 14, 640: 14, 1280: 22, 1920: 33} {
		height := max(width*9/16, 640)
		p := s.visit(t, width, height)
		p.until(t, "news", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
		if wide := ask[int64](t, p, `document.documentElement.scrollWidth`); wide > width {
			t.Errorf("the page is %d px wide on a screen of %d", wide, width)
		}
		if got := ask[float64](t, p, large); got < labels {
			t.Errorf("the labels have %v px on a screen of %d", got, width)
		}
		if got := ask[float64](t, p, `parseFloat(getComputedStyle(document.querySelector("h1")).fontSize)`); got < labels+2 {
			t.Errorf("the title has %v px on a screen of %d", got, width)
		}
		if words := ask[string](t, p, broken); words != "" {
			t.Errorf("words are broken on a screen of %d: %s", width, words)
		}
		p.do(t, chromedp.Navigate(s.url+"/table"))
		if wide := ask[[]string](t, p, `[...document.querySelectorAll("*")].filter(e => e.scrollWidth > innerWidth || e.getBoundingClientRect().right > innerWidth).map(e => e.tagName)`); len(wide) > 0 {
			t.Errorf("of the table, %v are wider than a screen of %d", wide, width)
		}
		if words := ask[string](t, p, broken); words != "" {
			t.Errorf("words are broken in the table on a screen of %d: %s", width, words)
		}
	}
}

// TestLiveScreens: on a projector, all of the page is seen at once, and its smallest text is large enough.
func TestLiveScreens(t *testing.T) {
	s := live(t)
	const smallest = `Math.min(...[...document.querySelectorAll(".marks text")].filter(e => e.textContent).map(e => e.getScreenCTM().a * parseFloat(getComputedStyle(e).fontSize)), ...[...document.querySelectorAll("h1, h2, p, li, button, input, label, .signs span")].map(e => parseFloat(getComputedStyle(e).fontSize)))`
	for _, c := range []struct{ width, height, least int64 }{{1280, 720, 22}, {1920, 1080, 33}, {1024, 768, 19}, {800, 600, 16}, {320, 640, 14}} {
		p := s.visit(t, c.width, c.height)
		p.until(t, "news", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
		if got := ask[float64](t, p, smallest); got < float64(c.least)-.1 {
			t.Errorf("%d by %d px: the smallest text has %v px, want %d", c.width, c.height, got, c.least)
		}
		if words := ask[string](t, p, `[...document.querySelectorAll(".last")].filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent).join()`); words != "" {
			t.Errorf("%d by %d px: %s is cut", c.width, c.height, words)
		}
		if c.width > 640 {
			for _, bad := range ask[[]string](t, p, cut) {
				t.Errorf("%d by %d px: %s is cut", c.width, c.height, bad)
			}
		}
		p.do(t, chromedp.Navigate("about:blank"))
	}
}

// TestLiveForAll: headings, names for pictures, and a keyboard is enough.
func TestLiveForAll(t *testing.T) {
	s := live(t)
	p := s.visit(t, 1280, 720)
	p.until(t, "news", `document.querySelectorAll(".last.held").length == 2`, 5*time.Second)
	if levels := ask[string](t, p, `[...document.querySelectorAll("h1, h2, h3")].map(h => h.tagName).join(" ")`); levels != "H1 H2 H2" {
		t.Errorf("the headings are %s", levels)
	}
	if unnamed := ask[int](t, p, `[...document.querySelectorAll("svg, section")].filter(e => !document.getElementById(e.getAttribute("aria-labelledby"))?.textContent).length + [...document.querySelectorAll("input:not([type=hidden])")].filter(i => !i.labels.length).length`); unnamed > 0 {
		t.Errorf("%d parts have no name", unnamed)
	}
	if steps := ask[int](t, p, `document.querySelectorAll(".loop [aria-current=step]").length`); steps != 1 {
		t.Errorf("%d steps are the current one", steps)
	}
	var reached []string
	for range 6 {
		p.do(t, chromedp.KeyEvent(kb.Tab))
		reached = append(reached, ask[string](t, p, `document.activeElement.value && (document.activeElement.name == "do" ? document.activeElement.value : document.activeElement.name)`))
		if outline := ask[float64](t, p, `parseFloat(getComputedStyle(document.activeElement).outlineWidth)`); outline < 2 {
			t.Error("nobody sees where the keyboard is")
		}
	}
	if want := "take back play holds breaks predict"; strings.Join(reached, " ") != want {
		t.Errorf("the keyboard reaches %q, want %s", reached, want)
	}
	p.do(t, chromedp.KeyEvent(kb.Enter))
	p.until(t, "no hands", says+`("nobody has raised a hand")`, time.Second)
}

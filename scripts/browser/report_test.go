package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// reports makes the pages of the journals in testdata, in a folder whose name has a blank and letters
// that are not ASCII.
func reports(t *testing.T, names ...string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "my földér 李")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, strings.Join(names, "-")+".html")
	args := []string{"report", "-o", file}
	for _, name := range names {
		journal, err := filepath.Abs(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, journal)
	}
	runner(t, folder, args...)
	return file
}

// TestReportOpens opens pages by their path, and finds on them what their journals have.
func TestReportOpens(t *testing.T) {
	for _, names := range [][]string{{"weak"}, {"weak", "resilient"}, {"states"}, {"hostile"}} {
		file := reports(t, names...)
		p := open(t, file, 1280, 720)
		text := ask[string](t, p, `document.body.innerText`)
		var journal struct {
			Experiment struct{ Title string }
			Verdict    struct{ Word string }
			Run        []struct{ Activity struct{ Name string } }
		}
		written, err := os.ReadFile(filepath.Join("testdata", names[0]+".json"))
		if err == nil {
			err = json.Unmarshal(written, &journal)
		}
		if err != nil {
			t.Fatal(err)
		}
		if names[0] != "hostile" && !strings.Contains(text, "("+journal.Verdict.Word+")") && !strings.Contains(strings.ToLower(text), journal.Verdict.Word) {
			t.Errorf("%v: the verdict is not there:\n%s", names, text)
		}
		if marks := ask[int](t, p, `document.querySelectorAll("svg .mark").length`); marks == 0 {
			t.Errorf("%v: there are no marks", names)
		}
		if found := ask[int](t, p, `document.querySelectorAll("script, img, iframe, object, embed, link, a, form, [onload], [onerror]").length`); found > 0 {
			t.Errorf("%v: %d elements that a report does not need", names, found)
		}
		if ask[int](t, p, `document.getAnimations().length`) > 0 {
			t.Errorf("%v: something moves", names)
		}
		p.quiet(t)
	}
}

// TestReportTimes compares the picture with the journal: each mark and the fault stand where their times are.
func TestReportTimes(t *testing.T) {
	file := reports(t, "weak")
	p := open(t, file, 1280, 720)
	var summary struct {
		Runs []struct {
			Seconds float64
			Events  []struct {
				At    float64
				State string
			}
		}
	}
	journal, _ := filepath.Abs("testdata/weak.json")
	if err := json.Unmarshal([]byte(runner(t, ".", "report", "--format", "json", journal)), &summary); err != nil {
		t.Fatal(err)
	}
	run := summary.Runs[0]
	type mark struct {
		X     float64
		State string
	}
	marks := ask[[]mark](t, p, `[...document.querySelectorAll("svg .mark")].map(m => ({X: m.getBBox().x + m.getBBox().width/2, State: m.classList[1]})).sort((a, b) => a.X - b.X)`)
	if len(marks) != len(run.Events) {
		t.Fatalf("%d marks of %d activities", len(marks), len(run.Events))
	}
	perSecond := (marks[len(marks)-1].X - marks[0].X) / (run.Events[len(marks)-1].At - run.Events[0].At)
	for i, m := range marks {
		want := marks[0].X + (run.Events[i].At-run.Events[0].At)*perSecond
		if m.X < want-1 || m.X > want+1 || m.State != run.Events[i].State {
			t.Errorf("mark %d is %+v, want %s at %.1f", i, m, run.Events[i].State, want)
		}
	}
	out := ask[[]string](t, p, `(() => { const s = document.querySelector("svg"), b = s.viewBox.baseVal; return [...s.querySelectorAll("text, .mark, .band")].filter(e => { const r = e.getBBox(); return r.x < 0 || r.y < 0 || r.x + r.width > b.width || r.y + r.height > b.height }).map(e => e.outerHTML) })()`)
	if len(out) > 0 {
		t.Errorf("outside of the picture: %q", out)
	}
}

// TestReportFirstScreen: a room reads the verdict and what was seen without scrolling.
func TestReportFirstScreen(t *testing.T) {
	p := open(t, reports(t, "weak"), 1280, 720)
	for _, part := range []string{".verdict strong", ".verdict span", ".seen tbody tr:last-child td"} {
		size := ask[float64](t, p, fmt.Sprintf(`parseFloat(getComputedStyle(document.querySelector(%q)).fontSize)`, part))
		bottom := ask[float64](t, p, fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().bottom`, part))
		if size < 24 || bottom > 720 {
			t.Errorf("%s has letters of %v px and ends at %v", part, size, bottom)
		}
	}
	if bottom := ask[float64](t, p, `document.querySelector("svg").getBoundingClientRect().bottom`); bottom > 720 {
		t.Errorf("the picture ends at %v", bottom)
	}
	for _, names := range [][]string{{"weak"}, {"weak", "resilient"}} {
		p := open(t, reports(t, names...), 1280, 720)
		for _, small := range ask[[]string](t, p, `(() => { const svg = document.querySelector("svg"), scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
			return [...document.querySelectorAll("h1, h2, p, p *, td, th, svg text, figcaption")].filter(e => e.textContent.trim() && e.getBoundingClientRect().top < 720 && e.getBoundingClientRect().height > 0)
				.filter(e => parseFloat(getComputedStyle(e).fontSize) * (e.closest("svg") ? scale : 1) < 23.9).map(e => e.textContent.trim() + ": " + getComputedStyle(e).fontSize) })()`) {
			t.Errorf("%v: too small for a wall: %s", names, small)
		}
	}
}

// media is what a person has asked of all pages.
func media(name, value string) chromedp.Action[chromedp.Void] {
	return with(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: name, Value: value}}})
}

// contrast lists the texts and marks whose colours are too close to what is behind them.
const contrast = `(() => {
  const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m };
  const lum = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }); return .2126 * r + .7152 * g + .0722 * b };
  const ratio = (a, b) => { const [x, y] = [lum(a), lum(b)].sort((x, y) => y - x); return (x + .05) / (y + .05) };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] > 0) return c.slice(0, 3) } return [255, 255, 255] };
  document.querySelectorAll("details").forEach(d => d.open = true);
  const bad = [];
  let seen = 0;
  for (const e of document.querySelectorAll("body *")) {
    const s = getComputedStyle(e), isMark = e.matches("svg .mark"), isText = [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()) && e.tagName != "title" && e.tagName != "TITLE";
    if (!isMark && !isText) continue;
    seen++;
    const color = e.closest("svg") ? (isMark && e.classList.contains("no-data") ? s.stroke : s.fill) : s.color;
    const need = isMark || parseFloat(s.fontSize) >= 24 ? 3 : 4.5;
    const r = ratio(parse(color).slice(0, 3), behind(e));
    if (r < need) bad.push(e.tagName + "." + e.getAttribute("class") + " " + (e.textContent || "").trim().slice(0, 20) + ": " + r.toFixed(2));
  }
  return seen < 20 ? ["only " + seen + " texts and marks"] : bad;
})()`

// TestReportContrast measures every text and mark, with a light and a dark page, and with the
// colours that a person has forced.
func TestReportContrast(t *testing.T) {
	for _, of := range [][2]string{{"prefers-color-scheme", "light"}, {"prefers-color-scheme", "dark"}, {"forced-colors", "active"}, {"prefers-contrast", "more"}} {
		p := open(t, reports(t, "states", "weak"), 1280, 720, media(of[0], of[1]))
		for _, bad := range ask[[]string](t, p, contrast) {
			t.Errorf("%s %s: %s", of[0], of[1], bad)
		}
	}
}

// TestReportShapes: each state has a shape and a word of its own, so that nobody needs the colours.
func TestReportShapes(t *testing.T) {
	p := open(t, reports(t, "states"), 1280, 720)
	type mark struct{ State, Shape, Word string }
	marks := ask[[]mark](t, p, `[...document.querySelectorAll("svg .mark")].map(m => ({State: m.classList[1], Shape: m.getAttribute("d").replace(/^M[^a-z]+/, ""), Word: m.textContent.split(",")[0]}))`)
	byShape, byWord, states := map[string]string{}, map[string]string{}, map[string]bool{}
	for _, m := range marks {
		states[m.State] = true
		for by, what := range map[*map[string]string]string{&byShape: m.Shape, &byWord: m.Word} {
			if other, known := (*by)[what]; known && other != m.State {
				t.Errorf("%s and %s look alike: %q", other, m.State, what)
			}
			(*by)[what] = m.State
		}
	}
	if len(states) != 9 || len(byShape) != 9 || len(byWord) != 9 {
		t.Errorf("%d states, %d shapes, %d words: %v", len(states), len(byShape), len(byWord), marks)
	}
}

// TestReportColours: held and broke differ for people who see fewer colours, and in grey.
func TestReportColours(t *testing.T) {
	for _, scheme := range []string{"light", "dark"} {
		for _, kind := range []emulation.SetEmulatedVisionDeficiencyType{"none", "protanopia", "deuteranopia", "tritanopia", "achromatopsia"} {
			p := open(t, reports(t, "states"), 1280, 720, media("prefers-color-scheme", scheme),
				with(emulation.SetEmulatedVisionDeficiency, emulation.SetEmulatedVisionDeficiencyParams{Type: kind}))
			held, broke := colourOf(t, p, "held"), colourOf(t, p, "broke")
			if d := distance(held, broke); d < 15 {
				t.Errorf("%s, %s: held %v and broke %v are %.1f apart", scheme, kind, held, broke, d)
			}
		}
	}
}

// TestReportFits: no sideways scrolling on a small screen, and with letters of twice the size.
func TestReportFits(t *testing.T) {
	for _, names := range [][]string{{"weak"}, {"weak", "resilient"}, {"hostile"}} {
		for _, width := range []int64{320, 640} {
			p := open(t, reports(t, names...), width, 720)
			ask[bool](t, p, `document.querySelectorAll("details").forEach(d => d.open = true) || true`)
			if wide := ask[int64](t, p, `document.documentElement.scrollWidth`); wide > width {
				t.Errorf("%v: the page is %d px wide on a screen of %d", names, wide, width)
			}
		}
	}
}

// TestReportPrints: at most four pages, with what is folded on the screen.
func TestReportPrints(t *testing.T) {
	for _, names := range [][]string{{"weak"}, {"weak", "resilient"}} {
		p := open(t, reports(t, names...), 1280, 720)
		for name, paper := range map[string]chromedp.PaperSize{"A4": chromedp.PaperA4, "Letter": chromedp.PaperLetter} {
			pdf, err := chromedp.Run(p, chromedp.PrintToPDF(chromedp.PDFPaper(paper)))
			if err != nil {
				t.Fatal(err)
			}
			if pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); pages < 1 || pages > 4 {
				t.Errorf("%v, %s: %d pages", names, name, pages)
			}
		}
		p.do(t, with(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
		if height := ask[float64](t, p, `Math.min(...[...document.querySelectorAll("details > :not(summary)")].map(e => e.getBoundingClientRect().height))`); height < 20 {
			t.Error("what is folded is not printed")
		}
	}
}

// TestReportForAll: headings in order, names for pictures, and a keyboard is enough.
func TestReportForAll(t *testing.T) {
	p := open(t, reports(t, "weak", "resilient"), 1280, 720)
	levels := ask[[]int](t, p, `[...document.querySelectorAll("h1, h2, h3, h4")].map(h => +h.tagName[1])`)
	for i, level := range levels {
		if i == 0 && level != 1 || i > 0 && (level == 1 || level > levels[i-1]+1) {
			t.Errorf("the headings have the levels %v", levels)
		}
	}
	if lang := ask[string](t, p, `document.documentElement.lang`); lang != "en" {
		t.Errorf("the language is %q", lang)
	}
	if unnamed := ask[int](t, p, `[...document.querySelectorAll("svg")].filter(s => s.getAttribute("role") != "img" || !document.getElementById(s.getAttribute("aria-labelledby")).textContent || !document.getElementById(s.getAttribute("aria-describedby")).textContent).length`); unnamed > 0 {
		t.Errorf("%d pictures have no name", unnamed)
	}
	if ids := ask[[]string](t, p, `[...document.querySelectorAll("[id]")].map(e => e.id)`); len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
		t.Errorf("an id is there twice: %v", ids)
	}
	folded := ask[int](t, p, `document.querySelectorAll("summary").length`)
	reached := 0
	for range folded + 20 {
		p.do(t, chromedp.KeyEvent(kb.Tab))
		if !ask[bool](t, p, `document.activeElement.tagName == "SUMMARY"`) {
			continue
		}
		reached++
		if outline := ask[float64](t, p, `parseFloat(getComputedStyle(document.activeElement).outlineWidth)`); outline < 2 {
			t.Error("nobody sees where the keyboard is")
		}
		p.do(t, chromedp.KeyEvent(kb.Enter))
		if !ask[bool](t, p, `document.activeElement.parentElement.open`) {
			t.Error("the key Enter does not open it")
		}
		if reached == folded {
			break
		}
	}
	if folded < 5 || reached != folded {
		t.Errorf("the keyboard reaches %d of %d", reached, folded)
	}
}

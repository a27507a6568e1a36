package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// minute tells the page of a minute of answers, four a second, with a fault in each of these ranges.
const minute = `((ranges, more) => {
  const on = i => ranges.some(([from, to]) => i >= from && i < to);
  const at = i => ({at: 1e12 + i * 250, state: on(i) ? "broke" : "held", word: on(i) ? "500" : "200", fault: on(i)});
  const lane = name => ({name, title: "", instead: "", seconds: 0, verdict: "", shown: "", last: "200", state: "held", marks: [...Array(240).keys()].map(at), ...more});
  window.stream.listeners.snapshot({data: JSON.stringify({run: document.body.dataset.run, now: 1e12 + 60000, title: "", file: "exchange.dat", step: "explore", does: "", predicted: {Holds: 12, Breaks: 5}, ended: "", ...more, lanes: [lane("weak"), lane("resilient")]})});
  return [...document.querySelectorAll("#marks-0 text")].map(text => text.textContent).filter(text => text).join(", ");
})`

// still opens a live page whose news come from the test.
func still(t *testing.T, s *session, width, height int64) *tab {
	t.Helper()
	p := newTab(t)
	p.do(t, ownStream, chromedp.EmulateViewport(width, height), chromedp.Navigate(s.url))
	return p
}

// awayAt is the label of a fault that began with an answer.
func awayAt(answer int64) string {
	return time.UnixMilli(1e12 + answer*250).Format("file away 15:04:05")
}

// TestLiveShort: a failure of a moment keeps its label, and the band says what it is.
func TestLiveShort(t *testing.T) {
	p := still(t, live(t), 1280, 720)
	if got, want := ask[string](t, p, minute+`([[200, 201]])`), "200, 500, 200, "+awayAt(200)+", 1 minute ago, now"; got != want {
		t.Errorf("the words are %s, want %s", got, want)
	}
	const size = `["held", "broke"].map(state => document.querySelector("#marks-0 ." + state).getBBox()).map(box => [box.y, box.height])`
	if box := ask[[][]float64](t, p, size); box[1][0] < box[0][0]+box[0][1] || box[1][1] <= box[0][1] {
		t.Errorf("held and broke have the tops and heights %v", box)
	}
}

// TestLiveBands: each fault of the minute has its label, where there is room for it, and no text of the
// picture is over another one or outside.
func TestLiveBands(t *testing.T) {
	s := live(t)
	const over = `(() => {
  const all = document.querySelector("#marks-0").getBoundingClientRect();
  const texts = [...document.querySelectorAll("#marks-0 text")].filter(e => e.textContent).map(e => ({text: e.textContent, box: e.getBoundingClientRect()}));
  return texts.flatMap((a, i) => [
    ...(a.box.left < all.left || a.box.right > all.right || a.box.bottom > all.bottom + 1 ? [a.text + " outside"] : []),
    ...texts.slice(i + 1).filter(b => a.box.left < b.box.right && b.box.left < a.box.right && Math.abs(a.box.top - b.box.top) < 8).map(b => a.text + " over " + b.text)]);
})()`
	for _, c := range []struct {
		name, ranges string
		labels       []int64 // the answers with which the faults of the labels on a wide screen begin
	}{
		{"one after the other", "[20, 60], [100, 130], [150, 180], [200, 240]", []int64{200, 150, 100, 20}},
		{"before the minute", "[0, 36], [100, 130]", []int64{100, 0}},
		{"just now", "[100, 130], [239, 240]", []int64{239, 100}},
		{"just now, soon after another", "[220, 234], [239, 240]", []int64{220}},
		{"very many", "[40, 42], [45, 47], [50, 52], [55, 57], [190, 192], [195, 197]", []int64{195, 55}},
	} {
		for _, width := range []int64{1280, 1920, 900, 640, 320} {
			p := still(t, s, width, 720)
			words := strings.Split(ask[string](t, p, minute+`([`+c.ranges+`])`), ", ")
			var labels, want []string
			for _, word := range words {
				if strings.HasPrefix(word, "file away") {
					labels = append(labels, word)
				}
			}
			for _, answer := range c.labels {
				want = append(want, awayAt(answer))
			}
			if want[len(want)-1] == awayAt(0) { // nobody knows since when
				want[len(want)-1] = "file away"
			}
			if width >= 900 && !slices.Equal(labels, want) || len(labels) == 0 {
				t.Errorf("%s, %d px: the labels are %q, want %q", c.name, width, labels, want)
			}
			for _, bad := range ask[[]string](t, p, over) {
				t.Errorf("%s, %d px: %s", c.name, width, bad)
			}
			if got, want := ask[int](t, p, `document.querySelector("#marks-0 .band").getAttribute("d").split("M").length - 1`), strings.Count(c.ranges, "["); got != want {
				t.Errorf("%s, %d px: %d bands, want %d", c.name, width, got, want)
			}
		}
	}
}

// TestLiveLong: long words are seen whole, and move nothing.
func TestLiveLong(t *testing.T) {
	p := still(t, live(t), 1280, 720)
	ask[string](t, p, minute+`([])`)
	places := ask[string](t, p, tops)
	const reason = "NO VERDICT: the system was not steady before the method, so nothing was done to it: the status is 500, which is not 200 or 503"
	ask[string](t, p, minute+fmt.Sprintf(`([], {shown: %q, verdict: "no-verdict", does: %[1]q, instead: "something else stands there", seconds: 10})`, reason))
	for _, bad := range ask[[]string](t, p, cut) {
		t.Errorf("%s is cut", bad)
	}
	if now := ask[string](t, p, tops); now != places {
		t.Errorf("the lanes and buttons are at %s, and were at %s", now, places)
	}
}

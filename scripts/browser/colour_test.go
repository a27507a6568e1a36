package browser

import (
	"bytes"
	"image/png"
	"math"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// colourOf is the colour in the middle of the first mark of a state, as it is on the screen.
func colourOf(t *testing.T, p *tab, state string) [3]float64 {
	t.Helper()
	place := ask[struct{ X, Y float64 }](t, p, `(() => { const m = document.querySelector("svg .mark.`+state+`"); m.scrollIntoView({block: "center"}); const r = m.getBoundingClientRect(); return {X: r.x + r.width/2 + scrollX, Y: r.y + r.height/2 + scrollY} })()`)
	beyond := true
	shot, err := chromedp.Call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Clip: &page.Viewport{X: place.X - 1, Y: place.Y - 1, Width: 2, Height: 2, Scale: 1}, CaptureBeyondViewport: &beyond})
	if err != nil {
		t.Fatal(err)
	}
	image, err := png.Decode(bytes.NewReader(shot.Data))
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := image.At(1, 1).RGBA()
	return [3]float64{float64(r >> 8), float64(g >> 8), float64(b >> 8)}
}

// distance is how different two colours look: the difference CIE76 (ΔE*ab), for which 2 is just to be seen.
func distance(a, b [3]float64) float64 {
	x, y := lab(a), lab(b)
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

// lab is a colour of sRGB in CIELAB, for the white point D65.
func lab(c [3]float64) [3]float64 {
	var l [3]float64
	for i, v := range c {
		if v /= 255; v <= 0.04045 {
			l[i] = v / 12.92
		} else {
			l[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	f := func(v float64) float64 {
		if v > 216.0/24389 {
			return math.Cbrt(v)
		}
		return (24389.0/27*v + 16) / 116
	}
	x := f((0.4124*l[0] + 0.3576*l[1] + 0.1805*l[2]) / 0.95047)
	y := f(0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2])
	z := f((0.0193*l[0] + 0.1192*l[1] + 0.9505*l[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

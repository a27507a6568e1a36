package cli

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/fatih/color"
)

// linear is a colour of the 256 as amounts of light, from 0 to 1.
func linear(c color.Attribute) (rgb [3]float64) {
	steps := []float64{0, 95, 135, 175, 215, 255}
	for i, at := range []int{int(c-16) / 36, int(c-16) / 6 % 6, int(c-16) % 6} {
		if v := steps[at] / 255; v > 0.04045 {
			rgb[i] = math.Pow((v+0.055)/1.055, 2.4)
		} else {
			rgb[i] = v / 12.92
		}
	}
	return rgb
}

func times(m [3][3]float64, v [3]float64) (product [3]float64) {
	for i, row := range m {
		product[i] = math.Max(0, row[0]*v[0]+row[1]*v[1]+row[2]*v[2])
	}
	return product
}

// lab is a colour as CIELAB has it, where distances are those that people see.
func lab(rgb [3]float64) (l [3]float64) {
	xyz := times([3][3]float64{{.4124, .3576, .1805}, {.2126, .7152, .0722}, {.0193, .1192, .9505}}, rgb)
	f := func(v float64) float64 {
		if v > 0.008856 {
			return math.Cbrt(v)
		}
		return 7.787*v + 16.0/116
	}
	x, y, z := f(xyz[0]/.9505), f(xyz[1]), f(xyz[2]/1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// The two colours can be read on black and on white, and be told apart by people who do
// not see red, green or blue as others do (Machado 2009, severity 1).
func TestColorsCanBeTold(t *testing.T) {
	for _, c := range []color.Attribute{blue, orange} {
		light := linear(c)
		luminance := .2126*light[0] + .7152*light[1] + .0722*light[2]
		if onWhite, onBlack := 1.05/(luminance+.05), (luminance+.05)/.05; onWhite < 4.4 || onBlack < 4.4 {
			t.Errorf("colour %d: contrast %.2f on white, %.2f on black", c, onWhite, onBlack)
		}
	}
	for who, seen := range map[string][3][3]float64{
		"all":    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"protan": {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
		"deutan": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
		"tritan": {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
	} {
		a, b := lab(times(seen, linear(blue))), lab(times(seen, linear(orange)))
		distance := math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
		t.Logf("%s: %.0f", who, distance)
		if distance < 60 {
			t.Errorf("%s: the colours differ by %.0f only", who, distance)
		}
	}
}

// Colours stand only at words, and only where they are wanted: without them the text is
// the same.
func TestPaintedWords(t *testing.T) {
	shown := map[string]string{}
	for _, when := range []string{"always", "never"} {
		c, _, said := testConsole(when)
		c.Line("weak", "GET / 500")
		c.Line("resilient", "GET / 503")
		c.Line("other", "hello")
		r := chapterRun()
		r.Verdict = r.Judge()
		shown[when] = said.String() + c.block(r, closing{heading: ", as this demo should"})
	}
	for _, painted := range []string{"\x1b[1;38;5;130mweak\x1b[", "\x1b[1;38;5;63mresilient\x1b[", "\x1b[1mother\x1b[", "\n\x1b[1;7;38;5;130mWEAKNESS FOUND (deviated)\x1b["} {
		if !strings.Contains(shown["always"], painted) {
			t.Errorf("%q is not in %q", painted, shown["always"])
		}
	}
	if plain := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(shown["always"], ""); plain != shown["never"] || strings.Contains(plain, "\x1b") {
		t.Errorf("with colours %q, without %q", plain, shown["never"])
	}
}

//go:build unix

package main_test

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recording is the picture of make demo in the README.
const recording = "docs/demo.svg"

// compareRecording compares the recording with what make demo says now.
func compareRecording(t *testing.T, project string) {
	said, code := typed(t, project, "", "make demo")
	if code != 0 {
		t.Fatalf("make demo: exit code %d\n%s", code, said)
	}
	path := filepath.Join("..", filepath.FromSlash(recording))
	old, err := os.ReadFile(path)
	if err != nil && !*record {
		t.Fatal(err)
	}
	_, saidRest := lane(masked(said))
	_, shownRest := lane(masked(textOf(t, old)))
	switch {
	case saidRest == shownRest:
	case *record:
		if err := os.WriteFile(path, []byte(animated(recorded(said, said))), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("make demo says\n%s\nand %s shows\n%s(if it is old: go test ./runner -run TestCommandsInDocs -record)", said, recording, textOf(t, old))
	}
}

// textOf are the lines of a recording.
func textOf(t *testing.T, svg []byte) string {
	t.Helper()
	if len(svg) == 0 {
		return ""
	}
	var picture struct {
		Lines []string `xml:"g>g>text"`
	}
	if err := xml.Unmarshal(svg, &picture); err != nil {
		t.Fatal(err)
	}
	if len(picture.Lines) < 10 || !strings.HasPrefix(picture.Lines[0], "$ make demo") {
		t.Fatalf("the recording shows %q", picture.Lines)
	}
	return strings.Join(picture.Lines[1:], "\n") + "\n"
}

// animated is a picture of ten seconds: the lines come one after the other, and those above make
// room. Who wants no motion gets the last of them.
func animated(said string) string {
	const seconds, shown, high, coming = 10, 26, 19, 75.0 // high in pixels, coming in percent of the time
	lines := append([]string{"$ make demo"}, strings.Split(strings.TrimSuffix(said, "\n"), "\n")...)
	var css, text, moves strings.Builder
	for i, line := range lines {
		at := coming * float64(i) / float64(len(lines))
		fmt.Fprintf(&css, "    @keyframes l%d { 0%%, %.1f%% { opacity: 0 } %.1f%%, 100%% { opacity: 1 } }\n    .l%d { animation: l%d %ds infinite }\n", i, max(at-0.1, 0), at, i, i, seconds)
		if up := max(0, i+1-shown) * high; up > 0 {
			fmt.Fprintf(&moves, " %.1f%% { transform: translateY(-%dpx) } %.1f%% { transform: translateY(-%dpx) }", at-0.1, max(up-high, 0), at, up)
		}
		var escaped strings.Builder
		xml.EscapeText(&escaped, []byte(line))
		class := ""
		if strings.HasPrefix(line, "WEAKNESS") || strings.HasPrefix(line, "HELD") || strings.HasPrefix(line, "SAME FAULT") || i == 0 {
			class = " big"
		}
		fmt.Fprintf(&text, "    <text class=\"l%d%s\" x=\"14\" y=\"%d\" xml:space=\"preserve\">%s</text>\n", i, class, 26+i*high, escaped.String())
	}
	up := max(0, len(lines)-shown) * high
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 850 %[1]d" width="850" height="%[1]d" role="img" aria-labelledby="title">
  <title id="title">What make demo prints, in ten seconds: the fragile service fails, the repaired one holds</title>
  <style>
    text { font: 14px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre }
    .big { font-weight: 700 }
    .card { fill: #ffffff; stroke: #8c959f }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .card { fill: #0d1117; stroke: #6e7681 } }
    .up { animation: up %[2]ds infinite; transform: translateY(-%[3]dpx) }
    @keyframes up { 0%% { transform: translateY(0) }%[4]s 100%% { transform: translateY(-%[3]dpx) } }
%[5]s    @media (prefers-reduced-motion: reduce) { .up, text { animation: none !important } }
  </style>
  <rect class="card" x="0.5" y="0.5" width="849" height="%[6]d" rx="10"/>
  <clipPath id="inside"><rect x="0" y="6" width="850" height="%[7]d"/></clipPath>
  <g clip-path="url(#inside)"><g class="up">
%[8]s  </g></g>
</svg>
`, 26+shown*high, seconds, up, moves.String(), css.String(), 25+shown*high, 14+shown*high, text.String())
}

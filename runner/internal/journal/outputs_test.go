package journal

import (
	"bufio"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// Whatever a run can write is read, and of outputs only so much as there is room for: the rest is left out.
// All sizes are a part of the real ones.
func TestLongLines(t *testing.T) {
	const part = 32
	output := func(json string) string {
		return `{"part": "method", "run": {"activity": {"name": "a"}, "start": "1", "output": ` + json + "}}\n"
	}
	zeros := "[" + strings.Repeat("0,", 2_000_000/part-1) + "0]"
	deep := strings.Repeat("[", 500) + strings.Repeat("]", 500)
	short := strings.Repeat(output(`{"status": 200, "headers": {"Server": "x"}, "body": {"a": "b"}}`), 500_000/part)
	for name, c := range map[string]struct {
		lines string
		ends  string // the output that was read last
	}{
		"a long text":      {output(`"` + strings.Repeat(`\n`, 35<<20/part) + `x"`), "\nx"},
		"the most values":  {output(zeros), "0, 0]"},
		"more values":      {output(zeros) + output(zeros), "(left out: 125002 bytes; there is no room for all outputs of the run)"},
		"a short one then": {output(zeros) + output(zeros) + output(`"short"`), "short"},
		"all escaped":      {output(`{"status": 0, "stdout": "` + strings.Repeat(`\u0000`, 64<<20/part) + `", "stderr": ""}`), "of the run)\", \"stderr\": \"\"}"},
		"nested":           {output(deep), "]]]"},
		"a long journal":   {short, `{"a": "b"}}`},
	} {
		l := parseLines(bufio.NewReader(strings.NewReader(`{"begun": {}}`+"\n"+c.lines)), 0, longestLine/part, roomForOutputs/part)
		runs := l.parts["method"]
		read := value.JSON(runs[len(runs)-1].(*value.Map).Value("output"))
		if end := strings.Trim(read[max(0, len(read)-100):], `"`); l.Lost != 0 || !strings.HasSuffix(strings.ReplaceAll(end, `\n`, "\n"), c.ends) {
			t.Errorf("%s: %d lost, the end is %s", name, l.Lost, end)
		}
	}
}

// A line that is longer than any of a run is damaged, and what follows is not read: there may be no end of it.
func TestTooLong(t *testing.T) {
	const most = 2000
	first, method := `{"begun": {}}`+"\n", `{"part": "method", "run": {"activity": {}}}`+"\n"
	long := `{"part": "method", "run": {"activity": {"name": "` + strings.Repeat("x", most) + `"}}}` + "\n"
	for _, text := range []string{first + long, first + method + long, first + long + method} {
		l := parseLines(bufio.NewReader(strings.NewReader(text)), 0, most, roomForOutputs)
		if !l.Damaged() || l.Lost != 1 || l.Begun == nil || l.HasBegun() != strings.HasPrefix(text, first+method) {
			t.Errorf("%.60s: %+v", text, l)
		}
	}
	endless := io.MultiReader(strings.NewReader(first), zeros{})
	if l := parseLines(bufio.NewReader(endless), 0, most, roomForOutputs); !l.Damaged() || l.Begun == nil {
		t.Errorf("without end: %+v", l)
	}
}

// What may be left out of a journal is, and the rest is as it was.
func TestShorten(t *testing.T) {
	long := strings.Repeat("x", longPart)
	for name, c := range map[string]struct{ text, want string }{
		"a text":            {`{"output": "` + long + `", "a": 1}`, `{"output":"(left out: 4099 bytes; there is no room for all outputs of the run)", "a": 1}`},
		"a part of it":      {`{"output": {"status": 0, "stdout": "` + long + `"}, "a": 1}`, `{"output": {"status": 0, "stdout":"(left out: 4099 bytes; there is no room for all outputs of the run)"}, "a": 1}`},
		"all parts":         {`[{"output": {"a": "` + long + `", "b": [1, "]"]}}]`, `[{"output":"(left out: 4121 bytes; there is no room for all outputs of the run)"}]`},
		"cut in the middle": {`{"output": ["` + long, `{"output":"(left out: 4099 bytes; there is no room for all outputs of the run)"`},
		"quoted":            {`{"output": "\"}` + long + `\\", "output": 1}`, `{"output":"(left out: 4104 bytes; there is no room for all outputs of the run)", "output": 1}`},
		"short":             {`{"output": "` + long[300:] + `"}`, `{"output": "` + long[300:] + `"}`},
		"no output":         {`{"a": "` + long + `"}`, `{"a": "` + long + `"}`},
	} {
		s := shortener{from: bufio.NewReaderSize(strings.NewReader(c.text), 16), most: 2 * longPart}
		if got, err := s.next(); err != io.EOF || string(got) != c.want {
			t.Errorf("%s: %v, %s", name, err, got)
		}
		s = shortener{from: bufio.NewReaderSize(strings.NewReader(`{"a": "`+long+long+"\n"), 16), most: 2 * longPart, lines: true}
		if _, err := s.next(); err != errTooLong {
			t.Errorf("a long line: %v", err)
		}
	}
}

// zeros is what a file has where nothing was written.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// An output in the lines is never long: a signal would wait. In the journal it is whole.
func TestLongOutput(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "journal.json"))
	long := strings.Repeat("x", mostInLine)
	for output, want := range map[any]string{
		"short": "short",
		long:    "(left out: 8388672 bytes; a run that is killed keeps no output of more than 8 MiB)",
	} {
		run := aRun("a")
		run.Output = output
		if err := j.Record("method", run); err != nil {
			t.Fatal(err)
		}
		runs := Leftovers(j.Path)[0].parts["method"]
		if got := runs[len(runs)-1].(*value.Map).Text("output"); got != want || run.Output != output {
			t.Errorf("in the lines: %.200s; in the run %d bytes", got, len(run.Output.(string)))
		}
	}
}

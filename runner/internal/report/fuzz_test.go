package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// left are the lines of a run that was killed.
func left(t testing.TB) string {
	v, err := value.ParseJSON([]byte(chapter))
	if err != nil {
		t.Fatal(err)
	}
	m, _ := v.(*value.Map)
	var lines strings.Builder
	lines.WriteString(value.JSON(value.MapOf("begun", value.MapOf("start", m.Value("start"), "experiment", m.Map("experiment"), "process", value.MapOf("pid", int64(1))))) + "\n")
	add := func(part string, runs []any) {
		for _, run := range runs {
			lines.WriteString(value.JSON(value.MapOf("part", part, "run", run)) + "\n")
		}
	}
	add("before", m.Map("steady_states").Map("before").List("probes"))
	add("method", m.List("run"))
	add("after", m.Map("steady_states").Map("after").List("probes"))
	return lines.String()
}

// readText reads a journal's text; nil where it is refused, in one line that says what to do.
func readText(t *testing.T, path string, text []byte) *Run {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	run, err := Read(path)
	var p *problem.Problem
	if err != nil && (!errors.As(err, &p) || p.Do == "" || strings.Contains(p.What, "\n")) {
		t.Fatalf("%q: %v", text, err)
	}
	return run
}

// FuzzRead: whatever a file holds, it is refused or has all kinds of reports. A page is well-formed
// and has nothing in it that acts.
func FuzzRead(f *testing.F) {
	for _, text := range []string{chapter, survived, left(f), `{"run": [{"activity": {"name": "<script>", "type": "action"}, "status": "succeeded", "start": "2026-01-02T03:04:05"}]}`,
		`{"chaoslib-version": 1, "experiment": [], "steady_states": null, "run": {}, "rollbacks": [null], "verdict": "held"}`, `{"run": [{"output": NaN, "exception": ["\u0000<"]}`, ""} {
		f.Add([]byte(text))
	}
	path := filepath.Join(f.TempDir(), "journal.json")
	f.Fuzz(func(t *testing.T, text []byte) {
		run := readText(t, path, text)
		if run == nil {
			return
		}
		mask := &show.Mask{}
		mask.Learn(run.Secrets())
		for _, runs := range [][]*Run{{run}, {run, run}} {
			r := &Report{Runs: runs, Mask: mask}
			checkPage(t, html(t, r))
			r.Markdown()
			if text, err := r.JUnit(); err != nil || xml.Unmarshal(text, new(suites)) != nil {
				t.Fatalf("JUnit: %v\n%s", err, text)
			}
			if text, err := r.JSON(); err != nil || !json.Valid(text) {
				t.Fatalf("JSON: %v\n%s", err, text)
			}
		}
	})
}

// void are the elements of a page that have no end.
var void = regexp.MustCompile(`<(meta|br|hr)\b([^>]*)>`)

// checkPage: each element of a page ends, and none can fetch or do anything.
func checkPage(t *testing.T, page string) {
	t.Helper()
	page = strings.NewReplacer("\ufffe", "?", "\uffff", "?").Replace(page) // XML has no such letters
	d := xml.NewDecoder(strings.NewReader(void.ReplaceAllString(page, "<$1$2/>")))
	d.Entity = xml.HTMLEntity
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v\n%s", err, page)
		}
		start, _ := token.(xml.StartElement)
		acts := func(a xml.Attr) bool {
			name := strings.ToLower(a.Name.Local)
			return strings.HasPrefix(name, "on") || slices.Contains([]string{"src", "href", "style", "action", "srcdoc", "data"}, name)
		}
		if slices.Contains([]string{"script", "iframe", "object", "embed", "link", "img", "base", "form"}, strings.ToLower(start.Name.Local)) || slices.ContainsFunc(start.Attr, acts) {
			t.Fatalf("the page has %+v", start)
		}
	}
}

// FuzzCut: a journal of ours that is cut at any byte reads back, and so do the lines of a run that
// was killed. Each line that is whole counts.
func FuzzCut(f *testing.F) {
	for _, at := range []uint{0, 1, 2, 60, 300, 900, 1500, 3000} {
		f.Add("answers", `{"status": 200, "body": "a \"time\" \\"}`, at)
		f.Add("\"\\\u2028é", `"\\"`, at)
	}
	lines := left(f)
	path := filepath.Join(f.TempDir(), "journal.json")
	f.Fuzz(func(t *testing.T, name, output string, at uint) {
		v, err := value.ParseJSON([]byte(output))
		if err != nil {
			v = output
		}
		named := strings.NewReplacer(`"name": "move"`, `"name": `+value.JSON(name), `"output": false`, `"output": `+value.JSON(v))
		if text := named.Replace(chapter); at > 0 && readText(t, path, []byte(text)[:min(at, uint(len(text)))]) == nil {
			t.Fatalf("%s cut at %d is refused", text, at)
		}
		text := []byte(named.Replace(lines))
		text = text[:min(at, uint(len(text)))]
		run := readText(t, path, text)
		if run == nil {
			t.Fatalf("%s is refused", text)
		}
		whole := max(0, bytes.Count(text, []byte("\n"))-1) // the first line is how the run was begun
		read := len(run.Run)
		for _, state := range []*verdict.State{run.Before, run.After} {
			if state != nil {
				read += len(state.Runs)
			}
		}
		if read != whole && read != whole+1 { // only the end of the last line is missing
			t.Fatalf("%d of %d activities were read: %s", read, whole, text)
		}
	})
}

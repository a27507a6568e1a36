package worker

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

const recordFile = "testdata/toolkit.json"

// record is what the toolkit made of a case, and what our worker's process says
// of it, which a fake one repeats where there is no Python.
type record struct {
	Exit      int    `json:"exit"`
	Status    string `json:"status,omitempty"`
	Run       string `json:"run,omitempty"`
	Output    string `json:"output,omitempty"`
	Exception string `json:"exception,omitempty"`
	Met       *bool  `json:"met,omitempty"`
	Crash     string `json:"crash,omitempty"`
	Journal   string `json:"journal,omitempty"`
	Error     string `json:"error,omitempty"`
	Answer    string `json:"answer,omitempty"`
}

// words is the outcome in the words of a row.
func (r record) words() string {
	switch {
	case r.Run == "succeeded":
		return "returned " + r.Output
	case r.Run == "failed":
		return "raised " + r.Exception
	case r.Error != "":
		return r.Error
	case r.Exit == 0 && r.Crash == "":
		return "valid"
	}
	return "a difference to be named, not " + r.Status + r.Crash
}

func outcomeOf(w *Worker, h *heard, r row) string {
	h.take()
	v, err := w.Call(context.Background(), r.call())
	var noted strings.Builder
	for _, line := range h.take() {
		if _, what, found := strings.Cut(line, "WARNING|'it' gave "); found {
			noted.WriteString(", noted " + strings.TrimSuffix(what, ", which a journal cannot hold: Python's text for it stands there instead"))
		}
	}
	var raised *python.Exception
	var stopped *Interrupted
	switch {
	case errors.As(err, &raised):
		return "raised " + raised.Error()
	case errors.As(err, &stopped):
		return "stopped " + stopped.Class + " " + stopped.Text
	case err != nil:
		return "failed " + err.Error()
	}
	return "returned " + value.JSON(v) + noted.String()
}

// TestAgreesWithToolkit calls and inspects what the toolkit has called and
// inspected: with Python, and with its recorded answers. With
// RECORD_TOOLKIT=/path/to/chaos it asks both and writes down what they say.
func TestAgreesWithToolkit(t *testing.T) {
	if chaos := os.Getenv("RECORD_TOOLKIT"); chaos != "" {
		recordAll(t, chaos)
	}
	data, err := os.ReadFile(recordFile)
	if err != nil {
		t.Fatal(err)
	}
	var records map[string]record
	if err := json.Unmarshal(data, &records); err != nil {
		t.Fatal(err)
	}
	t.Run("python", func(t *testing.T) {
		w, h := withPython(t)
		w.Moved = func(string) {} // the test stays where it is
		compare(t, w, h, records)
	})
	t.Run("recorded", func(t *testing.T) {
		var answers strings.Builder
		answers.WriteString("answers")
		for _, name := range caseNames() {
			answers.WriteString("\n" + records[name].Answer)
		}
		w, h := fake(t, strings.ReplaceAll(answers.String(), "\n\n", "\n{\"value\": null}\n"))
		compare(t, w, h, records)
	})
}

func compare(t *testing.T, w *Worker, h *heard, records map[string]record) {
	replayed, recorded := t.Name() == "TestAgreesWithToolkit/recorded", true
	folder, _ := filepath.Abs("testdata")
	if replayed {
		folder = "<folder>"
	} else {
		version, err := w.Call(context.Background(), Call{Module: "platform", Func: "python_version"})
		if err != nil {
			t.Fatal(err)
		}
		recorded = strings.HasPrefix(value.Text(version), "3.11.")
	}
	for _, r := range rows() {
		want := records[r.name()].words()
		if r.ours != "" {
			want = r.ours
		}
		got := outcomeOf(w, h, r)
		got = strings.ReplaceAll(got, folder, "<folder>")
		if replayed && records[r.name()].Answer == "" {
			continue // a process that died has said nothing
		}
		if r.function == "change_folder" {
			if !replayed {
				do(w, "change_folder", "to", "..")
			}
			continue // the next test looks at it
		}
		if got != want && (recorded || !worded(r.name())) {
			t.Errorf("%s\ngot  %s\nwant %s", r.name(), got, want)
		}
	}
	for _, r := range references() {
		want := records["validate "+r.name()].words()
		if r.ours != "" {
			want = r.ours
		}
		got := strings.ReplaceAll(inspect(t, w, r), folder, "<folder>")
		if got != want && (recorded || !worded(r.name())) {
			t.Errorf("%s\ngot  %s\nwant %s", r.name(), got, want)
		}
	}
}

func (r reference) name() string {
	return row{module: r.module, function: r.function, arguments: r.arguments}.name()
}

func (r reference) reference() Reference {
	return Reference{Kind: "action", Name: "it", Module: r.module, Func: r.function, Arguments: r.arguments}
}

func inspect(t *testing.T, w *Worker, r reference) string {
	t.Helper()
	found, err := w.Inspect(context.Background(), []Reference{r.reference()})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range found[0] {
		if m.Do == "" {
			t.Errorf("nothing to do about: %s", m.What)
		}
		all = append(all, m.What)
	}
	if len(all) == 0 {
		return "valid"
	}
	return strings.Join(all, "; ")
}

func caseNames() (names []string) {
	for _, r := range rows() {
		names = append(names, r.name())
	}
	for _, r := range references() {
		names = append(names, "validate "+r.name())
	}
	return names
}

func recordAll(t *testing.T, chaos string) {
	var cases []any
	var requests [][]byte
	for _, r := range rows() {
		cases = append(cases, experimentOf("run", r))
		call := r.call()
		requests = append(requests, call.request())
	}
	for _, r := range references() {
		cases = append(cases, experimentOf("validate", row{module: r.module, function: r.function, arguments: r.arguments}))
		requests = append(requests, inspection([]Reference{r.reference()}))
	}
	driver := exec.Command(filepath.Join(filepath.Dir(chaos), "python"), "testdata/record.py", chaos)
	driver.Stdin, driver.Stderr = bytes.NewReader([]byte(value.JSON(cases))), os.Stderr
	out, err := driver.Output()
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]record{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for i, name := range caseNames() {
		lines.Scan()
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(name, err)
		}
		r.Answer = answerTo(t, requests[i])
		records[name] = r
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(records); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recordFile, text.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

func experimentOf(command string, r row) *value.Map {
	provider := value.MapOf("type", "python", "module", r.module, "func", r.function, "arguments", r.arguments)
	if r.groups != nil {
		provider.Set("secrets", r.groups)
	}
	activity := value.MapOf("type", "action", "name", "it", "provider", provider)
	if r.tolerance != nil {
		activity.Set("tolerance", r.tolerance)
	}
	return value.MapOf("command", command, "activity", activity, "configuration", r.configuration, "secrets", r.secrets)
}

// answerTo asks a process of its own, and is empty if that dies.
func answerTo(t *testing.T, request []byte) string {
	interpreter, err := find("", os.LookupEnv, "a test")
	if err != nil {
		t.Fatal(err)
	}
	folder, _ := filepath.Abs("testdata")
	cmd := exec.Command(interpreter, "-u", "-c", lineScript+valueScript+taskScript)
	cmd.Env = append(os.Environ(), pythonPath(t), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stdin, cmd.Dir = strings.NewReader(`{"id": 1, `+string(request[1:])+"\n"), filepath.Join(folder, "..")
	out, _ := cmd.Output()
	for line := range strings.Lines(string(out)) {
		parsed, err := value.ParseJSON([]byte(line))
		answer, ok := parsed.(*value.Map)
		if err != nil || !ok || !answer.Has("id") {
			continue
		}
		answer.Delete("id")
		for _, key := range []string{"raised", "error"} {
			if x, ok := answer.Get(key); ok {
				x.(*value.Map).Delete("traceback") // full of this machine's folders
			}
		}
		return strings.ReplaceAll(value.JSON(answer), folder, "<folder>")
	}
	return ""
}

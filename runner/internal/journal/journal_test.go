package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

var anyExperiment = anExperiment(value.MapOf("title", "T"))

func anExperiment(written *value.Map) *experiment.Experiment {
	e, err := experiment.New(written)
	if err != nil {
		panic(err)
	}
	title, _ := written.Get("title")
	e.Begin(title, nil)
	return e
}

// document is a whole journal, verdict included.
func document(r *verdict.Result, e *experiment.Experiment) *value.Map {
	d := Document(r, e)
	AddVerdict(d, r)
	return d
}

func aRun(name string) *verdict.Run {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	return &verdict.Run{Activity: value.MapOf("type", "action", "name", name), Output: "secret", Status: "succeeded", Start: at, End: at.Add(time.Second)}
}

func aResult() *verdict.Result {
	return &verdict.Result{Title: "T", Status: "completed", Verdict: verdict.Verdict{Word: verdict.Held, Reason: "so it is"}}
}

// same is a mask that hides nothing.
func same(v any) any { return v }

func open(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := Open(path, same, &value.Map{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.partial.Close() }) // where it is still open
	return j
}

func files(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return strings.Join(names, " ")
}

// Each activity is on disk as soon as it is over, and stays there when nothing
// else is ever written.
func TestRunnerThatIsKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.json")
	j := open(t, path)
	for i, part := range []string{"before", "method"} {
		if err := j.Record(part, aRun(part)); err != nil {
			t.Fatal(err)
		}
		left := Leftovers(path)
		if len(left) != 1 {
			t.Fatalf("left: %+v", left)
		}
		lines := strings.Split(strings.TrimSuffix(string(read(t, left[0].File)), "\n"), "\n")
		want := fmt.Sprintf(`{"part": "%s", "run": {"activity": {"type": "action", "name": "%s"}, "output": "secret", `+
			`"start": "2026-01-02T03:04:05.000006+00:00", "status": "succeeded", "end": "2026-01-02T03:04:06.000006+00:00", "duration": 1.0}}`, part, part)
		if len(lines) != i+2 || lines[i+1] != want {
			t.Errorf("on disk:\n%s\nwant\n%s", lines[i+1], want)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a journal: %v", err)
	}
	again := open(t, path) // with the same process number
	if left := Leftovers(path); len(left) != 2 || !left[0].HasBegun() && !left[1].HasBegun() {
		t.Errorf("the next run took what the killed one had seen: %+v", left)
	}
	if err := again.Discard(); err != nil || len(Leftovers(path)) != 1 {
		t.Errorf("discarded: %v, %+v", err, Leftovers(path))
	}
}

func TestRecordFromManyGoroutines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.json")
	j := open(t, path)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if err := j.Record("method", aRun(strings.Repeat("x", i*100))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	lines := strings.Split(strings.TrimSpace(string(read(t, Leftovers(path)[0].File))), "\n")
	for _, line := range lines {
		parse(t, []byte(line))
	}
	if len(lines) != 51 {
		t.Errorf("%d lines", len(lines))
	}
}

// Whoever reads while journals are written finds a whole one, old or new, and
// nothing else in the folder when all is done.
func TestNobodyReadsHalfAJournal(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "journal.json")
	result := aResult()
	for range 200 {
		result.Run = append(result.Run, aRun("a"))
	}
	if err := open(t, path).Write(document(result, anyExperiment)); err != nil {
		t.Fatal(err)
	}
	size := len(read(t, path))
	over := make(chan struct{})
	go func() {
		defer close(over)
		for range 20 {
			if j, err := Open(path, same, &value.Map{}); err != nil {
				t.Error(err)
			} else if err := j.Write(document(result, anyExperiment)); err != nil {
				t.Error(err)
			}
		}
	}()
	for done := false; !done; {
		select {
		case <-over:
			done = true
		default:
		}
		if runtime.GOOS == "windows" { // nobody can replace what is always open
			time.Sleep(time.Millisecond)
		}
		data, err := os.ReadFile(path)
		if err != nil && runtime.GOOS == "windows" { // in the moment in which it is replaced
			continue
		}
		if err != nil || len(data) != size {
			t.Fatalf("%d bytes of %d, %v", len(data), size, err)
		}
	}
	if names := files(t, folder); names != "journal.json" {
		t.Errorf("left: %s", names)
	}
}

// What cannot be written is a problem before the run, with what to do.
func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		"":                                   "the journal's path is empty; name a file: --journal-path journal.json",
		folder:                               "the journal's path " + folder + " is a folder; give the folder another name, or name a file in it: --journal-path " + filepath.Join(folder, "journal.json"),
		filepath.Join(folder, "no", "such"):  "the journal cannot be written to " + filepath.Join(folder, "no") + ": ",
		filepath.Join(file, "journal.json"):  "the journal cannot be written to " + file + ": ",
		filepath.Join(folder, "link-to-dir"): "is a folder",
		file + ".partial-1":                  "is as that of what a killed run leaves; name another file: --journal-path journal.json",
	} {
		if strings.HasSuffix(path, "link-to-dir") {
			link(t, folder, path)
		}
		j, err := Open(path, same, &value.Map{})
		if err == nil || j != nil || !strings.Contains(err.Error(), says) || problem.Code(err) != problem.Usage {
			t.Errorf("%q: %v", path, err)
		}
	}
	if names := files(t, folder); names != "file link-to-dir" {
		t.Errorf("left: %s", names)
	}
}

// What is to be hidden is hidden in both files.
func TestMask(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.json")
	j := open(t, path)
	j.mask = func(v any) any {
		text := strings.ReplaceAll(value.JSON(v), "secret", "*****")
		masked, err := value.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return masked
	}
	result := aResult()
	result.Run, result.Proof = verdict.Runs{aRun("a")}, verdict.Runs{aRun("b")}
	if err := j.Record("method", result.Run[0]); err != nil {
		t.Fatal(err)
	}
	partial := read(t, Leftovers(path)[0].File)
	if err := j.Write(document(result, anyExperiment)); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(partial), string(read(t, path))} {
		if strings.Contains(text, "secret") || !strings.Contains(text, "*****") {
			t.Errorf("not hidden in %s", text)
		}
	}
}

// The verdict stands beside the toolkit's keys, with the proofs asked again.
func TestVerdictInTheJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.json")
	result := aResult()
	result.Proof, result.Verdict.Next = verdict.Runs{aRun("gone")}, "go on"
	if err := open(t, path).Write(document(result, anyExperiment)); err != nil {
		t.Fatal(err)
	}
	shown, _ := parse(t, read(t, path)).Get("verdict")
	want := `{"word": "held", "reason": "so it is", "next": "go on", "proof": [{"activity": {"type": "action", "name": "gone"}, "output": "secret", ` +
		`"start": "2026-01-02T03:04:05.000006+00:00", "status": "succeeded", "end": "2026-01-02T03:04:06.000006+00:00", "duration": 1.0}]}`
	if got := value.JSON(shown); got != want {
		t.Errorf("got %s", got)
	}
}

// A pass that did not come to its end has neither yes nor no.
func TestUnfinishedPass(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.json")
	result := aResult()
	result.Before = &verdict.State{}
	if err := open(t, path).Write(document(result, anyExperiment)); err != nil {
		t.Fatal(err)
	}
	states, _ := parse(t, read(t, path)).Get("steady_states")
	want := `{"before": {"steady_state_met": null, "probes": []}, "after": null, "during": []}`
	if got := value.JSON(states); got != want {
		t.Errorf("got %s", got)
	}
}

// Neither a title nor any other key is made up.
func TestExperimentWithoutTitle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.json")
	written := value.MapOf("method", []any{})
	if err := open(t, path).Write(document(aResult(), anExperiment(written))); err != nil {
		t.Fatal(err)
	}
	e, _ := parse(t, read(t, path)).Get("experiment")
	if got := value.JSON(e); got != `{"method": [], "dry": null}` {
		t.Errorf("got %s", got)
	}
}

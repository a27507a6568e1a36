package journal

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// killed leaves a partial journal: a run with a probe before and during the method, an action that
// is over, and one that is not.
func killed(t *testing.T) *Left {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.json")
	e := value.MapOf("title", "T", "steady-state-hypothesis", value.MapOf("probes", []any{value.MapOf("name", "up"), value.MapOf("name", "ok")}))
	j, err := Open(path, same, value.MapOf("folder", "here", "experiment", e, "strategy", value.MapOf("dry", "probes")))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	record := func(part, name, status string, met *bool) {
		if status != "succeeded" {
			at = at.Add(time.Second)
		}
		run := &verdict.Run{Activity: value.MapOf("name", name), Status: status, Start: at, ToleranceMet: met}
		if err := j.Record(part, run); err != nil {
			t.Fatal(err)
		}
	}
	yes, no := true, false
	if err := j.Configured(value.MapOf("port", int64(1))); err != nil {
		t.Fatal(err)
	}
	record("before", "up", "failed", &yes)
	record("before", "ok", "failed", &yes)
	record("method", "fault", "", nil)
	record("method", "fault", "succeeded", nil)
	record("during", "up", "failed", &no)
	record("during", "up", "failed", &yes)
	record("during", "ok", "failed", &yes)
	record("during", "up", "failed", &yes)
	record("method", "wait", "", nil)
	j.partial.Close()
	left := Leftovers(path)
	if len(left) != 1 {
		t.Fatalf("left: %+v", left)
	}
	return left[0]
}

// What a killed run has left is a journal: each run once, each pass with what is known of it.
func TestLeft(t *testing.T) {
	l := killed(t)
	if !l.Alive() || l.PID() != os.Getpid() || !l.HasBegun() || l.Lost != 0 || time.Since(l.Start()) > time.Hour {
		t.Errorf("%+v", l)
	}
	if text := l.Begun.Text("folder") + " " + value.JSON(l.Begun.Map("configuration")); text != `here {"port": 1}` {
		t.Errorf("begun: %s", text)
	}
	d := l.Document()
	var all []string
	states := d.Map("steady_states")
	for _, state := range append([]any{states.Value("before"), states.Value("after")}, states.List("during")...) {
		m, _ := state.(*value.Map)
		all = append(all, value.JSON(m.Value("steady_state_met"))+value.JSON(int64(len(m.List("probes")))))
	}
	for _, run := range d.List("run") {
		all = append(all, run.(*value.Map).Map("activity").Text("name")+" "+run.(*value.Map).Text("status"))
	}
	const want = "true2, null0, false1, true2, null1, fault succeeded, wait "
	if got := strings.Join(all, ", "); got != want || d.Map("experiment").Text("dry") != "probes" {
		t.Errorf("got %s", got)
	}
}

// A partial journal that is cut at any byte is read as far as its lines are whole.
func TestCutAnywhere(t *testing.T) {
	whole, err := os.ReadFile(killed(t).File)
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		l := ParseLeft(bufio.NewReader(bytes.NewReader(whole[:n])), 0)
		lines := bytes.Count(whole[:n], []byte("\n"))
		if l == nil {
			if n >= len(`{"begun"`) {
				t.Fatalf("%d bytes are nothing that a run has left", n)
			}
			continue
		}
		half := 0
		if whole[n-1] != '\n' && whole[n] != '\n' {
			half = 1
		} else if whole[n-1] != '\n' { // only the end of its line is missing
			lines++
		}
		last := string(whole[bytes.LastIndexByte(whole[:n], '\n')+1 : n])
		perhaps := half > 0 && (strings.HasPrefix(last, `{"part": "m`) || strings.HasPrefix(`{"part": "m`, last)) // of the method
		if l.Lost != half || (l.Begun != nil) != (lines > 0) || lines > 0 && l.HasBegun() != (perhaps || lines > 4) {
			t.Fatalf("%d bytes, %d lines: %+v", n, lines, l)
		}
		l.Document()
		if l.Begun == nil || lines > half && whole[n-1] != '\n' {
			continue
		}
		zeros := append(slices.Clone(whole[:n]), make([]byte, 512)...) // as a system leaves it that had no power any more
		if l := ParseLeft(bufio.NewReader(bytes.NewReader(zeros)), 0); l.Damaged() || !l.HasBegun() {
			t.Fatalf("%d bytes (%q), and zeros: %+v", n, last, l)
		}
	}
}

// Whoever takes over goes on behind the last line, also where that is half; only one can.
func TestContinue(t *testing.T) {
	l := killed(t)
	f, err := os.OpenFile(l.File, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(`{"part": "method", "run": {"acti`)
	f.Close()
	if l, err = readLeft(l.File); err != nil || l.Damaged() {
		t.Fatalf("%+v", l)
	}
	j, err := Continue(l, l.Path, same)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Continue(l, l.Path, same); err == nil {
		t.Error("two can take over what they read at the same time")
	}
	if l, err = readLeft(l.File); err != nil || !l.Recovers || l.Damaged() {
		t.Fatalf("%+v", l)
	}
	if _, err := Continue(l, l.Path, same); err == nil {
		t.Error("two can take over")
	}
	if err := j.Record("rollback", aRun("back")); err != nil {
		t.Fatal(err)
	}
	now := Leftovers(l.Path)
	if len(now) != 1 || now[0].Lost != 1 || len(now[0].parts["rollback"]) != 1 || len(now[0].parts["method"]) != 2 || now[0].Begun == nil {
		t.Errorf("%+v", now)
	}
	if err := j.Write(document(aResult(), anyExperiment)); err != nil || files(t, filepath.Dir(l.Path)) != "journal.json" {
		t.Errorf("%v: %s", err, files(t, filepath.Dir(l.Path)))
	}
}

// What nobody has is removed, and what a run has just begun is not. The lines of a run that has not
// undone its fault stay beside its journal.
func TestRemove(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.json")
	f, err := newPartial(path)
	if err != nil {
		t.Fatal(err)
	}
	left := Leftovers(path)[0]
	if left.Remove(); files(t, filepath.Dir(path)) == "" {
		t.Error("a run that begins has lost its file")
	}
	f.Close()
	if left.Remove(); files(t, filepath.Dir(path)) != "" {
		t.Errorf("left: %s", files(t, filepath.Dir(path)))
	}
	j := open(t, path)
	j.Record("rollback", aRun("back"))
	file := j.ToUndo([]string{"back"}, "stopped")
	if err := j.Write(document(aResult(), anyExperiment)); err != nil || file != j.Begun() || files(t, filepath.Dir(path)) != "journal.json "+filepath.Base(file) {
		t.Errorf("left: %s, and not %s; %v", files(t, filepath.Dir(path)), file, err)
	}
	if left, err := readLeft(file); err != nil || left.Ended != "stopped" {
		t.Errorf("%+v", left)
	}
}

// A journal that is newer than the run is its own, or that of another run.
func TestTaken(t *testing.T) {
	l := killed(t)
	own, _ := l.Document().List("run")[0].(*value.Map)
	for _, c := range []struct {
		text            string
		age             time.Duration
		itself, another bool
	}{
		{"", 0, false, false},
		{"old", time.Hour, false, false},
		{"another", -time.Hour, false, true},
		{`{"run": [{"start": "` + own.Text("start") + `"}]}`, -time.Hour, true, false},
	} {
		if c.text != "" {
			if err := os.WriteFile(l.Path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			os.Chtimes(l.Path, time.Time{}, time.Now().Add(-c.age))
		}
		if itself, another := l.Taken(); itself != c.itself || another != c.another {
			t.Errorf("%q: %t, %t", c.text, itself, another)
		}
	}
}

// That a line could not be kept is known afterwards, though there is no room to write it.
func TestUnkept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.json")
	j := open(t, path)
	full := errors.New("the disk is full")
	j.unwritable, j.spare = full, "no other place"
	if err := j.Record("method", aRun("a")); !errors.Is(err, full) {
		t.Error(err)
	}
	if left := Leftovers(path); len(left) != 1 || !left[0].Unkept || !left[0].HasBegun() || left[0].Damaged() || j.Begun() == "" {
		t.Errorf("left: %+v", left)
	}
}

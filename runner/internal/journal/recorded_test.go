package journal

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// A journal of ours has the bytes of the toolkit's for the same run, but for the
// times, the machine and the verdict at its end: the same keys in the same order,
// the same numbers, the same letters. testdata/README.md says how the toolkit's
// came to be.
func TestSameBytesAsTheToolkit(t *testing.T) {
	platform = "PLATFORM" // as in the recorded journals
	for name, strategy := range map[string]experiment.Strategy{
		"whole":       {Hypothesis: "continuously", Frequency: 30},
		"dry":         {Dry: "actions"},
		"interrupted": {},
		"aborted":     {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				recorded := parse(t, read(t, filepath.Join("testdata", name+".json")))
				e := anExperiment(written(recorded, name == "interrupted"))
				result := repeat(t, e, strategy, recorded)
				path := filepath.Join(t.TempDir(), "journal.json")
				j, err := Open(path, same, &value.Map{})
				if err != nil {
					t.Fatal(err)
				}
				if err := j.Write(document(result, e)); err != nil {
					t.Fatal(err)
				}
				ours := parse(t, read(t, path))
				if word := ours.Map("verdict").Text("word"); word != result.Verdict.Word {
					t.Errorf("the verdict is %v", word)
				}
				last := ""
				for key := range ours.All() {
					last = key
				}
				if last != "verdict" {
					t.Errorf("the last key is %s", last)
				}
				ours.Delete("verdict")
				got, want := timeless(ours), timeless(recorded)
				if got != want {
					t.Errorf("%s", firstDifference(got, want))
				}
			})
		})
	}
}

// written is the experiment of a recorded journal before the toolkit changed it:
// the key dry is put at its end, or overwritten where the experiment has it.
func written(journal *value.Map, hasDry bool) *value.Map {
	e, _ := journal.Get("experiment")
	m := e.(*value.Map).Copy()
	if hasDry {
		m.Set("dry", "mine")
	} else {
		m.Delete("dry")
	}
	return m
}

// repeat runs the experiment again, with what the recorded run got and the time
// that it took.
func repeat(t *testing.T, e *experiment.Experiment, strategy experiment.Strategy, recorded *value.Map) *verdict.Result {
	t.Helper()
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	again := &recording{entries: entriesOf(recorded), stop: func() { stop(verdict.BySignal("SIGINT", 2)) }}
	again.status, _ = recorded.Get("status")
	en := engine.Engine{Experiment: e, Strategy: strategy, Perform: again.Perform, Tolerance: func(written any) engine.Tolerance { return plain{written} }, Substitute: again.Substitute, Record: again.Record, Log: slog.New(slog.DiscardHandler), Hide: func(v any) any { return v }}
	return en.Run(ctx, t.Context())
}

// recording answers as a recorded run did.
type recording struct {
	mu      sync.Mutex
	entries []*value.Map // in the order of their start
	status  any
	stop    func()
}

func (r *recording) Perform(ctx context.Context, a *experiment.Activity) (any, error) {
	entry := r.next(a.Name)
	duration, _ := entry.Get("duration")
	time.Sleep(time.Duration(duration.(float64) * float64(time.Second)))
	output, _ := entry.Get("output")
	status, _ := entry.Get("status")
	switch {
	case status == "succeeded":
		return output, nil
	case status == "failed":
		lines, _ := entry.Get("exception")
		line := lines.([]any)[0].(string)
		return nil, &experiment.Failed{Reason: strings.TrimSuffix(strings.TrimPrefix(line, "chaoslib.exceptions.ActivityFailed: "), "\n")}
	case r.status == "interrupted":
		r.stop()
		return nil, ctx.Err()
	}
	return nil, errors.New("nobody foresaw this")
}

// next takes the first entry that is left of this activity.
func (r *recording) next(name string) *value.Map {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.entries, func(m *value.Map) bool { return textAt(m, "activity", "name") == name })
	entry := r.entries[i]
	r.entries = slices.Delete(r.entries, i, i+1)
	return entry
}

// plain is a tolerance that is a value.
type plain struct{ written any }

func (p plain) Within(_ context.Context, output any) (bool, error) {
	if m, ok := output.(*value.Map); ok {
		output, _ = m.Get("status")
	}
	return value.Equal(p.written, output), nil
}

func (plain) Give(any)          {}
func (plain) AlwaysMet() bool   { return false }
func (plain) Wanted(any) string { return "" }
func (plain) Got(any) string    { return "" }

func (r *recording) Record(string, *verdict.Run) error { return nil }
func (r *recording) Substitute(v any) any              { return v }

func textAt(m *value.Map, path ...string) string {
	var v any = m
	for _, key := range path {
		v, _ = v.(*value.Map).Get(key)
	}
	text, _ := v.(string)
	return text
}

// entriesOf finds every entry of a journal, the pretended ones left out.
func entriesOf(journal *value.Map) []*value.Map {
	var found []*value.Map
	walk(journal, func(m *value.Map) {
		pretended := textAt(journal, "experiment", "dry") == "actions" && m.Has("activity") && textAt(m, "activity", "type") == "action"
		if m.Has("activity") && !pretended {
			found = append(found, m)
		}
	})
	slices.SortStableFunc(found, func(a, b *value.Map) int { return cmp.Compare(textAt(a, "start"), textAt(b, "start")) })
	return found
}

func walk(v any, visit func(*value.Map)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			walk(item, visit)
		}
	case *value.Map:
		visit(v)
		for _, item := range v.All() {
			walk(item, visit)
		}
	}
}

// timeless is a journal as text, with what differs from run to run replaced.
func timeless(journal *value.Map) string {
	walk(journal, func(m *value.Map) {
		for _, key := range []string{"start", "end", "duration", "chaoslib-version", "node"} {
			if m.Has(key) {
				m.Set(key, "...")
			}
		}
	})
	var text strings.Builder
	value.WriteJSON(&text, journal, "  ") // to a Builder it never fails
	return text.String()
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "line " + value.Text(int64(i+1)) + ": got " + strings.Join(a[i:min(i+5, len(a))], "\n") + "\nwant " + strings.Join(b[i:min(i+5, len(b))], "\n")
		}
	}
	return "one is longer"
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t *testing.T, data []byte) *value.Map {
	t.Helper()
	v, err := value.ParseJSON(data)
	m, ok := v.(*value.Map)
	if err != nil || !ok {
		t.Fatalf("not a journal: %v\n%s", err, data)
	}
	return m
}

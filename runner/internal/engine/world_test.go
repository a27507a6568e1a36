package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// world is an experiment and all that the engine needs of others, as literals:
// what each activity answers, and a memory of what was logged and recorded.
type world struct {
	experiment.Strategy
	hypothesis, method, rollbacks []any
	answers                       map[string][]any // by name, call by call; the last one stays
	variables                     map[string]any
	recorder                      error

	mu      sync.Mutex
	calls   map[string]int
	log     []string
	records []string
	given   []string
}

// reply is an answer that takes its time or heeds its context.
type reply func(ctx context.Context) (any, error)

// takes answers v after d, unless it is stopped before.
func takes(d time.Duration, v any) reply {
	return func(ctx context.Context) (any, error) {
		if err := clock.Sleep(ctx, d); err != nil {
			return nil, broken("killed") // as a provider may put it
		}
		return give(v)
	}
}

func give(v any) (any, error) {
	if err, ok := v.(error); ok {
		return nil, err
	}
	return v, nil
}

func byControl(why string) *verdict.Stop { return &verdict.Stop{Why: why} }

func broken(reason string) error { return &experiment.Failed{Reason: reason} }

var errOdd = errors.New("nobody foresaw this")

func probe(name string, more ...any) *value.Map { return activity("probe", name, "python", more) }

func action(name string, more ...any) *value.Map { return activity("action", name, "process", more) }

func ref(name string, more ...any) *value.Map {
	return valueOf(append([]any{"ref", name}, more...)...)
}

func activity(kind, name, provider string, more []any) *value.Map {
	m := valueOf("type", kind, "name", name, "provider", valueOf("type", provider))
	for k, v := range valueOf(more...).All() {
		m.Set(k, v)
	}
	return m
}

func valueOf(pairs ...any) *value.Map { return value.MapOf(pairs...) }

// up is a hypothesis of one probe that wants 200, which is what it gets unless
// an answer says otherwise.
func up() []any { return []any{probe("up", "tolerance", int64(200))} }

func exit(code int64) *value.Map { return valueOf("status", code, "stdout", "", "stderr", "") }

func (w *world) engine(t *testing.T) *Engine {
	t.Helper()
	written := valueOf("title", "T", "description", "D", "method", append([]any{}, w.method...))
	if w.hypothesis != nil {
		written.Set("steady-state-hypothesis", valueOf("title", "H", "probes", w.hypothesis))
	}
	if w.rollbacks != nil {
		written.Set("rollbacks", w.rollbacks)
	}
	e, err := experiment.New(written)
	if err != nil {
		t.Fatal(err)
	}
	w.calls, w.log, w.records = map[string]int{}, nil, nil
	return &Engine{Experiment: e, Strategy: w.Strategy, Perform: w.Perform, Tolerance: w.tolerance, Substitute: w.Substitute, Variables: func() any { return nil }, Record: w.Record, Log: slog.New(w), Hide: func(v any) any { return v }}
}

// run is for bubbles of synctest alone.
func (w *world) run(t *testing.T) *verdict.Result {
	t.Helper()
	return w.engine(t).Run(t.Context(), t.Context())
}

// Perform answers as the world was told: an action without an answer ends well,
// a probe without one is 200.
func (w *world) Perform(ctx context.Context, a *experiment.Activity) (any, error) {
	w.mu.Lock()
	answers, n := w.answers[a.Name], w.calls[a.Name]
	w.calls[a.Name]++
	w.mu.Unlock()
	switch {
	case len(answers) > 0:
		v := answers[min(n, len(answers)-1)]
		if f, ok := v.(reply); ok {
			return f(ctx)
		}
		return give(v)
	case a.Type == experiment.Action:
		return exit(0), nil
	}
	return int64(200), nil
}

// tolerance is one of a world.
type tolerance struct {
	*world
	written any
}

func (w *world) tolerance(written any) Tolerance { return tolerance{w, written} }

// Within compares; the tolerance "odd" cannot be compared, "late" has no answer, "stopped" is stopped, and "slow"
// takes a second or until it is stopped, and says no in the latter case.
func (w tolerance) Within(ctx context.Context, output any) (bool, error) {
	switch w.written {
	case "odd":
		return false, errors.New("a str is no int")
	case "stopped":
		clock.Sleep(ctx, time.Minute)
		return false, context.Cause(ctx)
	case "late":
		return false, &experiment.Failed{Reason: "too late", Late: true}
	case "slow":
		return clock.Sleep(ctx, time.Second) == nil, nil
	}
	if m, ok := w.written.(*value.Map); ok && m.Has("type") { // a probe as a tolerance
		return true, nil
	}
	return value.Equal(w.Substitute(w.written), output), nil
}

func (w tolerance) Give(output any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.given = append(w.given, value.Text(w.written)+" gets "+value.Text(output))
}

func (w tolerance) AlwaysMet() bool {
	m, _ := w.written.(*value.Map)
	return m.Map("provider").Text("type") == "process"
}

func (w tolerance) Wanted(any) string     { return value.Text(w.written) }
func (w tolerance) Got(output any) string { return value.Text(output) }

// Substitute replaces text that is nothing but ${name}, once.
func (w *world) Substitute(v any) any {
	if m, ok := v.(*value.Map); ok {
		replaced := m.Copy()
		for key, item := range m.All() {
			replaced.Set(key, w.Substitute(item))
		}
		return replaced
	}
	text, _ := v.(string)
	for name, replacement := range w.variables {
		if text == "${"+name+"}" {
			return replacement
		}
	}
	return v
}

func (w *world) Record(part string, run *verdict.Run) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	line := fmt.Sprintf("%s %s", part, entry(run))
	if run.ToleranceMet != nil {
		line += fmt.Sprintf(" %t", *run.ToleranceMet)
	}
	w.records = append(w.records, line)
	return w.recorder
}

func (w *world) Enabled(context.Context, slog.Level) bool { return true }
func (w *world) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w *world) WithGroup(string) slog.Handler            { return w }

// Handle notes a line. What was begun beside the method gets ahead of it, so
// that the order of lines is always the same.
func (w *world) Handle(_ context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "Playing") {
		synctest.Wait()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	word := map[slog.Level]string{slog.LevelWarn: "WARNING", LevelCritical: "CRITICAL"}[r.Level]
	if word == "" {
		word = r.Level.String()
	}
	w.log = append(w.log, word+" "+strings.ReplaceAll(r.Message, "\n", " | "))
	return nil
}

// logIs compares the log, without what only --verbose shows.
func (w *world) logIs(t *testing.T, want string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	got := slices.DeleteFunc(slices.Clone(w.log), func(l string) bool { return strings.HasPrefix(l, "DEBUG") })
	if text := strings.Join(got, "\n"); text != strings.TrimSpace(want) {
		t.Errorf("the log is\n%s\n\nand should be\n%s", text, strings.TrimSpace(want))
	}
}

func (w *world) has(line string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Contains(w.log, line)
}

// entries is a list of runs as text: name and status, "-" for none.
func entries(runs verdict.Runs) string {
	all := make([]string, len(runs))
	for i, r := range runs {
		all[i] = entry(r)
	}
	return strings.Join(all, ", ")
}

func entry(r *verdict.Run) string {
	if r.Unfinished() {
		return r.Name + " -"
	}
	return r.Name + " " + r.Status
}

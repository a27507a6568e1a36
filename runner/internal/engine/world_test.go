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

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// world is all that an engine needs of others, as literals: what each activity
// answers, and a memory of what was logged and recorded.
type world struct {
	Strategy
	hypothesis, method, rollbacks []any
	answers                       map[string][]any // by name, call by call; the last one stays
	variables                     map[string]any
	recorder                      error
	refuse                        Part // the part in which the recorder fails

	mu      sync.Mutex
	calls   map[string]int
	log     []string
	records []string
}

// reply is an answer that takes its time or heeds its context.
type reply func(ctx context.Context) (any, error)

// takes answers v after d, unless it is stopped before.
func takes(d time.Duration, v any) reply {
	return func(ctx context.Context) (any, error) {
		if err := sleep(ctx, d); err != nil {
			return nil, fmt.Errorf("killed: %w", err)
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

func broken(reason string) error { return &experiment.Failed{Reason: reason} }

var errOdd = errors.New("nobody foresaw this")

func probe(name string, more ...any) *value.Map { return activity("probe", name, "python", more) }

func action(name string, more ...any) *value.Map { return activity("action", name, "process", more) }

func ref(name string, more ...any) *value.Map {
	return value.MapOf(append([]any{"ref", name}, more...)...)
}

func activity(kind, name, provider string, more []any) *value.Map {
	m := value.MapOf("type", kind, "name", name, "provider", value.MapOf("type", provider))
	for k, v := range value.MapOf(more...).All() {
		m.Set(k, v)
	}
	return m
}

// up is a hypothesis of one probe that wants 200.
func up() []any { return []any{probe("up", "tolerance", int64(200))} }

func (w *world) engine(t *testing.T) *Engine {
	t.Helper()
	written := value.MapOf("title", "T", "description", "D", "method", list(w.method))
	if w.hypothesis != nil {
		written.Set("steady-state-hypothesis", value.MapOf("title", "H", "probes", w.hypothesis))
	}
	if w.rollbacks != nil {
		written.Set("rollbacks", w.rollbacks)
	}
	e, err := experiment.New(written)
	if err != nil {
		t.Fatal(err)
	}
	w.calls = map[string]int{}
	return &Engine{Experiment: e, Strategy: w.Strategy, Performer: w, Judge: w, Variables: w, Recorder: w, Log: slog.New(w)}
}

func list(items []any) []any { return append([]any{}, items...) }

func (w *world) run(t *testing.T) *Result {
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

func exit(code int64) *value.Map { return value.MapOf("status", code, "stdout", "", "stderr", "") }

// Within compares; the tolerance "odd" cannot be compared, and "slow" takes a
// second or until it is stopped, and then says no.
func (w *world) Within(ctx context.Context, tolerance, output any) (bool, error) {
	switch tolerance {
	case "odd":
		return false, errors.New("a str is no int")
	case "slow":
		return sleep(ctx, time.Second) == nil, nil
	}
	return value.Equal(w.Substitute(tolerance), output), nil
}

func (w *world) Words(tolerance, output any) (wanted, got string) {
	return value.Text(tolerance), value.Text(output)
}

func (w *world) Substitute(v any) any {
	text, _ := v.(string)
	for name, replacement := range w.variables {
		if text == "${"+name+"}" {
			return replacement
		}
	}
	return v
}

func (w *world) Record(part Part, run *Run) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.recorder != nil && part == w.refuse {
		return w.recorder
	}
	line := fmt.Sprintf("%s %s %s", part, run.name(), run.Status)
	if run.ToleranceMet != nil {
		line += fmt.Sprintf(" %t", *run.ToleranceMet)
	}
	w.records = append(w.records, line)
	return nil
}

func (w *world) Enabled(context.Context, slog.Level) bool { return true }
func (w *world) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w *world) WithGroup(string) slog.Handler            { return w }

func (w *world) Handle(_ context.Context, r slog.Record) error {
	if w.settled && strings.HasPrefix(r.Message, "Playing") {
		synctest.Wait()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	word := strings.Replace(r.Level.String(), "ERROR+4", "CRITICAL", 1)
	w.log = append(w.log, word+" "+r.Message)
	return nil
}

// lines is the log without what only --verbose shows.
func (w *world) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.log), func(l string) bool { return strings.HasPrefix(l, "DEBUG") })
}

func (w *world) called(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[name]
}

// entries is a run list as text: name, status, and after how long it ended.
func entries(runs []*Run) string {
	var all []string
	for _, r := range runs {
		all = append(all, strings.TrimSpace(r.name()+" "+string(r.Status)))
	}
	return strings.Join(all, ", ")
}

func equalLines(t *testing.T, got []string, want string) {
	t.Helper()
	wanted := strings.Split(strings.TrimSpace(want), "\n")
	for i := range wanted {
		wanted[i] = strings.TrimPrefix(wanted[i], "\t\t")
	}
	if !slices.Equal(got, wanted) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(wanted, "\n\t"))
	}
}

//go:build unix

package worker

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/value"
)

// Whichever function of a control blocks, the call ends within a second of ctx.
func TestControlsObeyTheirContext(t *testing.T) {
	names := []string{"configure_control", "cleanup_control", "validate_control", "before_loading_experiment_control", "after_loading_experiment_control"}
	for _, level := range []string{"experiment", "hypothesis", "method", "rollback", "activity"} {
		names = append(names, "before_"+level+"_control", "after_"+level+"_control")
	}
	w, _ := withPython(t)
	for _, name := range names {
		mark := filepath.Join(t.TempDir(), "mark")
		if _, err := w.Call(t.Context(), Call{Module: "slow", Func: "marked", Arguments: value.MapOf("mark", mark)}); err != nil {
			t.Fatal(err)
		}
		call := ControlCall{Control: "c", Module: "slow", Func: name, Arguments: value.MapOf("mark", mark)}
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			waitFor(t, name, func() bool { return isThere(mark) })
			cancel(errors.New("enough"))
		}()
		if _, err := w.Control(ctx, call); err == nil || err.Error() != "enough" { // it would take an hour
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An import that does not end can be interrupted, and is not taken for a module
// that is broken.
func TestInspectObeysItsContext(t *testing.T) {
	w, h := withPython(t)
	mark := filepath.Join(t.TempDir(), "mark")
	w.Env = append(w.Env, "HANG_MARK="+mark)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		waitFor(t, "the import", func() bool { return isThere(mark) })
		cancel(errors.New("enough"))
	}()
	hang := Reference{Kind: "action", Name: "a", Module: "hang", Func: "x"}
	if all, err := w.Inspect(ctx, []Reference{hang, hang}); all != nil || err == nil || err.Error() != "enough" {
		t.Error(all, err)
	}
	if got, err := do(w, "echo", "value", int64(1)); got != int64(1) || err != nil {
		t.Error("the process did not go on:", got, err)
	}
	if lines := h.take(); len(lines) > 0 {
		t.Errorf("the process was ended: %q", lines)
	}
}

// A request that does not fit into the pipe of an interpreter that reads nothing
// can be given up too.
func TestBusyInterpreter(t *testing.T) {
	w, _ := withPython(t)
	mark := filepath.Join(t.TempDir(), "mark")
	held := make(chan error, 1)
	go func() {
		_, err := w.Call(context.Background(), Call{Activity: "hold", Module: "slow", Func: "hold", Arguments: value.MapOf("mark", mark), Background: true})
		held <- err
	}()
	waitFor(t, "the busy function", func() bool { return isThere(mark) })
	ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, errors.New("enough"))
	defer cancel()
	_, err := w.Call(ctx, Call{Activity: "big", Module: "acts", Func: "echo", Arguments: value.MapOf("value", strings.Repeat("a", 300_000))})
	if err == nil || err.Error() != "enough" {
		t.Error(err)
	}
	if err := <-held; err == nil || !strings.Contains(err.Error(), "'big' did not stop when it was asked to") {
		t.Error(err)
	}
}

// A function of chaoslib.exit may interrupt another function, which then tells
// which signal it was.
func TestSignalInAFunction(t *testing.T) {
	w, h := withPython(t)
	for function, want := range map[string]Interrupted{
		"leave_gracefully":    {"it", "SystemExit", "20", "SIGUSR1", int(syscall.SIGUSR1)},
		"leave_from_a_thread": {"it", "SystemExit", "30", "SIGUSR2", int(syscall.SIGUSR2)},
	} {
		arguments := []any{"seconds", 0.05}
		if function == "leave_gracefully" {
			arguments = nil
		}
		_, err := do(w, function, arguments...)
		var got *Interrupted
		if !errors.As(err, &got) || *got != want {
			t.Errorf("%s: %+v", function, err)
		}
	}
	if lines := h.take(); len(lines) > 0 {
		t.Errorf("the signal was told a second time: %q", lines)
	}
	_, err := do(w, "fail", "how", "exit")
	var got *Interrupted
	if !errors.As(err, &got) || got.Signal != "" || got.Number != 0 {
		t.Errorf("sys.exit is no signal: %+v", err)
	}
}

// What a function sets in the environment is the whole run's.
func TestSetEnv(t *testing.T) {
	w, h := withPython(t)
	do(w, "environment", "name", "X")
	for _, tt := range []struct {
		v    any
		want string
	}{{"caf\u00e9 = 1", "set WORKSHOP_X café = 1 true"}, {"", "set WORKSHOP_X  true"}, {nil, "set WORKSHOP_X  false"}} {
		if _, err := do(w, "set_environment", "name", "WORKSHOP_X", "value", tt.v); err != nil {
			t.Fatal(err)
		}
		if lines := h.take(); len(lines) != 1 || lines[0] != tt.want {
			t.Errorf("told %q, want %q", lines, tt.want)
		}
	}
	if do(w, "set_environment", "name", "WORKSHOP_X", "value", nil); len(h.take()) > 0 {
		t.Error("something was told of nothing")
	}
}

// A control that is stopped has changed what it has changed. What it printed is shown only
// where its secrets are known: not if it had to be ended, or died.
func TestStoppedControl(t *testing.T) {
	for how, want := range map[string]struct{ changed, logged, err string }{
		"":     {`{"secrets": {"g": {"late": ["set", ["in a set"]]}}}`, "|the secret is late", "enough"},
		"deaf": {"", "WARNING|what else the control 'c' printed is left out, because a secret may be in it (lines: 1)", "enough"},
		"die":  {"", "WARNING|what else the control 'c' printed is left out, because a secret may be in it (lines: 1)", "Python died while 'c' was under way: it ended with exit code 3; check"},
	} {
		w, h := withPython(t)
		mark := filepath.Join(t.TempDir(), "mark")
		ctx, cancel := context.WithCancelCause(t.Context())
		if how != "die" {
			go func() {
				waitFor(t, how, func() bool { return isThere(mark) })
				cancel(errors.New("enough"))
			}()
		}
		r, err := w.Control(ctx, ControlCall{Control: "c", Module: "stopped", Func: "before_rollback_control", Arguments: value.MapOf("mark", mark, "how", how),
			Experiment: &value.Map{}, Configuration: &value.Map{}, Secrets: value.MapOf("g", &value.Map{})})
		h.take()
		r.LogNotes()
		got := ""
		if r.Changed != nil {
			got = value.JSON(r.Changed)
		}
		if logged := strings.Join(h.take(), ", "); got != want.changed || logged != want.logged || err == nil || !strings.HasPrefix(err.Error(), want.err) {
			t.Errorf("%q: changed %s, logged %q, %v", how, got, logged, err)
		}
		cancel(nil)
	}
}

// What a control logs waits for its own end, what is printed for that of all controls.
func TestOutputOfControlsWaits(t *testing.T) {
	var shown []string
	w := &Worker{Log: func(level, text string) { shown = append(shown, text) }, calls: []int64{1, 2}}
	after := func(want ...string) {
		t.Helper()
		if !slices.Equal(shown, want) {
			t.Errorf("%q is shown, not %q", shown, want)
		}
		shown = nil
	}
	for _, line := range []logLine{{1, "INFO", "of 1"}, {2, "INFO", "of 2"}, {3, "INFO", "of an activity"}, {text: "printed"}} {
		w.log(line)
	}
	after("of an activity")
	w.release(1, "a", true)
	after("of 1")
	w.release(2, "b", true)
	after("of 2", "printed")
	w.calls = []int64{4}
	for range mostHeld + 5 {
		w.log(logLine{text: "again"})
	}
	after()
	w.release(4, "c", true)
	if len(shown) != mostHeld+1 || shown[mostHeld] != "what else the control 'c' printed is left out, because a secret may be in it (lines: 5)" {
		t.Errorf("%d lines, and last %q", len(shown), shown[len(shown)-1])
	}
}

package engine

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// stopped runs a world and sends it a stop after each of the given times: the
// first ends the experiment, the second its rollbacks.
func (w *world) stopped(t *testing.T, stop *verdict.Stop, at ...time.Duration) *verdict.Result {
	t.Helper()
	ctx, first := context.WithCancelCause(t.Context())
	undo, second := context.WithCancel(t.Context())
	defer first(nil)
	defer second()
	for i, d := range at {
		time.AfterFunc(d, func() {
			if i == 0 {
				first(stop)
			} else {
				second()
			}
		})
	}
	return w.engine(t).Run(ctx, undo)
}

// What a run that was interrupted leaves: each activity takes ten seconds, the
// method's pauses two, and the stop comes when it comes.
func TestInterruption(t *testing.T) {
	paused := []any{action("fault", "pauses", valueOf("before", int64(2), "after", int64(2))), action("next")}
	for _, c := range []struct {
		name  string
		world *world
		at    time.Duration
		want  string
	}{
		{"before it begins", &world{hypothesis: up()}, 0,
			"interrupted; before none, during none, after none; ; "},
		{"in the hypothesis before", &world{hypothesis: append(up(), probe("more", "tolerance", true))}, 15 * time.Second,
			"interrupted; before none, during none, after none; ; "},
		{"in a pause before", &world{method: paused}, time.Second,
			"interrupted; before none, during none, after none; ; "},
		{"in an activity", &world{method: paused}, 3 * time.Second,
			"interrupted; before none, during none, after none; fault -; undo succeeded"},
		{"in a pause after", &world{method: paused}, 13 * time.Second,
			"interrupted; before none, during none, after none; fault succeeded; undo succeeded"},
		{"in the hypothesis after", &world{hypothesis: up(), method: fault}, 25 * time.Second,
			"interrupted; before +, during none, after none; fault succeeded; undo succeeded"},
		{"in a tolerance of its own probe, which then says no", &world{hypothesis: []any{probe("up", "tolerance", "slow")}, method: fault}, 10500 * time.Millisecond,
			"interrupted; before none, during none, after none; ; "},
		{"in a tolerance after the method", &world{hypothesis: []any{probe("up", "tolerance", "slow")}, method: fault}, 31500 * time.Millisecond,
			"interrupted; before +, during none, after none; fault succeeded; undo succeeded"},
		{"in a continuous check", &world{Strategy: experiment.Strategy{Hypothesis: "during-method-only", Frequency: 1}, hypothesis: up(),
			method: []any{fault[0], fault[0]}}, 15 * time.Second,
			"interrupted; before none, during +, after none; fault succeeded, fault -; undo succeeded"},
		{"in the background", &world{method: []any{action("fault", "background", true), action("next")}}, 5 * time.Second,
			"interrupted; before none, during none, after none; fault -, next -; undo succeeded"},
		{"while only the background runs", &world{hypothesis: up(), method: []any{action("load", "background", true, "pauses", valueOf("before", int64(5))), action("next")}}, 22 * time.Second,
			"interrupted; before +, during none, after none; next succeeded, load -; undo succeeded"},
		{"in a proof", &world{hypothesis: up(), method: []any{probe("gone", "tolerance", ok, "proof", "throughout")}}, 35 * time.Second,
			"interrupted; before +, during none, after +; gone succeeded; undo succeeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := c.world
				w.rollbacks = undo
				w.answers = map[string][]any{}
				for _, name := range []string{"up", "more", "fault", "next", "load", "gone"} {
					w.answers[name] = []any{takes(10*time.Second, ok)}
				}
				r := w.stopped(t, verdict.BySignal("SIGINT", 2), c.at)
				if got := outline(r); got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
				for _, line := range w.log {
					if strings.Contains(line, "context") || strings.Contains(line, "Pausing after") && !strings.Contains(c.name, "pause after") {
						t.Errorf("logged: %s", line)
					}
				}
				for _, line := range w.records {
					if strings.HasSuffix(line, "false") {
						t.Errorf("recorded: %s", line)
					}
				}
				for _, run := range r.Run {
					if run.Unfinished() && (run.Output != nil || run.Value().Has("exception") || run.End.IsZero() || !run.End.Equal(r.Rollbacks[0].Start)) {
						t.Errorf("an interrupted entry: %+v", run)
					}
				}
			})
		})
	}
}

// The words of each signal are the toolkit's, and so is what they do to the
// rollbacks, but for those of a method that had begun.
func TestSignals(t *testing.T) {
	for _, c := range []struct {
		stop *verdict.Stop
		says string
		undo bool
	}{
		{verdict.BySignal("SIGINT", 2), "WARNING Received a termination signal (Ctrl-C)...", true},
		{verdict.BySignal("SIGTERM", 15), "WARNING Caught SIGTERM signal, interrupting experiment now\nCRITICAL SIGTERM signal received", true},
		{verdict.BySignal("SIGUSR1", 10), "WARNING Received the exit signal: 20", true},
		{verdict.BySignal("SIGUSR2", 12), "WARNING Received the exit signal: 30\nWARNING Ignoring rollbacks as per signal", false},
		{byControl("the room said stop"), "CRITICAL the room said stop", true},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &world{Strategy: experiment.Strategy{Rollbacks: "always"}, method: fault, rollbacks: undo, answers: map[string][]any{"fault": {takes(time.Hour, nil)}}}
			r := w.stopped(t, c.stop, time.Minute)
			if log := strings.Join(w.log, "\n"); !strings.Contains(log, "INFO Action: fault\n"+c.says+"\n") {
				t.Errorf("%s: nobody said %q in\n%s", c.stop.Why, c.says, log)
			}
			if played := len(r.Rollbacks) > 0; played != c.undo || r.Stop != c.stop || c.stop.Error() != c.stop.Why {
				t.Errorf("%s: rollbacks %t", c.stop.Why, played)
			}
		})
	}
}

// A pass that has its last answer when the signal comes is no more recorded than
// one without.
func TestSignalWithTheLastAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancelCause(t.Context())
		last := func(context.Context) (any, error) { stop(verdict.BySignal("SIGINT", 2)); return ok, nil }
		w := &world{hypothesis: up(), method: fault, answers: map[string][]any{"up": {reply(last)}}}
		want := "interrupted; before none, during none, after none; ; "
		if got := outline(w.engine(t).Run(ctx, t.Context())); got != want {
			t.Errorf("got %s", got)
		}
	})
}

// A context that ends for no reason of ours stops a run as well.
func TestStopWithoutReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := (&world{method: fault}).engine(t).Run(ctx, t.Context())
		if r.Verdict != (verdict.Verdict{Word: verdict.Interrupted, Reason: "context canceled"}) || len(r.Run) > 0 {
			t.Errorf("%v, %s", r.Verdict, entries(r.Run))
		}
	})
}

// Rollbacks outlive the signal that came before or while they are played; the
// second one cuts them short, and so does the one that asks for none.
func TestSignalsDuringRollbacks(t *testing.T) {
	const cut = "WARNING Received an exit signal.Terminating now without running the remaining rollbacks."
	three := []any{action("a"), action("b", "pauses", valueOf("before", int64(10))), action("c")}
	beside := []any{action("a"), action("b", "background", true), action("c")}
	for _, c := range []struct {
		name      string
		rollbacks []any
		stop      *verdict.Stop
		at        []time.Duration // rollbacks begin at 10 s, or at the first signal before
		want      string
		verdict   verdict.Verdict
		says      string
	}{
		{"one before", three, verdict.BySignal("SIGINT", 2), seconds(5), "a succeeded, b succeeded, c succeeded", verdict.Verdict{Word: verdict.Interrupted, Reason: "stopped by Ctrl-C (SIGINT)"}, ""},
		{"two before", three, verdict.BySignal("SIGINT", 2), seconds(5, 4), "", verdict.Verdict{Word: verdict.NotUndone, Reason: "3 of 3 rollbacks did not run: they were cut short"}, cut},
		{"one before, one in the first", three, verdict.BySignal("SIGINT", 2), seconds(5, 6), "a -", verdict.Verdict{Word: verdict.NotUndone, Reason: "the rollback 'a' was cut short"}, cut},
		{"one before, one in a pause", three, verdict.BySignal("SIGINT", 2), seconds(5, 20), "a succeeded", verdict.Verdict{Word: verdict.NotUndone, Reason: "2 of 3 rollbacks did not run: they were cut short"}, cut},
		{"one before, one in the last", three, verdict.BySignal("SIGINT", 2), seconds(5, 40), "a succeeded, b succeeded, c -", verdict.Verdict{Word: verdict.NotUndone, Reason: "the rollback 'c' was cut short"}, cut},
		{"one before, one while the background runs", beside, verdict.BySignal("SIGINT", 2), seconds(5, 16), "a succeeded, b -, c -", verdict.Verdict{Word: verdict.NotUndone, Reason: "the rollback 'b' was cut short"}, cut},
		{"one during", three, verdict.BySignal("SIGTERM", 15), seconds(12), "a succeeded, b succeeded, c succeeded", verdict.Verdict{Word: verdict.Interrupted, Reason: "stopped by SIGTERM while the rollbacks were played"},
			"WARNING The rollbacks go on: without them the fault would stay. A second signal leaves out the rest"},
		{"two during", three, verdict.BySignal("SIGTERM", 15), seconds(12, 13), "a -", verdict.Verdict{Word: verdict.NotUndone, Reason: "the rollback 'a' was cut short"}, cut},
		{"one during that asks for none", three, verdict.BySignal("SIGUSR2", 12), seconds(12), "a -", verdict.Verdict{Word: verdict.NotUndone, Reason: "the rollback 'a' was cut short"}, cut},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{method: fault, rollbacks: c.rollbacks, answers: map[string][]any{}}
				for _, name := range []string{"fault", "a", "b", "c"} {
					w.answers[name] = []any{takes(10*time.Second, exit(0))}
				}
				r := w.stopped(t, c.stop, c.at...)
				if got := entries(r.Rollbacks); got != c.want || r.Verdict != c.verdict || r.Status != interrupted {
					t.Errorf("got %s: %s, %v", r.Status, got, r.Verdict)
				}
				if wasCut := w.has(cut); wasCut != (c.says == cut) || c.says != "" && !w.has(c.says) {
					t.Errorf("cut short: %t\n%s", wasCut, strings.Join(w.log, "\n"))
				}
				if r.Stop == nil || r.Stop.Signal != c.stop.Signal {
					t.Errorf("stopped by %v", r.Stop)
				}
			})
		})
	}
}

// A second signal that arrives when the last rollback has just been done cuts
// nothing short.
func TestSignalAfterTheLastRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		undo, second := context.WithCancel(t.Context())
		last := func(context.Context) (any, error) { second(); return exit(0), nil }
		w := &world{method: fault, rollbacks: []any{action("last")}, answers: map[string][]any{"last": {reply(last)}}}
		r := w.engine(t).Run(t.Context(), undo)
		if r.Verdict.Word != verdict.Explored || r.Status != completed {
			t.Errorf("%s, %v", r.Status, r.Verdict)
		}
	})
}

func seconds(all ...time.Duration) []time.Duration {
	for i := range all {
		all[i] *= time.Second
	}
	return all
}

// What does not end is told in the journal, though the run was interrupted.
func TestInterruptionOfWhatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{method: fault, rollbacks: undo, answers: map[string][]any{"fault": {reply(func(ctx context.Context) (any, error) {
			<-ctx.Done()
			return nil, &experiment.Failed{Reason: "process 7 (sudo) does not end", Unended: true}
		})}}}
		r := w.stopped(t, verdict.BySignal("SIGINT", 2), time.Second)
		if got := outline(r); got != "interrupted; before none, during none, after none; fault failed; undo succeeded" {
			t.Errorf("got %s", got)
		}
		if said, _ := r.Run[0].Value().Get("exception"); !strings.Contains(value.Text(said), "process 7 (sudo) does not end") {
			t.Errorf("the journal says %v", said)
		}
	})
}

package cli

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

func activity(kind, name string, output any, status string) *verdict.Run {
	return &verdict.Run{Name: name, Action: kind == "action", Output: output, Status: status, Wanted: "200"}
}

// exists is a proof that asks for a file.
func exists(path string, there bool) *verdict.Run {
	run := activity("probe", "file-exists", there, "succeeded")
	run.Proves, run.Wanted = true, "false"
	run.Activity = value.MapOf("provider", value.MapOf("module", "os.path", "func", "exists", "arguments", value.MapOf("path", path)))
	return run
}

// testSession is a session with some environment, whose console is plain.
func testSession(variables string) *session {
	c, _, _ := testConsole("never")
	c.world.Environment = environment(variables)
	return &session{console: c, world: c.world}
}

func outcome(word string, expect string, before, after any, actions ...*verdict.Run) *demo.Outcome {
	state := func(output any) *verdict.State {
		run := activity("probe", "p", output, "succeeded")
		run.Provider = "http"
		return &verdict.State{Runs: verdict.Runs{run}}
	}
	var acted []string
	for _, run := range actions {
		if run.Action && run.Succeeded() {
			acted = append(acted, run.Name)
		}
	}
	return &demo.Outcome{Target: &target.Target{Expect: expect}, Result: &verdict.Result{Acted: acted,
		Before: state(before), After: state(after), Run: actions, Verdict: verdict.Verdict{Word: word}}}
}

// After a run without a verdict, the block says what to do about its own reason.
func TestNextStep(t *testing.T) {
	yes, no := true, false
	state := func(met *bool, status string) *verdict.State {
		run := activity("probe", "up", nil, status)
		run.ToleranceMet = met
		return &verdict.State{Met: met, Runs: verdict.Runs{run}}
	}
	for want, change := range map[string]func(r *verdict.Result){
		"repair what the error names; the log has more":             func(r *verdict.Result) { r.Unexpected = errors.New("the pod was skipped") },
		"see in the log what ended the method":                      func(r *verdict.Result) { r.Run = nil },
		"see the log":                                               func(r *verdict.Result) { r.Status = "aborted" },
		"start or repair the system, then run the experiment again": func(r *verdict.Result) { r.Before = state(&no, "succeeded") },
		"start the system if it does not run, or repair the probe":  func(r *verdict.Result) { r.After = state(&no, "failed") },
		"run the experiment again without --dry":                    func(r *verdict.Result) { r.Run[0].Pretended = true },
		"run the experiment again, and skip nothing":                func(r *verdict.Result) { r.Run[0].Skipped = true },
		"repair the action; the journal has its output":             func(r *verdict.Result) { r.Run[0].Unproven = "the action 'a' failed: x" },
		"find out why the action had no effect, or repair this probe": func(r *verdict.Result) {
			r.Run = append(r.Run, &verdict.Run{Name: "p", Proves: true, Status: "succeeded", Unproven: "p: wanted 1, got 2"})
		},
		"see that the fault is on when it is asked, or repair this probe": func(r *verdict.Result) {
			r.Run, r.ActionDeclared = verdict.Runs{{Name: "p", Proves: true, Status: "succeeded", Unproven: "p: wanted 1, got 2"}}, false
		},
		"find out what repaired the system meanwhile, such as a restart": func(r *verdict.Result) {
			r.Proof = verdict.Runs{{Name: "p", Status: "succeeded", Unproven: "x"}}
		},
		"add an action to the method, and a rollback that undoes it":      func(r *verdict.Result) { r.Run, r.ActionDeclared = nil, false },
		"choose another strategy for the hypothesis, or leave it out":     func(r *verdict.Result) { r.After, r.Strategy = nil, "before-method-only" },
		"give this probe a tolerance that can fail":                       func(r *verdict.Result) { r.After.Runs[0].AlwaysMet = true },
		"find out why the control changed it, or run without the control": func(r *verdict.Result) { r.Run[0].Decided = "a control set the status of 'a' to 'x'" },
	} {
		r := &verdict.Result{Status: "completed", Strategy: "default", Hypothesis: true, ActionDeclared: true, PlayRollbacks: true,
			Before: state(&yes, "succeeded"), Run: verdict.Runs{activity("action", "a", nil, "succeeded")}, After: state(&yes, "succeeded")}
		if v := r.Judge(); v.Word != verdict.Held {
			t.Fatalf("without a change: %v", v)
		}
		change(r)
		r.Verdict = r.Judge()
		if got := testSession("").next(r, nil); r.Verdict.Word != verdict.NoVerdict || got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A fault that nobody undoes is said, whatever the verdict.
func TestFaultIsStillOn(t *testing.T) {
	const still = "  undo     no rollbacks were played: what the method did is still there\n"
	for _, word := range []string{verdict.Held, verdict.Deviated, verdict.Explored, verdict.NoVerdict, verdict.Interrupted} {
		c, _, _ := testConsole("never")
		r := &verdict.Result{Begun: 1, Acted: []string{"a"}, Verdict: verdict.Verdict{Word: word}}
		if block := c.block(r, closing{}); !strings.Contains(block, still) {
			t.Errorf("%s: not said:\n%s", word, block)
		}
		if r.PlayRollbacks = true; word != verdict.Interrupted && strings.Contains(c.block(r, closing{}), still) {
			t.Errorf("%s: said of rollbacks that were played", word)
		}
		r.PlayRollbacks, r.Acted = false, nil
		block := c.block(r, closing{})
		if strings.Contains(block, still) {
			t.Errorf("%s: said of a fault that was only pretended, or begun", word)
		}
		if strings.Contains(block, "no rollbacks were played: what the method began is perhaps") != (word == verdict.Interrupted) {
			t.Errorf("%s: of an action that has only begun:\n%s", word, block)
		}
	}
}

func TestCompare(t *testing.T) {
	answered := func(status int64, body string) any { return value.MapOf("status", status, "body", body) }
	move := activity("action", "move", nil, "succeeded")
	weak := outcome(verdict.Deviated, "deviated", answered(200, "now"), answered(500, "broken"), move, exists("./x", false))
	strong := outcome(verdict.Held, "held", value.MapOf("status", int64(0)), "text", move)
	lost := outcome(verdict.NoVerdict, "held", nil, nil, activity("action", "move", nil, "failed"))
	lost.Result.Before.Runs[0].Fail("boom")
	lost.Result.After = nil
	weak.Target.Name, strong.Target.Name, lost.Target.Name = "weak", "strong", "lost"
	want := map[string][]string{
		"":        {"WEAK", "STRONG", "LOST"},
		"fault":   {"move", "move", "none"},
		"proven":  {"./x is gone", "yes", "no"},
		"before":  {"200 now", "0", "no answer: boom"},
		"after":   {"500 broken", `"text"`, "not asked"},
		"wanted":  {"200", "200", "200"},
		"verdict": {"WEAKNESS FOUND (deviated)", "HELD", "NO VERDICT"},
	}
	c, _, _ := testConsole("never")
	rows := c.compare([]*demo.Outcome{weak, strong, lost})
	for _, row := range rows {
		if label, cells := row[0], row[1:]; !slices.Equal(cells, want[label]) {
			t.Errorf("%s: got %q, want %q", label, cells, want[label])
		}
	}
	if len(rows) != len(want) {
		t.Errorf("there are %d rows", len(rows))
	}
	other := outcome(verdict.Held, "held", nil, nil, activity("action", "fill", nil, "succeeded"))
	if !evidence.SameFault(c.compare([]*demo.Outcome{weak, strong})) || evidence.SameFault(c.compare([]*demo.Outcome{weak, lost})) || evidence.SameFault(c.compare([]*demo.Outcome{weak, other})) {
		t.Error("which demos had the same fault is told wrongly")
	}
	if !weak.AsExpected() || !strong.AsExpected() || lost.AsExpected() {
		t.Error("which demos went as expected is told wrongly")
	}
}

// Where the demos stand below each other, what goes on in the next line stands below the text.
func TestStack(t *testing.T) {
	b := blockWriter{width: 40}
	b.stack([]string{"before", "500 a-word-that-is-longer-than-its-column and the rest", "200"}, []string{"", "WEAK", "RESILIENT"})
	want := `  before   WEAK      500
                     a-word-that-is-longer-than-its-column
                     and the rest
           RESILIENT 200
`
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
}

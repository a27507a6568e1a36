package verdict

import (
	"errors"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/value"
)

var (
	start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	yes   = true
	no    = false
)

// at is an activity that was carried out within the given second of the run.
func at(second int, name string) *Run {
	begun := start.Add(time.Duration(second) * time.Second)
	return &Run{Activity: value.MapOf("name", name), Name: name, Status: "succeeded", Start: begun, End: begun.Add(time.Second / 2)}
}

func action(second int, name string) *Run {
	r := at(second, name)
	r.Action = true
	return r
}

func met(second int) *State {
	probe := at(second, "up")
	probe.ToleranceMet = &yes
	return &State{Met: &yes, Runs: Runs{probe}}
}

func missed(second int) *State {
	s := met(second)
	s.Met, s.Runs[0].ToleranceMet = &no, &no
	s.Runs[0].Wanted, s.Runs[0].Got = "200", "500"
	return s
}

func blind(second int) *State {
	s := missed(second)
	s.Runs[0].Fail("no answer")
	return s
}

// held is a run in which every piece of the proof is there.
func held() *Result {
	proof := at(3, "gone")
	proof.Proves = true
	return &Result{
		Status: "completed", Strategy: "default", Hypothesis: true, ActionDeclared: true, PlayRollbacks: true,
		Before: met(1), Run: Runs{action(2, "fault"), proof}, After: met(4), Proof: Runs{at(5, "gone")}, Rollbacks: Runs{action(6, "undo")},
	}
}

func explored() *Result {
	r := held()
	r.Hypothesis, r.Before, r.After, r.Proof = false, nil, nil, nil
	return r
}

func deviated() *Result {
	r := held()
	r.After, r.Deviated = missed(4), true
	return r
}

func continuous(during ...*State) *Result {
	r := held()
	r.Strategy, r.During = "continuous", during
	return r
}

// served gives the answers before and after the method the header Server.
func served(r *Result, before, after string) {
	for state, server := range map[*State]string{r.Before: before, r.After: after} {
		state.Runs[0].Activity.Set("serves", "./file")
		state.Runs[0].Output = value.MapOf("status", int64(200), "headers", value.MapOf("Server", server))
	}
}

// row changes one thing in a run and names what the run shows then.
type row struct {
	name   string
	run    func() *Result
	change func(*Result)
	want   string
}

var rows = []row{
	{"every piece of the proof", held, func(*Result) {}, Held},
	{"held after only", held, func(r *Result) { r.Before, r.Strategy = nil, "after-method-only" }, Held},
	{"held without rollbacks", held, func(r *Result) { r.PlayRollbacks, r.Rollbacks = false, nil }, Held},
	{"held during", func() *Result { return continuous(met(2), met(3)) }, func(*Result) {}, Held},
	{"held during only", func() *Result { return continuous(met(3)) }, func(r *Result) { r.Before, r.After, r.Strategy = nil, nil, "during-method-only" }, Held},

	// No piece of the proof can be missing.
	{"not steady before", held, func(r *Result) { r.Before, r.Run = missed(1), nil }, NoVerdict},
	{"not measured before", held, func(r *Result) { r.Before, r.Run, r.Status = blind(1), nil, "failed" }, NoVerdict},
	{"before without its end", held, func(r *Result) { r.Before.Met = nil }, NoVerdict},
	{"before without a probe", held, func(r *Result) { r.Before.Runs = nil }, NoVerdict},
	{"an action failed", held, func(r *Result) { r.Run[0].Fail("boom"); r.Run[0].Unproven = "boom" }, NoVerdict},
	{"an action failed, and nobody noted why", held, func(r *Result) { r.Run[0].Fail("boom") }, NoVerdict},
	{"an action has no status", held, func(r *Result) { r.Run[0].Status = "" }, NoVerdict},
	{"an action with another status", held, func(r *Result) { r.Run[0].Status = "aborted" }, NoVerdict},
	{"an action without effect", held, func(r *Result) { r.Run[0].Unproven = "exit code 1" }, NoVerdict},
	{"a proof not met", held, func(r *Result) { r.Run[1].Unproven = "wanted gone" }, NoVerdict},
	{"a proof that failed", held, func(r *Result) { r.Run[1].Fail("boom") }, NoVerdict},
	{"a fault that healed", held, func(r *Result) { r.Proof[0].Unproven = "wanted gone" }, NoVerdict},
	{"no action and no proof", held, func(r *Result) { r.Run = nil }, NoVerdict},
	{"probes that prove nothing", held, func(r *Result) { r.Run = Runs{at(2, "look")} }, NoVerdict},
	{"a dry action", held, func(r *Result) { r.Run[0].Pretended = true }, NoVerdict},
	{"an action left out", held, func(r *Result) { r.Run[0].Skipped = true }, NoVerdict},
	{"somebody else answers", held, func(r *Result) { r.Before.Runs[0].Elsewhere = "another program" }, NoVerdict},
	{"somebody else answers, and fails later", deviated, func(r *Result) { r.Before.Runs[0].Elsewhere = "another program" }, NoVerdict},
	{"somebody else answers after the method", held, func(r *Result) { served(r, "a", "b") }, NoVerdict},
	{"somebody else fails after the method", deviated, func(r *Result) { served(r, "a", "b") }, NoVerdict},
	{"who answers after the method has no name", held, func(r *Result) { served(r, "a", "") }, NoVerdict},
	{"the same answers after the method", held, func(r *Result) { served(r, "a", "a") }, Held},
	{"nobody looked who answers", held, func(r *Result) { r.Serves, r.Before, r.Strategy = true, nil, "after-method-only" }, NoVerdict},
	{"a dry hypothesis", held, func(r *Result) { r.DryProbes = true }, NoVerdict},
	{"a probe of the hypothesis left out", held, func(r *Result) { r.After.Runs[0].Skipped = true }, NoVerdict},
	{"not checked after", held, func(r *Result) { r.After, r.Strategy = nil, "before-method-only" }, NoVerdict},
	{"not measured after", held, func(r *Result) { r.After, r.Status = blind(4), "failed" }, NoVerdict},
	{"after without its end", held, func(r *Result) { r.After.Met = nil }, NoVerdict},
	{"after without a probe", held, func(r *Result) { r.After.Runs = nil }, NoVerdict},
	{"after with a probe that was not judged", held, func(r *Result) { r.After.Runs[0].ToleranceMet = nil }, NoVerdict},
	{"after met, with a probe that was not", held, func(r *Result) { r.After.Runs[0].ToleranceMet = &no }, NoVerdict},
	{"after met, with a probe of another status", held, func(r *Result) { r.After.Runs[0].Status = "aborted" }, NoVerdict},
	{"a tolerance that cannot say no", held, func(r *Result) { r.After.Runs[0].AlwaysMet = true }, NoVerdict},
	{"an unexpected error of an activity", held, func(r *Result) { r.Run[0].Unexpected = errors.New("odd") }, NoVerdict},
	{"an unexpected error", held, func(r *Result) { r.Unexpected = errors.New("odd") }, NoVerdict},
	{"failed", held, func(r *Result) { r.Status = "failed" }, NoVerdict},
	{"aborted", held, func(r *Result) { r.Status = "aborted" }, NoVerdict},
	{"interrupted by nobody", held, func(r *Result) { r.Status = "interrupted" }, NoVerdict},
	{"no status", held, func(r *Result) { r.Status = "" }, NoVerdict},
	{"a status that is none", held, func(r *Result) { r.Status = "fine" }, NoVerdict},
	{"nothing at all", func() *Result { return &Result{} }, func(*Result) {}, NoVerdict},
	{"nothing but a hypothesis", func() *Result { return &Result{Hypothesis: true} }, func(*Result) {}, NoVerdict},

	// A deviation needs the same proof of the fault.
	{"deviated", deviated, func(*Result) {}, Deviated},
	{"deviated after only", deviated, func(r *Result) { r.Before, r.Strategy = nil, "after-method-only" }, Deviated},
	{"deviated, and the fault not proven", deviated, func(r *Result) { r.Run[0].Unproven = "boom" }, NoVerdict},
	{"deviated, and no fault", deviated, func(r *Result) { r.Run = nil }, NoVerdict},
	{"deviated, and the fault healed", deviated, func(r *Result) { r.Proof[0].Unproven = "healed" }, NoVerdict},
	{"deviated, and an unexpected error", deviated, func(r *Result) { r.Unexpected = errors.New("odd") }, NoVerdict},
	{"deviated, and not measured", deviated, func(r *Result) { r.After = blind(4) }, NoVerdict},
	{"a miss that the journal does not call a deviation", deviated, func(r *Result) { r.Deviated = false }, NoVerdict},
	{"deviated during", func() *Result { return continuous(met(1), missed(3)) }, func(*Result) {}, Deviated},
	{"deviated during, failing fast", func() *Result { return continuous(missed(3)) }, func(r *Result) { r.Status = "failed" }, Deviated},
	{"deviated during, before the fault", func() *Result { return continuous(missed(1)) }, func(r *Result) { r.Before = met(0) }, NoVerdict},
	{"not measured during", func() *Result { return continuous(blind(3)) }, func(*Result) {}, NoVerdict},
	{"not measured during, and deviated after", func() *Result { return continuous(blind(3)) }, func(r *Result) { r.After, r.Deviated = missed(4), true }, Deviated},
	{"checked during only before the fault", func() *Result { return continuous(met(1)) }, func(r *Result) { r.Before, r.After = nil, nil }, NoVerdict},

	{"checked during, before the last action", func() *Result { return continuous(met(3)) }, func(r *Result) {
		r.Before, r.After, r.Run = nil, nil, append(r.Run, action(4, "more"))
	}, NoVerdict},
	{"checked during, before a background action has ended", func() *Result { return continuous(met(3)) }, func(r *Result) {
		r.Before, r.After, r.Run = nil, nil, r.Run[:1]
		r.Run[0].Background, r.Run[0].End = true, start.Add(9*time.Second)
	}, NoVerdict},
	{"checked during, once a background action was proven", func() *Result { return continuous(met(4)) }, func(r *Result) {
		r.Before, r.After, r.Strategy = nil, nil, "during-method-only"
		r.Run[0].Background, r.Run[0].End = true, start.Add(9*time.Second)
	}, Held},
	{"not checked before, as nobody had asked for", held, func(r *Result) { r.Before = nil }, NoVerdict},

	// Exploration.
	{"explored", explored, func(*Result) {}, Explored},
	{"explored by probes", explored, func(r *Result) { r.Run = Runs{at(2, "look")} }, Explored},
	{"the hypothesis skipped", held, func(r *Result) { r.Strategy, r.Before, r.After, r.Proof = "skip", nil, nil, nil }, Explored},
	{"explored, an action failed", explored, func(r *Result) { r.Run[0].Fail("boom") }, NoVerdict},
	{"explored, a proof not met", explored, func(r *Result) { r.Run[1].Unproven = "boom" }, NoVerdict},
	{"explored by pretended probes", explored, func(r *Result) { r.Run = Runs{at(2, "look")}; r.Run[0].Pretended = true }, NoVerdict},
	{"explored, altered", explored, func(r *Result) { r.Altered = "a control has changed 'up'" }, NoVerdict},
	{"continuous, not checked after", func() *Result { return continuous(met(3)) }, func(r *Result) { r.After = nil }, NoVerdict},
	{"deviated, a control decided before", deviated, func(r *Result) { r.Before.Runs[0].Decided = "a control changed the output of 'up'" }, NoVerdict},
	{"deviated, a control decided the gate", deviated, func(r *Result) { r.Before.Decided = true }, NoVerdict},
	{"deviated, a control decided a proof", deviated, func(r *Result) { r.Proof[0].Decided = "a control changed the output of 'gone'" }, NoVerdict},
	{"held, altered", held, func(r *Result) { r.Altered = "a control has changed 'up'" }, NoVerdict},
	{"deviated, altered", deviated, func(r *Result) { r.Altered = "a control has changed 'up'" }, NoVerdict},
	{"explored dry", explored, func(r *Result) { r.Run[0].Pretended = true }, NoVerdict},
	{"explored, and aborted", explored, func(r *Result) { r.Status = "aborted" }, NoVerdict},

	// What is dangerous comes first.
	{"a rollback failed", held, func(r *Result) { r.Rollbacks[0].Fail("boom") }, NotUndone},
	{"a rollback without effect", held, func(r *Result) { r.Rollbacks[0].Unproven = "exit code 1" }, NotUndone},
	{"a rollback cut short", held, func(r *Result) { r.Rollbacks[0].Status = "" }, NotUndone},
	{"a rollback left out", held, func(r *Result) { r.Rollbacks[0].Skipped = true }, NotUndone},
	{"a rollback with an error", held, func(r *Result) { r.Rollbacks[0].Unexpected = errors.New("odd") }, NotUndone},
	{"a rollback that never began", held, func(r *Result) { r.Unplayed = 1 }, NotUndone},
	{"a rollback failed after a deviation", deviated, func(r *Result) { r.Rollbacks[0].Fail("boom") }, NotUndone},
	{"a rollback failed, and interrupted", held, func(r *Result) { r.Rollbacks[0].Fail("boom"); r.Stop = BySignal("SIGINT", 2) }, NotUndone},
	{"a rollback failed that was not to be played", held, func(r *Result) { r.PlayRollbacks = false; r.Rollbacks[0].Fail("boom") }, Held},
	{"interrupted", held, func(r *Result) { r.Stop, r.Status = BySignal("SIGINT", 2), "interrupted" }, Interrupted},
	{"interrupted after a deviation", deviated, func(r *Result) { r.Stop = &Stop{Why: "enough"} }, Interrupted},
	{"interrupted, and an action failed", held, func(r *Result) { r.Stop = ByExit("3"); r.Run[0].Fail("boom") }, Interrupted},
}

func TestJudge(t *testing.T) {
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			r := row.run()
			row.change(r)
			got := r.Judge()
			if got.Word != row.want || got.Reason == "" {
				t.Errorf("got %s (%s), want %s", got.Word, got.Reason, row.want)
			}
			if again := r.Judge(); again != got {
				t.Errorf("asked again: %s", again.Word)
			}
		})
	}
}

// What to do fits the reason, also where several reasons have one beginning.
func TestNext(t *testing.T) {
	for _, c := range []struct {
		run    func() *Result
		change func(*Result)
		next   string
	}{
		{held, func(*Result) {}, ""},
		{held, func(r *Result) { r.Run[0].Unproven = "the action 'fault' ended with exit code 1" }, "repair the action; the journal has its output"},
		{held, func(r *Result) {
			r.Run[0].Fail("took too long")
			r.Run[0].Late, r.Run[0].Unproven = true, "the action 'fault' failed: took too long"
		}, "find out what takes so long, or allow more: --max-time SECONDS"},
		{held, func(r *Result) { r.Run[0].Unproven = "the action 'fault' failed: it said (--max-time)" }, "repair the action; the journal has its output"},
		{held, func(r *Result) { r.Run[1].Unproven = "gone: wanted true, got false" }, "find out why the action had no effect, or repair this probe"},
		{held, func(r *Result) { r.Run[0].Decided, r.Run[0].Unproven = "a control set the status", "boom" }, askControl},
		{held, func(r *Result) { r.Proof[0].Unproven = "gone: wanted true, got false" }, "find out what repaired the system meanwhile, such as a restart"},
		{held, func(r *Result) { r.Proof[0].Decided = "a control changed the output of 'gone'" }, askControl},
		{held, func(r *Result) { r.Before.Decided = true }, askControl},
		{held, func(r *Result) { r.Altered = "a control has changed 'up'" }, askControl},
		{explored, func(*Result) {}, ""},
		{explored, func(r *Result) { r.Hypothesis, r.Strategy = true, "skip" }, "choose another strategy to check the hypothesis"},
	} {
		r := c.run()
		c.change(r)
		if got := r.Judge(); got.Next != c.next {
			t.Errorf("%s: got %q, want %q", got.Reason, got.Next, c.next)
		}
	}
}

// Whatever a control writes into the journal, the verdict says the same.
func TestControlsDecide(t *testing.T) {
	set := func(key string, v any) func(*value.Map) { return func(m *value.Map) { m.Set(key, v) } }
	within := func(part string, change func(*value.Map)) func(*value.Map) {
		return func(m *value.Map) { change(m.Map("steady_states").Map(part)) }
	}
	run := func(change func(*value.Map)) func(*value.Map) {
		return func(m *value.Map) { change(m.List("run")[0].(*value.Map)) }
	}
	for _, c := range []struct {
		name   string
		run    func() *Result
		change func(journal *value.Map)
		want   string
	}{
		{"nothing", held, func(*value.Map) {}, Held},
		{"a note of its own", held, set("note", "x"), Held},
		{"deviated", held, set("deviated", true), Deviated},
		{"deviated, of an exploration", explored, set("deviated", true), Deviated},
		{"deviated, the fault not proven", func() *Result { r := held(); r.Run[0].Unproven = "boom"; return r }, set("deviated", true), NoVerdict},
		{"not deviated", deviated, set("deviated", false), NoVerdict},
		{"failed", held, set("status", "failed"), NoVerdict},
		{"failed, of a deviation", deviated, set("status", "failed"), NoVerdict},
		{"completed, of an abortion", func() *Result { r := held(); r.Status, r.Unexpected = "aborted", errors.New("odd"); return r }, set("status", "completed"), NoVerdict},
		{"a status that is none", held, set("status", nil), NoVerdict},
		{"not met before", held, within("before", set("steady_state_met", false)), NoVerdict},
		{"not met after", held, within("after", set("steady_state_met", false)), NoVerdict},
		{"met after, and deviated all the same", deviated, within("after", set("steady_state_met", true)), Deviated},
		{"no probe after", held, within("after", set("probes", []any{})), NoVerdict},
		{"an action failed", held, run(set("status", "failed")), NoVerdict},
		{"an action succeeded", func() *Result { r := held(); r.Run[0].Fail("boom"); r.Run[0].Unproven = "boom"; return r }, run(set("status", "succeeded")), NoVerdict},
		{"a note at an action", held, run(set("note", "x")), Held},
		{"no run", held, set("run", []any{}), NoVerdict},
		{"the failed action taken out", func() *Result { r := held(); r.Run[0].Fail("boom"); return r }, func(m *value.Map) { m.Set("run", m.List("run")[1:]) }, NoVerdict},
		{"the output of an action, after it was judged", held, run(set("output", int64(0))), Held},
		{"no check after", held, func(m *value.Map) { m.Map("steady_states").Set("after", nil) }, NoVerdict},
		{"no states", held, func(m *value.Map) { m.Delete("steady_states") }, NoVerdict},
		{"a failed action added", held, func(m *value.Map) {
			m.Set("run", append(m.List("run"), value.MapOf("activity", value.MapOf("name", "z", "type", "action"), "status", "failed")))
		}, NoVerdict},
		{"a failed rollback taken out", func() *Result { r := held(); r.Rollbacks[0].Fail("boom"); return r }, set("rollbacks", []any{}), NotUndone},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.run()
			before := journalOf(r)
			after := before.Clone()
			c.change(after)
			r.Adopt(before, after)
			if got := r.Judge(); got.Word != c.want {
				t.Errorf("got %s (%s), want %s", got.Word, got.Reason, c.want)
			}
		})
	}
}

func journalOf(r *Result) *value.Map {
	return value.MapOf("status", r.Status, "deviated", r.Deviated, "run", r.Run.Values(), "rollbacks", r.Rollbacks.Values(),
		"steady_states", value.MapOf("before", r.Before.Value(), "after", r.After.Value(), "during", []any{}))
}

func TestCode(t *testing.T) {
	for _, c := range []struct {
		word string
		stop *Stop
		want int
	}{
		{Held, nil, 0}, {Explored, nil, 0}, {Deviated, nil, 1}, {NoVerdict, nil, 4}, {NotUndone, nil, 5}, {NotUndone, BySignal("SIGINT", 2), 5},
		{Interrupted, BySignal("SIGINT", 2), 130}, {Interrupted, BySignal("SIGTERM", 15), 143}, {Interrupted, ByExit("3"), 130},
		{Interrupted, BySignal("SIGUSR1", 10), 138}, {Interrupted, BySignal("SIGUSR2", 12), 140}, {Interrupted, &Stop{Why: "enough"}, 130}, {"", nil, 4},
	} {
		if got := (&Result{Verdict: Verdict{Word: c.word}, Stop: c.stop}).Code(); got != c.want {
			t.Errorf("%s, %v: %d, want %d", c.word, c.stop, got, c.want)
		}
	}
	if !ByExit("30").NoRollbacks || ByExit("20").NoRollbacks || !BySignal("SIGUSR2", 12).NoRollbacks || BySignal("SIGUSR1", 10).NoRollbacks {
		t.Error("which exits leave the rollbacks out is told wrongly")
	}
}

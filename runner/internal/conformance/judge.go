package conformance

import (
	"encoding/json"
	"slices"
)

// judge derives the verdict that our runner owes from what the toolkit did: the
// table of verdicts in the design, applied to a reduced journal. It is
// meant for experiments of the generator, whose names are unique and whose
// method has no tolerances but numbers and lists of them.
func judge(experiment map[string]any, o Outcome, args []string) Verdict {
	j := judgement{experiment, o, valueOf(args, "--dry"), valueOf(args, "--hypothesis-strategy")}
	return j.verdict()
}

type judgement struct {
	experiment map[string]any
	outcome    Outcome
	dry        string
	strategy   string // of the hypothesis, if the command line names one
}

func valueOf(args []string, flag string) string {
	if i := slices.Index(args, flag); i >= 0 {
		return args[i+1]
	}
	return ""
}

func (j judgement) verdict() Verdict {
	noVerdict := Verdict{Word: "no-verdict", Exit: 4}
	states, _ := j.outcome["steady_states"].(map[string]any)
	before, after := asMap(states["before"]), asMap(states["after"])
	during, _ := states["during"].([]any)
	switch {
	case j.anyEntry("rollbacks", j.notUndone):
		return Verdict{Word: "not-undone", Exit: 5}
	case j.outcome["status"] == "aborted",
		before != nil && before["met"] != true,
		failedProbe(append(slices.Clone(during), after)),
		j.anyEntry("run", j.unproven):
		return noVerdict
	case !j.hasHypothesis():
		return Verdict{Word: "explored", Exit: 0}
	case !j.anyEntry("run", j.proves), j.dry == "probes", j.dry == "activities":
		return noVerdict
	}
	for _, state := range append(slices.Clone(during), after) {
		if m := asMap(state); m != nil && m["met"] != true {
			return Verdict{Word: "deviated", Exit: 1}
		}
	}
	if after == nil && len(during) == 0 {
		return noVerdict
	}
	return Verdict{Word: "held", Exit: 0}
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func (j judgement) anyEntry(part string, is func(map[string]any) bool) bool {
	list, _ := j.outcome[part].([]any)
	return slices.ContainsFunc(list, func(v any) bool { return is(asMap(v)) })
}

func failedProbe(states []any) bool {
	return slices.ContainsFunc(states, func(state any) bool {
		probes, _ := asMap(state)["probes"].([]any)
		return slices.ContainsFunc(probes, func(v any) bool { return asMap(v)["status"] != "succeeded" })
	})
}

// hasHypothesis tells whether there is something to ask, and it is asked.
func (j judgement) hasHypothesis() bool {
	probes, _ := asMap(j.experiment["steady-state-hypothesis"])["probes"].([]any)
	own := asMap(asMap(j.experiment["runtime"])["hypothesis"])["strategy"]
	return len(probes) > 0 && (own != "skip" || j.strategy != "")
}

// proves tells whether an entry says anything of a fault at all.
func (j judgement) proves(entry map[string]any) bool {
	return entry["type"] == "action" || j.declared(entry)["tolerance"] != nil
}

// unproven tells whether an entry shows that the fault did not land.
func (j judgement) unproven(entry map[string]any) bool {
	declared := j.declared(entry)
	tolerance := declared["tolerance"] // null is none
	hasTolerance := tolerance != nil
	switch {
	case entry["status"] == nil: // it ended in an unexpected error
		return true
	case entry["type"] != "action" && !hasTolerance:
		return false
	case entry["status"] != "succeeded" || j.isDry(entry):
		return true
	case hasTolerance:
		return !among(asMap(entry["output"])["status"], tolerance)
	}
	return endedBadly(entry)
}

// notUndone tells whether a rollback failed, or ended as one that failed does.
func (j judgement) notUndone(entry map[string]any) bool {
	return entry["status"] != "succeeded" || entry["type"] == "action" && endedBadly(entry)
}

// endedBadly tells whether a process said that it failed, or a server that it
// refused. What Python functions return says nothing of the kind.
func endedBadly(entry map[string]any) bool {
	output := asMap(entry["output"])
	status, ok := output["status"].(json.Number)
	if _, isProcess := output["stdout"]; isProcess {
		return status != "0"
	}
	n, err := status.Int64()
	return ok && output["body"] != nil && (err != nil || n > 399)
}

func (j judgement) isDry(entry map[string]any) bool {
	return j.dry == "activities" || j.dry == "actions" && entry["type"] == "action" ||
		j.dry == "probes" && entry["type"] == "probe"
}

func among(status, tolerance any) bool {
	list, ok := plain(tolerance).([]any)
	if !ok {
		list = []any{plain(tolerance)}
	}
	return slices.Contains(list, status)
}

// declared finds the activity that an entry is of.
func (j judgement) declared(entry map[string]any) map[string]any {
	method, _ := j.experiment["method"].([]any)
	probes, _ := asMap(j.experiment["steady-state-hypothesis"])["probes"].([]any)
	for _, v := range append(slices.Clone(method), probes...) {
		if activity := asMap(v); activity["name"] == entry["name"] {
			return activity
		}
	}
	return nil
}

package verdict

// elsewhere finds an answer from another system than the one that the method acts on.
func (r *Result) elsewhere() Verdict {
	if r.Before == nil {
		if r.Serves && len(r.passes()) > 0 {
			return noVerdict("nothing shows that the right program answered: serves is checked before the method, and the strategy "+r.Strategy+" checks the hypothesis later",
				"choose another strategy for the hypothesis, or leave serves out")
		}
		return Verdict{}
	}
	for _, run := range r.Before.Runs {
		if run.Elsewhere != "" {
			return noVerdict(run.Elsewhere, "stop the other program, or start the right one in this folder, or use another port for it")
		}
	}
	return Verdict{}
}

// Warning is what the system itself says that is wrong with it, which makes the verdict
// doubtful; empty for nothing.
func (r *Result) Warning() string {
	if r.Before != nil {
		for _, run := range r.Before.Runs {
			if run.Warning != "" {
				return run.Warning
			}
		}
	}
	return ""
}

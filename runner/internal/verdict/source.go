package verdict

import (
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

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
	if reason := r.Replaced(); reason != "" {
		return noVerdict(reason, "let the same program run until the experiment has ended, and repeat the experiment")
	}
	return Verdict{}
}

// Replaced says that a probe with the key serves was answered by another program after the
// method than before it: by one that calls itself differently in the header Server. It is
// empty where nothing shows that.
func (r *Result) Replaced() string {
	if r.Before == nil {
		return ""
	}
	for _, pass := range r.passes() {
		for i, run := range pass.Runs {
			if i >= len(r.Before.Runs) || !run.Activity.Has("serves") {
				continue
			}
			first, isAnswer := serverOf(r.Before.Runs[i])
			if later, answered := serverOf(run); isAnswer && answered && later != first {
				return "the program that answered before the method ended or was started again, and another one answered after it"
			}
		}
	}
	return ""
}

// serverOf is the header Server of an HTTP answer.
func serverOf(run *Run) (server string, isAnswer bool) {
	answer, _ := run.Output.(*value.Map)
	headers, isAnswer := answer.Value("headers").(*value.Map)
	return headers.Text("Server"), isAnswer
}

// Warning is what the system itself says that is wrong with it, which makes the verdict
// doubtful: the header Warning: 199 agent "text" (RFC 7234) of an answer to a probe with the key
// serves. It is empty for nothing.
func (r *Result) Warning() string {
	for _, run := range r.probes() {
		answer, _ := run.Output.(*value.Map)
		code, rest, _ := strings.Cut(answer.Map("headers").Text("Warning"), " ")
		_, text, _ := strings.Cut(rest, " ")
		if text = strings.Trim(text, `"`); run.Activity.Has("serves") && code == "199" && text != "" {
			return text
		}
	}
	return ""
}

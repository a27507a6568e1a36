package exercise

import (
	"slices"

	"chaosworkshop.example/runner/internal/verdict"
)

// Hint is the help for one state of the learner's file.
type Hint struct {
	State string // its name
	When  When
	Steps []string          // without code
	Code  map[string]string // the last step, by language, or for "any"
}

// When says what must be true of a play for a hint to fit: all that is given.
type When struct {
	Unchanged bool    // the learner's file is as it came
	Given     bool    // another file is not
	Broken    string  // nothing could be played, for a reason that has this pattern
	Ended     bool    // the service ended by itself
	Play      string  // the name of the play
	Verdict   string  // its verdict
	Reason    string  // a pattern of the verdict's reason
	Failed    bool    // an action of the method failed
	Unproven  bool    // no probe of the method has found the fault
	Fault     string  // what the fault of the learner's experiment lacks: see Seen
	Before    *Answer // an answer before the method
	After     *Answer // an answer after it
}

// Hint is the first hint that fits what was seen. There is always one.
func (e *Exercise) Hint(s *Seen, unchanged bool) Hint {
	for _, hint := range e.Hints {
		if hint.When.fits(s, unchanged) {
			return hint
		}
	}
	return Hint{State: "none", Steps: []string{e.Task}}
}

// Said are all steps of a hint, the code last.
func (e *Exercise) Said(h Hint) []string {
	code, ok := h.Code[e.Language]
	if !ok {
		code, ok = h.Code["any"]
	}
	if ok {
		return append(h.Steps[:len(h.Steps):len(h.Steps)], code)
	}
	return h.Steps
}

func (w When) fits(s *Seen, unchanged bool) bool {
	switch r := s.Result; {
	case w.Unchanged && !unchanged, w.Given && s.Given == "", w.Ended && !s.Ended:
		return false
	case w.Broken != "" && (s.Broken == nil || !pattern(w.Broken).MatchString(s.Broken.Error())):
		return false
	case w.Play != "" && w.Play != s.Play.Name, w.Fault != "" && w.Fault != s.fault():
		return false
	case w.Unproven && (r == nil || s.unproven() == ""):
		return false
	case w.Failed && s.Failed() == "":
		return false
	case w.Verdict == "" && w.Reason == "" && w.Before == nil && w.After == nil:
		return true
	case r == nil, w.Verdict != "" && w.Verdict != r.Verdict.Word:
		return false
	default:
		return pattern(w.Reason).MatchString(r.Verdict.Reason) && s.has(w.Before, r.Before) && s.has(w.After, r.After)
	}
}

// has tells whether a pass has an answer of this pattern; each has nil.
func (s *Seen) has(a *Answer, pass *verdict.State) bool {
	if a == nil || pass == nil {
		return a == nil
	}
	return slices.ContainsFunc(pass.Runs, func(run *verdict.Run) bool { return s.matches(*a, run) })
}

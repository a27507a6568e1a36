package verdict

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/value"
)

// Result is what happened in one run of an experiment.
type Result struct {
	Title         string // with its variables replaced
	Start, End    time.Time
	Status        string // completed, failed, aborted or interrupted, as the toolkit has it
	Deviated      bool   // the journal's key: the hypothesis was not met after the method
	Before, After *State // nil where the hypothesis was not checked
	During        []*State
	Run           Runs // the method, in the order in which activities started
	Rollbacks     Runs
	Proof         Runs  // probes of the method, asked again after the hypothesis
	Stop          *Stop // what interrupted the run; nil for nothing
	Verdict       Verdict

	// What was to be done.
	Strategy       string   // when the hypothesis was to be checked, in the toolkit's word
	Hypothesis     bool     // the experiment has a hypothesis with probes
	ActionDeclared bool     // the method has an action
	Serves         bool     // a probe of the hypothesis has the key serves
	DryProbes      bool     // probes were only pretended, those of the hypothesis too
	PlayRollbacks  bool     // the rollbacks were to be played
	Unplayed       int      // how many of them never began
	Played         int      // how many of them began
	NotUndone      []string // the names of those that were to be played and have not succeeded
	Left           string   // the file with what Recover of package run needs to play these; empty for none
	Misspelt       []string // what is probably misspelt in the experiment and was ignored, in words

	// What was done, whatever controls make of the lists of runs.
	Begun int      // activities of the method that began
	Acted []string // the names of the actions of the method that were carried out

	Unexpected error  // the first unexpected error; nil for none
	Decided    string // what a control has changed in the journal, in words
	Altered    string // what a control has changed in what the run was to show, in words

	statusSet bool // a control has set the status of the run, to neither completed nor deviated
	taken     Runs // rollbacks that a control has taken out of the journal
}

// State is one pass over the hypothesis.
type State struct {
	Met     *bool // nil where the pass did not come to its end
	Runs    Runs
	Decided bool // a control has said whether it is met, against what was measured

	journalled *value.Map // as controls have left it; nil where they changed nothing
}

// Runs are activities that were carried out, in order.
type Runs []*Run

// Run is one activity, carried out once.
type Run struct {
	Activity     *value.Map // the activity's mapping as it began; its values are the experiment's
	Output       any
	Status       string    // succeeded or failed; empty where the activity was cut off
	Start, End   time.Time // pauses left out; the end is zero while it runs
	ToleranceMet *bool     // of a probe of the hypothesis

	Name, Provider string
	Action         bool
	Background     bool
	Proves         bool // it has a tolerance of its own, outside the hypothesis
	Pretended      bool // dry: nothing was done
	Skipped        bool // a person or a control skipped it

	Reason     string // why it failed, in words
	Late       bool   // it took longer than it may
	Wanted     string // what its tolerance asks for, in words; empty where it was not compared
	Got        string // what was compared, where the tolerance was not met
	Unproven   string // why it proves nothing, in words; empty if it does
	AlwaysMet  bool   // its tolerance accepts every answer
	Unexpected error  // an error that is no failure of the activity; nil for none
	Decided    string // what a control has changed in it, in words
	Elsewhere  string // why its answer is not from the system that the method acts on, in words

	journalled *value.Map // as controls have left it; nil where they changed nothing
	other      *any       // what a control has put in the place of a run, and is no mapping; nil for nothing
	measured   any        // the output before a control changed it
	changed    bool       // a control has changed it since it was evaluated
}

// Stop is why a run was interrupted. It is the cause of the context that ended.
type Stop struct {
	By          string // a signal's name, "exit" for a Python function; empty for a control or a person
	Signal      int    // the signal's number; 0 where no signal stopped the run
	NoRollbacks bool   // the fault is to be left as it is
	Code        string // of a Python function that exits, or of SIGUSR1 and SIGUSR2 in the toolkit's log
	Why         string // in words, for the verdict
}

func (s *Stop) Error() string { return s.Why }

// ByExit is the stop of a Python function that exits, with the code that it gave;
// 30 leaves the rollbacks out, as in the toolkit.
func ByExit(code string) *Stop {
	return &Stop{By: "exit", Code: code, NoRollbacks: code == "30", Why: "stopped by a Python function that exits with " + code}
}

// BySignal is the stop of a signal, by its name and its number. To the toolkit
// SIGUSR1 asks for a graceful exit and SIGUSR2 for one without rollbacks.
func BySignal(name string, number int) *Stop {
	code := map[string]string{"SIGUSR1": "20", "SIGUSR2": "30"}[name]
	return &Stop{By: name, Signal: number, Code: code, NoRollbacks: code == "30", Why: "stopped by " + strings.ReplaceAll(name, "SIGINT", "Ctrl-C (SIGINT)")}
}

// Evaluate calls evaluate for the run. Where a control has changed the output, it is evaluated as
// it is now, and as it was measured before: if the two show different things, nothing is proven.
func (r *Run) Evaluate(evaluate func(*Run) error) error {
	if !r.changed {
		return evaluate(r)
	}
	measured := *r
	measured.Output = r.measured
	for _, run := range []*Run{&measured, r} {
		if err := evaluate(run); err != nil {
			r.NotJudged()
			return err
		}
	}
	r.changed = false
	shows := func(r *Run) bool { return r.Unproven == "" && (r.ToleranceMet == nil || *r.ToleranceMet) }
	if shows(r) != shows(&measured) {
		r.Decided = fmt.Sprintf("a control changed the output of '%s'", r.Name)
	}
	return nil
}

// NotJudged notes that the experiment was stopped before it was known whether the run proves something.
func (r *Run) NotJudged() {
	if r.Proves && r.Unproven == "" {
		r.Unproven = fmt.Sprintf("the run was stopped before '%s' was judged", r.Name)
	}
}

// CheckEnd notes of an action without a tolerance that it proves nothing, where its exit code or
// its status says that it did not work.
func (r *Run) CheckEnd() {
	output, _ := r.Output.(*value.Map)
	status, ok := output.Value("status").(int64)
	switch {
	case r.Provider != "http" && r.Provider != "process" && r.Provider != "python":
		r.Unproven = fmt.Sprintf("the action '%s' did nothing: there is no provider of type '%s'", r.Name, r.Provider)
	case !ok:
	case r.Provider == "process" && status < 0:
		r.Unproven = fmt.Sprintf("the action '%s' was killed by signal %d", r.Name, -status)
	case r.Provider == "process" && status > 0:
		r.Unproven = fmt.Sprintf("the action '%s' ended with exit code %d", r.Name, status)
	case r.Provider == "http" && status > 399:
		r.Unproven = fmt.Sprintf("the action '%s' was answered with status %d", r.Name, status)
	}
}

// Succeeded tells whether the activity was carried out.
func (r *Run) Succeeded() bool { return r.Status == "succeeded" }

// Failed tells whether the activity could not be carried out.
func (r *Run) Failed() bool { return r.Status == "failed" }

// Unfinished tells whether the activity was cut off, by a signal or by an unexpected error.
func (r *Run) Unfinished() bool { return r.Status == "" }

// Fail notes that the activity could not be carried out, and why.
func (r *Run) Fail(reason string) { r.Status, r.Reason = "failed", reason }

// Deviation says what a probe wanted and what it got, or why it got nothing.
func (r *Run) Deviation() string {
	switch {
	case r.Failed():
		return fmt.Sprintf("%s: %s", r.Name, r.Reason)
	case r.Decided != "" && r.Got == "":
		return r.Decided
	}
	return fmt.Sprintf("%s: wanted %s, got %s", cmp.Or(r.Decided, r.Name), r.Wanted, r.Got)
}

// IsMet tells whether the whole hypothesis was met. It may be called on nil.
func (s *State) IsMet() bool { return s != nil && s.Met != nil && *s.Met }

// Last is the run that decided the pass; nil where no probe was asked.
func (s *State) Last() *Run {
	if s == nil || len(s.Runs) == 0 {
		return nil
	}
	return s.Runs[len(s.Runs)-1]
}

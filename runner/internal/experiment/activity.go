package experiment

import "chaosworkshop.example/runner/internal/value"

// The two types of activity.
const (
	Probe  = "probe"  // asks
	Action = "action" // changes
)

// Activity is one step: a probe or an action, and who carries it out.
type Activity struct {
	Type         string // Probe or Action
	Name         string
	Provider     *value.Map // who carries it out, as written; nil for a ref
	Tolerance    any        // as written: see package tolerance; nil for none, or if it is null
	HasTolerance bool       // the key tolerance is there
	Serves       string     // our own key: a file whose contents the answer must have before the method
	Throughout   bool       // proof: throughout, our own key: asked again after the hypothesis
	Background   bool
	Ref          string     // the name of the activity to carry out in its place
	Pauses       *value.Map // before and after, in seconds; nil for none
	Written      *value.Map // the activity in the experiment; the other fields may be a copy's
	Basis        *value.Map // all of it that a proof rests on; nil where no control can change it
}

// ProofThroughout is the value of the key proof that asks a method's probe once
// more after the hypothesis has been checked. The toolkit ignores the key.
const ProofThroughout = "throughout"

// NewActivity reads an activity's mapping; what is missing or of the wrong type is empty.
func NewActivity(written *value.Map) *Activity {
	tolerance, hasTolerance := written.Get("tolerance")
	return &Activity{
		Type: written.AsText("type"), Name: written.AsText("name"), Ref: written.AsText("ref"), Provider: written.Map("provider"),
		Tolerance: tolerance, HasTolerance: hasTolerance, Throughout: written.AsText("proof") == ProofThroughout,
		Serves:     written.Text("serves"),
		Background: value.Truthy(written.Value("background")), Pauses: written.Map("pauses"), Written: written,
	}
}

// ProviderType is http, process or python.
func (a *Activity) ProviderType() string { return a.Provider.AsText("type") }

// Failed is the error of an activity that could not be carried out: for example the
// connection was refused, the time was over, or a function raised. The run notes it
// and continues, as the toolkit does for ActivityFailed; any other error ends the run.
type Failed struct {
	Reason  string // as in "FileNotFoundError: [Errno 2] No such file or directory: 'x'"
	Unended bool   // what it started could not be ended
	Late    bool   // it took longer than it may, so there is no answer
}

func (f *Failed) Error() string { return f.Reason }

package experiment

// The values that the toolkit takes for its strategies, and for what is only
// pretended. Skip is only for the experiment's runtime block; "continously" is
// the toolkit's old spelling.
var (
	HypothesisStrategies = []string{"default", "before-method-only", "after-method-only",
		"during-method-only", "continuously", "continously", "skip"}
	RollbackStrategies = []string{"default", "always", "never", "deviated"}
	DryModes           = []string{"probes", "actions", "activities", "pause"}
)

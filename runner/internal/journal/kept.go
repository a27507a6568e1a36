package journal

import (
	"fmt"
	"slices"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
	"chaosworkshop.example/runner/internal/weight"
)

// stamp is this process, as Left knows it again.
func stamp() *value.Map {
	self := process.Self()
	return value.MapOf("pid", int64(self.PID), "started", self.Started, "boot", self.Boot, "space", self.Space)
}

// mostInLine is how many bytes an output in the lines has at most: a signal waits while secrets are hidden in it.
const mostInLine = 8 << 20

// Record adds one run to the partial journal, that of an activity which begins or is over; part is
// where it belongs: method, rollbacks, or a check of the hypothesis. Several goroutines may call it.
func (j *Journal) Record(part string, run *verdict.Run) error {
	if weight.Of(run.Output).Bytes > mostInLine {
		brief := *run
		brief.Shorten(fmt.Sprintf("a run that is killed keeps no output of more than %d MiB", mostInLine>>20))
		run = &brief
	}
	err := j.add(j.mask(value.MapOf("part", part, "run", run.Value())))
	if j.partial != nil && hasDone(part) {
		j.mu.Lock()
		defer j.mu.Unlock()
		name := j.partial.Name()
		j.begun.Store(&name)
	}
	return err
}

// Configured keeps the values of the configuration, before the first activity begins, and again once a control has changed them.
func (j *Journal) Configured(configuration *value.Map) error {
	return j.keepMasked("configuration", configuration)
}

// Moves keeps the working folder, which a Python function has changed.
func (j *Journal) Moves(folder string) error {
	return j.add(value.MapOf("folder", toKeep(folder)))
}

// Sets keeps the environment variables that Python functions have set; null is one that they removed.
func (j *Journal) Sets(variables *value.Map) error {
	return j.keepMasked("environment", variables)
}

// keepMasked keeps values, and the keys of those in which a secret was hidden: see Left.Hides.
func (j *Journal) keepMasked(what string, values *value.Map) error {
	masked, _ := j.mask(values).(*value.Map)
	hidden := []any{}
	for key, v := range values.All() {
		if !value.Equal(masked.Value(key), v) {
			hidden = append(hidden, key)
		}
	}
	return j.add(toKeep(value.MapOf(what, masked, "hidden", hidden)))
}

// Hides tells whether a secret was hidden in the value of a key that was kept, of the configuration or the environment.
func (l *Left) Hides(what, key string) bool {
	return slices.Contains(l.Begun.List("hidden_"+what), any(key))
}

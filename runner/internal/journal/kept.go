package journal

import (
	"slices"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// stamp is this process, as Left knows it again.
func stamp() *value.Map {
	self := process.Self()
	return value.MapOf("pid", int64(self.PID), "started", self.Started, "boot", self.Boot, "space", self.Space)
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

package journal

import "chaosworkshop.example/runner/internal/value"

// Configured keeps the values of the configuration, before the first activity begins, and again once a control has changed them.
func (j *Journal) Configured(configuration *value.Map) error {
	return j.add(toKeep(j.mask(value.MapOf("configuration", configuration))))
}

// Moves keeps the working folder, which a Python function has changed.
func (j *Journal) Moves(folder string) error {
	return j.add(value.MapOf("folder", toKeep(folder)))
}

// Sets keeps the environment variables that Python functions have set; null is one that they removed.
func (j *Journal) Sets(variables *value.Map) error {
	return j.add(toKeep(j.mask(value.MapOf("environment", variables))))
}

// Package schema holds what an editor needs to know about the files that people
// write: a JSON Schema (draft 2020-12) of experiments, and one of targets.
//
// Its tests hold each schema to the code that reads such files: both accept and
// refuse the same. Beside JSON Schema's own words there are those that VS Code
// shows: errorMessage, patternErrorMessage, deprecationMessage and
// enumDescriptions (https://code.visualstudio.com/docs/languages/json).
package schema

import "embed"

//go:embed experiment.json target.json
var files embed.FS

// Kinds are the sorts of file that there is a schema of.
func Kinds() []string { return []string{"experiment", "target"} }

// Of returns the schema of one of Kinds, as JSON text, and whether there is one.
func Of(kind string) (string, bool) {
	text, err := files.ReadFile(kind + ".json")
	return string(text), err == nil
}

// Package schema holds what an editor needs to know about the files that people
// write: a JSON Schema (draft 2020-12) of experiments, one of targets, and one of the reports that
// other programs read.
//
// Tests check that each schema accepts and refuses the same files as our code does.
// Some keys are not of JSON Schema, but of VS Code: errorMessage, patternErrorMessage,
// deprecationMessage and enumDescriptions
// (https://code.visualstudio.com/docs/languages/json).
package schema

import "embed"

//go:embed experiment.json target.json report.json
var files embed.FS

// Kinds are the kinds of file that have a schema.
func Kinds() []string { return []string{"experiment", "target", "report"} }

// Of returns the schema of one of Kinds, as JSON text, and whether there is one.
func Of(kind string) (string, bool) {
	text, err := files.ReadFile(kind + ".json")
	return string(text), err == nil
}

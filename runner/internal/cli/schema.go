package cli

import (
	"fmt"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/schema"
)

// schemaCommand prints what an editor needs to complete and check a file.
func schemaCommand(s *session, args []string) error {
	kind := schema.Kinds()[0]
	switch len(args) {
	case 0:
	case 1:
		kind = args[0]
	default:
		return usage(fmt.Sprintf("schema takes one kind of file, and got %d arguments", len(args)), "see 'runner schema --help'")
	}
	text, ok := schema.Of(kind)
	if !ok {
		do := "choose one of: " + join(schema.Kinds())
		if near := problem.Near(kind, schema.Kinds()); len(near) > 0 {
			do = "did you mean '" + near[0] + "'?"
		}
		return usage(fmt.Sprintf("there is no schema of %q", kind), do)
	}
	s.console.result(text)
	return nil
}

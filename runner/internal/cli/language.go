package cli

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/verdict"
)

// inPython ends the names of the lesson's targets in Python. make has the argument IN for it.
const inPython = "-python"

// chosenLanguage is the one that the user named, with --in or to make with IN; empty for none.
func (s *session) chosenLanguage() string {
	chosen, _ := s.world.Environment("CHAOSWORKSHOP_IN")
	return cmp.Or(s.options.in, chosen)
}

// languageFlag is the flag that chooses a language without make.
func (s *session) languageFlag(c *cobra.Command) {
	word(c, c.Flags(), &s.options.in, "in", "the `LANGUAGE` of the services: go or python (default: go)", []string{"go", "python"})
}

// language is the learner's: of the exercises, of what is rehearsed and of what the doctor looks at.
func (s *session) language() string {
	if s.chosenLanguage() == "python" {
		return "python"
	}
	return "go"
}

// languageOf is the argument of make for the language of a command in our neutral words.
func (s *session) languageOf(command string) string {
	if strings.Contains(command, inPython) || command == "experiment" && s.chosenLanguage() == "python" {
		return " IN=python"
	}
	return ""
}

// withoutLanguage are the words of a command of make: make names the language in an argument
// of its own, both demos by one word, and the lesson not at all.
func withoutLanguage(command string) []string {
	words := strings.Fields(strings.ReplaceAll(command, inPython, ""))
	if strings.Join(words, " ") == "demo weak resilient" || words[0] == "diff" || words[0] == "reset" {
		return words[:1]
	}
	return words
}

// starts is what starts a service without make, in the folder of the chapter.
func starts(command string) string {
	interpreter := python.Names()[0]
	return map[string]string{
		"start weak": "go run ./service", "start weak" + inPython: interpreter + " python/service.py",
		"start resilient": "go run ./resilient-service", "start resilient" + inPython: interpreter + " python/resilient_service.py",
	}[command]
}

// serviceName is how a sentence names the service of a target: in Python it has the same name.
func serviceName(target string) string { return strings.TrimSuffix(target, inPython) + " service" }

// learnsPython tells whether the user works with the services in Python.
func (s *session) learnsPython(r *verdict.Result, o *demo.Outcome) bool {
	return s.chosenLanguage() == "python" || strings.Contains(r.Warning(), " python/") || o != nil && strings.HasSuffix(o.Target.Name, inPython)
}

package cli

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/problem"
)

// lessons are the two services of the lesson, in the project's folder, by the target of the
// weak one.
var lessons = map[string][2]string{
	"weak":            {"chapter5/service/main.go", "chapter5/resilient-service/main.go"},
	"weak" + inPython: {"chapter5/python/service.py", "chapter5/python/resilient_service.py"},
}

// diffCommand shows the lesson: the lines that repair the weak service.
func (s *session) diffCommand() *cobra.Command {
	known := slices.Sorted(maps.Keys(lessons))
	c := &cobra.Command{
		Use: "diff [TARGET]", Short: "show the lines that repair the weak service",
		Example: "runner diff\nrunner diff weak-python", ValidArgs: known,
		RunE: func(_ *cobra.Command, args []string) error {
			name := append(args, "weak")[0]
			services, ok := lessons[name]
			switch {
			case len(args) > 1:
				return usage("diff takes one target", "it compares the two services of the lesson: choose one of "+join(known))
			case !ok:
				return unknown("lesson for", name, known)
			}
			root, err := s.root()
			if err != nil {
				return err
			}
			return s.diff(root, name, services[0], services[1])
		},
	}
	s.rootFlag(c)
	return c
}

func (s *session) diff(root, name, weak, resilient string) error {
	var texts [2][]byte
	for i, file := range []string{weak, resilient} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		if err != nil {
			return problem.Wrap(problem.Invalid, err, "the two services cannot be compared", "put the file back: "+s.command("reset", name)+" does it for the weak service")
		}
		texts[i] = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) // an editor of Windows is no repair
	}
	if bytes.Equal(texts[0], texts[1]) {
		s.console.result(weak + " and " + resilient + " are equal: the weak service is repaired")
		return nil
	}
	unified := string(diff.Diff(weak, texts[0], resilient, texts[1]))
	_, unified, _ = strings.Cut(unified, "\n") // its first line only repeats the names
	s.console.result(s.inColor(s.console.mask.Lines(unified)))
	return nil
}

// inColor colours the lines of a diff, at a terminal: each begins with a sign that says the same.
func (s *session) inColor(unified string) string {
	style := s.console.outStyle
	paint := map[byte]func(...any) string{'-': style.bad, '+': style.well, '@': style.bold}
	lines := strings.Split(unified, "\n")
	for i, line := range lines {
		if line != "" && paint[line[0]] != nil {
			lines[i] = paint[line[0]](line)
		}
	}
	return strings.Join(lines, "\n")
}

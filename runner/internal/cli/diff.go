package cli

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/original"
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
	yours, ours, err := pair(root, weak, resilient, "put the file back: "+s.command("reset", name)+" does it for the weak service")
	if err != nil {
		return err
	}
	if bytes.Equal(yours, ours) {
		s.console.result(weak + " and " + resilient + " are equal: the weak service is repaired")
		return nil
	}
	unified := string(diff.Diff(weak, yours, resilient, ours))
	_, unified, _ = strings.Cut(unified, "\n") // its first line only repeats the names
	s.console.result(s.inColor(s.console.mask.Lines(unified)))
	return nil
}

// pair reads a file that learners may change, and the one that it is compared with; cure is what to do
// where the former cannot be read.
func pair(root, edit, solution, cure string) (yours, ours []byte, err error) {
	read := func(file, cure string) (text []byte) {
		if err == nil {
			if text, err = original.Read(filepath.Join(root, filepath.FromSlash(file))); err != nil {
				err = problem.Wrap(problem.Invalid, err, "the two files cannot be compared", cure)
			}
		}
		return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) // an editor of Windows is no repair
	}
	yours = read(edit, cure)
	ours = read(solution, "get this file again, from where the project came")
	return yours, ours, err
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

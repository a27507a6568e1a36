package cli

import (
	"bytes"
	"errors"
	"io/fs"
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
			return s.diff(root, services[0], services[1], ": the weak service is repaired",
				"put the file back: "+s.command("reset", name)+" does it for the weak service")
		},
	}
	s.rootFlag(c)
	return c
}

// diff shows how a file of the learner differs from ours; putBack is what to do where theirs cannot be
// read.
func (s *session) diff(root, mine, ours, equal, putBack string) error {
	var texts [2][]byte
	for i, file := range []string{mine, ours} {
		text, err := original.Read(filepath.Join(root, filepath.FromSlash(file)))
		var failed *fs.PathError
		if errors.As(err, &failed) {
			failed.Path = file
		}
		if err != nil {
			return problem.Wrap(problem.Invalid, err, "the two files cannot be compared", [2]string{putBack, "get this file again, from where the project came"}[i])
		}
		texts[i] = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) // an editor of Windows is no repair
	}
	unified := string(diff.Diff(mine, texts[0], ours, texts[1]))
	if unified == "" {
		s.console.prose(mine + " and " + ours + " are equal" + equal)
		return nil
	}
	_, unified, _ = strings.Cut(unified, "\n") // its first line only repeats the names
	style := s.console.outStyle                // each line begins with a sign that says the same as its colour
	paint := map[byte]func(...any) string{'-': style.bad, '+': style.well, '@': style.bold}
	lines := strings.Split(s.console.mask.Lines(unified), "\n")
	for i, line := range lines {
		if line != "" && paint[line[0]] != nil {
			lines[i] = paint[line[0]](line)
		}
	}
	s.console.result(strings.Join(lines, "\n"))
	return nil
}

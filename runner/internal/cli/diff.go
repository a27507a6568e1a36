package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/problem"
)

// The two services of the lesson, in the project's folder.
const (
	weakService      = "chapter5/service/main.go"
	resilientService = "chapter5/resilient-service/main.go"
)

// diffCommand shows the lesson: the lines that repair the weak service.
func (s *session) diffCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "diff", Short: "show the lines that repair the weak service",
		Example: "runner diff",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("diff takes no arguments", "it compares the two services of the lesson")
			}
			root, err := s.root()
			if err != nil {
				return err
			}
			var texts [2][]byte
			for i, name := range []string{weakService, resilientService} {
				if texts[i], err = os.ReadFile(filepath.Join(root, filepath.FromSlash(name))); err != nil {
					return problem.Wrap(problem.Invalid, err, "the two services cannot be compared", "put the file back: "+s.command("reset")+" does it for the weak service")
				}
				texts[i] = bytes.ReplaceAll(texts[i], []byte("\r\n"), []byte("\n")) // an editor of Windows is no repair
			}
			if bytes.Equal(texts[0], texts[1]) {
				s.console.result(weakService + " and " + resilientService + " are equal: the weak service is repaired")
				return nil
			}
			unified := string(diff.Diff(weakService, texts[0], resilientService, texts[1]))
			_, unified, _ = strings.Cut(unified, "\n") // its first line only repeats the names
			s.console.result(s.inColor(s.console.mask.Lines(unified)))
			return nil
		},
	}
	s.rootFlag(c)
	return c
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

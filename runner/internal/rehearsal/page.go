package rehearsal

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
)

// Page is the instructor's page, whose table has a row for each step:
// | name | the machine's seconds | those with the services in Python | ...
const Page = "docs/instructor.md"

// Write writes the machine's seconds into the rows of the instructor's page. Its error is a problem.
func (r *Rehearsal) Write(outcomes []Outcome) error {
	path := filepath.Join(r.root, filepath.FromSlash(Page))
	text, err := original.Read(path)
	before := "" // the column
	if r.language == "python" {
		before = `[^|]*\|`
	}
	if err == nil {
		for _, o := range outcomes {
			row := regexp.MustCompile(`(?m)^(\| \[` + regexp.QuoteMeta(o.Name) + `\]\(#[a-z0-9-]+\) \|` + before + `)[^|]*\|`)
			text = row.ReplaceAll(text, fmt.Appendf(nil, "${1} %.1f s |", o.Taken.Seconds()))
		}
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		return problem.Wrap(problem.NoVerdict, err, "the seconds cannot be written into "+Page, "check that the file is there, and may be written")
	}
	return nil
}

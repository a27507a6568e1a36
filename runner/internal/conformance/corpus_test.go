package conformance

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var corpusFlag = flag.String("corpus", "", "a folder with published experiments and the toolkit's verdicts.tsv on them")

// TestCorpus validates published experiments, with stand-ins for the modules,
// programs and variables that they name, and compares with the verdicts that the
// toolkit gave under the like.
func TestCorpus(t *testing.T) {
	if *corpusFlag == "" {
		t.Skip("-corpus is not given; the cases of TestReplay cover validation")
	}
	p := programAt(*programFlag)
	if *programFlag == "" {
		p = program{path: build(t)}
	}
	verdicts, experiments := corpus(t)
	s, err := makeStubs(t.TempDir(), experiments)
	if err != nil {
		t.Fatal(err)
	}
	for i, verdict := range verdicts {
		t.Run(verdict.name, func(t *testing.T) {
			t.Parallel()
			c := &Case{Command: "validate", Source: verdict.name, Env: s.env,
				Files: []txtar.File{{Name: verdict.name, Data: experiments[i]}}}
			got, err := p.run(t.Context(), c, filepath.Join(t.TempDir(), "work"))
			if err != nil {
				t.Fatal(err)
			}
			if valid := string(line(got.outcome["exit"])) == "0"; valid != verdict.valid {
				t.Errorf("the toolkit: valid %v %s\nours:\n%s", verdict.valid, verdict.why, got.stderr)
			}
		})
	}
}

type corpusVerdict struct {
	name, why string
	valid     bool
}

func corpus(t *testing.T) (verdicts []corpusVerdict, experiments [][]byte) {
	t.Helper()
	table, err := os.ReadFile(filepath.Join(*corpusFlag, "verdicts.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(table)), "\n")
	for _, row := range rows[1:] {
		cells := strings.SplitN(row, "\t", 3)
		text, err := os.ReadFile(filepath.Join(*corpusFlag, "experiments", cells[0]))
		if err != nil {
			t.Fatal(err)
		}
		verdicts = append(verdicts, corpusVerdict{name: cells[0], valid: cells[1] == "0", why: strings.Join(cells[2:], " ")})
		experiments = append(experiments, text)
	}
	return verdicts, experiments
}

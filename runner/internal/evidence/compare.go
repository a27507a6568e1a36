package evidence

import (
	"cmp"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/verdict"
)

// Compare makes a table of runs: a column for each, with its name, the fault, what was answered,
// and its verdict. The first cell of a row says what is compared.
func (w Words) Compare(names []string, results []*verdict.Result) [][]string {
	rows := [][]string{{""}, {"fault"}, {"proven"}, {"before"}, {"after"}, {"wanted"}, {"verdict"}}
	for i, r := range results {
		proof := "no"
		if r.Measured() {
			proof = cmp.Or(strings.Join(w.Proofs(r, false), "\n"), "yes")
		} else if r.Verdict.Word == "" { // a journal without a verdict
			proof = cmp.Or(strings.Join(w.Proofs(r, true), "\n"), "not known")
		}
		before, wanted := answers(w.Pass("before", r.Before, r.After))
		after, wantedAfter := answers(w.Pass("after", r.After, r.Before))
		for at, cell := range []string{w.Mask.Line(names[i], 0), w.Mask.Line(Actions(r), 0), proof, before, after, cmp.Or(wanted, wantedAfter), Verdicts[r.Verdict.Word].Shown} {
			rows[at] = append(rows[at], cell)
		}
	}
	return rows
}

// answers are what was answered in a pass, and what was wanted, each on a line of its own,
// without the blanks that make columns.
func answers(rows []Row) (answered, wanted string) {
	if len(rows) == 0 {
		return "not asked", ""
	}
	for _, r := range rows {
		answered += "\n" + strings.Join(strings.Fields(r.Answer), " ")
		wanted += "\n" + r.Wanted
	}
	return answered[1:], wanted[1:]
}

// SameFault tells whether all runs of a comparison had the same fault.
func SameFault(rows [][]string) bool { return len(slices.Compact(slices.Clone(rows[1][1:]))) == 1 }

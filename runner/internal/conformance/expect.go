package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// expectation is what our runner owes for an experiment of the generator.
type expectation struct {
	known  string // a row of docs/differences.md that explains what follows, if one does
	skip   bool   // nothing can be compared
	exits  []int
	ignore []any
	word   string
}

// expect derives the expectation from what the toolkit did.
func expect(c *Case, o Outcome) expectation {
	ran := slices.Contains(lines(asList(o["log"])), `"INFO Experiment looks valid"`)
	switch {
	case fmt.Sprint(o["exit"]) == "2":
		return expectation{exits: []int{2}}
	case o["crash"] != nil && ran:
		return expectation{known: "crash-at-run", exits: []int{3, 4, 5}}
	case o["journal"] != written:
		return expectation{exits: []int{3}}
	case misread(o):
		return expectation{known: "process-output-charset", skip: true}
	case o["status"] == "failed" && asMap(asMap(o["steady_states"])["after"]) != nil && !slices.Contains(c.Args, "--rollback-strategy"):
		return expectation{known: "rollbacks-after-failure", exits: []int{4, 5}, ignore: []any{"rollbacks", "log", "files"}}
	}
	var experiment map[string]any
	if err := json.Unmarshal(c.Files[0].Data, &experiment); err != nil {
		return expectation{skip: true}
	}
	v := judge(experiment, o, c.Args)
	return expectation{exits: []int{v.Exit}, word: v.Word}
}

func (e expectation) end() string {
	switch {
	case e.known != "":
		return e.known
	case e.word != "":
		return e.word
	}
	return fmt.Sprint("exit ", e.exits)
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

// misread tells whether the toolkit took plain ASCII for another character set:
// the generator's processes say nothing else.
func misread(o Outcome) bool {
	var found func(v any) bool
	found = func(v any) bool {
		switch v := v.(type) {
		case []any:
			return slices.ContainsFunc(v, found)
		case map[string]any:
			for _, key := range []string{"stdout", "stderr"} {
				text, _ := v[key].(string)
				if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
					return true
				}
			}
			for _, item := range v {
				if found(item) {
					return true
				}
			}
		}
		return false
	}
	return found(map[string]any(o))
}

// deviations says where got is not as expected.
func (e expectation) deviations(c *Case, p program, got *result) []string {
	exit, _ := got.outcome["exit"].(json.Number)
	n, _ := exit.Int64()
	if !slices.Contains(e.exits, int(n)) {
		return []string{fmt.Sprintf("exit: want one of %v, got %d; verdict %q", e.exits, n, got.word)}
	}
	if c.Toolkit["journal"] != written {
		return nil
	}
	c.Verdict = Verdict{Exit: int(n), Word: e.word}
	c.Ours = nil
	if e.known != "" {
		c.Ours = Outcome{"difference": e.known, "ignore": e.ignore}
	}
	return compare(c, p, got)
}

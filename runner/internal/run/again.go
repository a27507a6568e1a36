package run

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
)

// again is the experiment as it was when the run was begun: the copy that the run has left, or,
// where a secret is hidden in that, its source, if it is still the same.
func (r *Runner) again(ctx context.Context, o Options) (*document.Document, problem.List, error) {
	if !o.hidden {
		doc, found := document.ParseJSON(o.Source, []byte(value.JSON(o.written)))
		r.learner(o)(doc.Map())
		return doc, found, nil
	}
	written := o.written
	o.written = nil
	doc, found, err := r.read(ctx, o)
	missing := o.missing(doc.Map().Map("secrets"))
	switch {
	case err != nil:
		return nil, nil, err
	case doc == nil && filepath.Base(o.Source) == "-":
		return nil, nil, problem.New(problem.Invalid, "the experiment came from standard input, and it has secrets, so the run has left no whole copy of it", "name a file with the same experiment: --experiment FILE")
	case doc == nil:
		found = append(found, problem.New(problem.Invalid, "the experiment has secrets, so the run has left no whole copy of it", "put the file back as it was, then recover again; or name another file with the same experiment: --experiment FILE"))
	case value.Equal(r.Mask.Value(doc.Map()), written):
	case len(missing) > 0 && isAs(value.JSON(written), value.JSON(doc.Map())):
		return nil, nil, problem.New(problem.Invalid, fmt.Sprintf("the experiment %s has the value of a secret in it, and this secret is not as it was in the run", o.Source),
			"set the environment variable "+strings.Join(missing, " or ")+" as it was, then recover again")
	default:
		return nil, nil, problem.New(problem.Invalid, fmt.Sprintf("the experiment %s is not as it was when the run was begun, and it has secrets, so the run has left no whole copy of it", o.Source),
			"put the file back as it was, then recover again; or name another file with the same experiment: --experiment FILE")
	}
	return doc, found, nil
}

// isAs tells whether a text is the one that was shown with its secrets hidden.
func isAs(shown, text string) bool {
	pieces := strings.Split(strings.ReplaceAll(shown, `"`+show.Hidden+`"`, show.Hidden), show.Hidden)
	last := len(pieces) - 1
	rest, as := strings.CutPrefix(text, pieces[0])
	for _, piece := range pieces[1:last] {
		_, after, found := strings.Cut(rest, piece)
		rest, as = after, as && found
	}
	return as && strings.HasSuffix(rest, pieces[last])
}

// missing are the environment variables of secrets that are not set; all of them, if all are set.
func (o Options) missing(secrets *value.Map) []string {
	all := environmentOf(secrets)
	isSet := func(name string) bool { _, set := o.Environment(name); return set || o.Overrides.Environment.Has(name) }
	if unset := slices.DeleteFunc(slices.Clone(all), isSet); len(unset) > 0 {
		return unset
	}
	return all
}

func environmentOf(secrets *value.Map) (names []string) {
	for _, v := range secrets.All() {
		if m, _ := v.(*value.Map); m.Text("type") == "env" {
			names = append(names, m.Text("key"))
		} else {
			names = append(names, environmentOf(m)...)
		}
	}
	return names
}

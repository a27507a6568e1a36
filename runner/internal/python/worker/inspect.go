package worker

import (
	"context"
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Reference is what an experiment says of a Python function or of a control's
// module, to be compared with what there is.
type Reference struct {
	Kind         string // probe, action or control
	Name         string // the activity's or the control's
	Module, Func string // a control has no Func
	Arguments    *value.Map
}

// Inspect imports the modules, as the toolkit's validation does, and returns for
// each reference what is wrong with it, in the toolkit's words; paths begin at the
// provider. It sees only functions, and takes any arguments for one that does not
// tell which it has. Of a control it says only that the module cannot be imported,
// which is worth a warning. It calls the interpreter once for all. Its error is
// ctx's cause where that ended, and else a *problem.Problem or an *Interrupted.
func (w *Worker) Inspect(ctx context.Context, all []Reference) ([][]problem.Finding, error) {
	if len(all) == 0 {
		return nil, nil
	}
	about := make([]string, len(all))
	for i, r := range all {
		about[i] = fmt.Sprintf("%s (%s)", r.Name, strings.TrimSuffix(r.Module+"."+r.Func, "."))
	}
	answer, err := w.ask(ctx, question{about: strings.Join(about, ", "), name: all[0].Name, body: inspection(all), grace: controlGrace})
	if err != nil {
		return nil, err
	}
	each := answer.List("value")
	findings := make([][]problem.Finding, len(all))
	for i := range min(len(all), len(each)) {
		list, _ := each[i].([]any)
		for _, item := range list {
			m, _ := item.(*value.Map)
			findings[i] = append(findings[i], problem.Finding{Path: texts(m, "path"), What: m.Text("what"), Do: m.Text("do"),
				Warning: all[i].Kind == "control"})
		}
	}
	return findings, nil
}

func inspection(all []Reference) []byte {
	list := make([]any, len(all))
	for i, r := range all {
		list[i] = value.MapOf("kind", r.Kind, "name", r.Name, "module", r.Module, "func", r.Func, "arguments", r.Arguments)
	}
	return encode(value.MapOf("do", "examine", "references", list))
}

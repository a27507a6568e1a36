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
	for i, r := range all {
		if i < len(each) {
			findings[i] = r.findings(each[i])
		}
	}
	return findings, nil
}

func inspection(all []Reference) []byte {
	list := make([]any, len(all))
	for i, r := range all {
		list[i] = value.MapOf("kind", r.Kind, "module", r.Module, "func", r.Func, "arguments", r.Arguments)
	}
	return encode(value.MapOf("do", "examine", "references", list))
}

func (r Reference) findings(found any) []problem.Finding {
	list, _ := found.([]any)
	var all []problem.Finding
	for _, item := range list {
		if pair, ok := item.([]any); ok && len(pair) == 2 {
			all = append(all, r.finding(value.Text(pair[0]), value.Text(pair[1])))
		}
	}
	return all
}

// finding puts one mistake into words, of a kind that the worker's program names.
func (r Reference) finding(kind, about string) problem.Finding {
	f := problem.Finding{Path: []string{"func"}, Warning: r.Kind == "control"}
	switch kind {
	case "missing":
		f.Path = []string{"module"}
		f.What = fmt.Sprintf("could not find Python module '%s' in activity '%s'", r.Module, r.Name)
		f.Do = "install it where Python looks, or have PYTHONPATH name its folder; Python says " + about
		if r.Kind == "control" {
			f.What = fmt.Sprintf("Could not find Python module '%s' in control '%s'. Did you install the Python module? The experiment will carry on running nonetheless.", r.Module, r.Name)
			f.Do = "Python says " + about
		}
	case "unexposed":
		f.What = fmt.Sprintf("The python module '%s' does not expose a function called '%s' in %s '%s'", r.Module, r.Func, r.Kind, r.Name)
		f.Do = "check the name"
		if about != "" {
			f.Do = fmt.Sprintf("%s is of type %s there: name a function", r.Func, about)
		}
	case "required":
		f.Path = []string{"arguments", about}
		f.What, f.Do = fmt.Sprintf("required argument %s is missing from activity '%s'", value.Repr(about), r.Func), "give it in the provider's arguments"
	case "unknown":
		f.Path = []string{"arguments", about}
		f.What, f.Do = fmt.Sprintf("argument %s is not part of the function signature in activity '%s'", value.Repr(about), r.Func), "leave it out, or check its name"
	case "unbound":
		f.What, f.Do = fmt.Sprintf("the arguments of '%s' do not fit the function %s: %s", r.Name, r.Func, about), "see how the function wants to be called"
	default:
		declared := "activity"
		if r.Kind == "control" {
			declared = "control"
		}
		f.Path = []string{"module"}
		f.What, f.Do = fmt.Sprintf("the Python module '%s' cannot be imported, in %s '%s': %s", r.Module, declared, r.Name, about), "correct the module"
	}
	return f
}

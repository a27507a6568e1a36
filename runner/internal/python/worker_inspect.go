package python

import (
	"context"
	"fmt"
	"strings"

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
// each reference what is wrong with it, in the toolkit's words. It sees only
// functions, and takes any arguments for one that does not tell which it has. Of
// a control it says only that the module cannot be imported, which is worth a
// warning, not an error. It calls the interpreter once for all.
func (w *Worker) Inspect(ctx context.Context, all []Reference) ([][]Mistake, error) {
	if len(all) == 0 {
		return nil, nil
	}
	about := make([]string, len(all))
	for i, r := range all {
		about[i] = fmt.Sprintf("%s (%s)", r.Name, strings.TrimSuffix(r.Module+"."+r.Func, "."))
	}
	answer, err := w.ask(ctx, strings.Join(about, ", "), all[0].Name, inspection(all))
	if err != nil {
		return nil, err
	}
	found, _ := answer.Get("value")
	each, _ := found.([]any)
	mistakes := make([][]Mistake, len(all))
	for i, r := range all {
		if i < len(each) {
			mistakes[i] = r.mistakes(each[i])
		}
	}
	return mistakes, nil
}

func inspection(all []Reference) *value.Map {
	list := make([]any, len(all))
	for i, r := range all {
		list[i] = value.MapOf("kind", r.Kind, "module", r.Module, "func", r.Func, "arguments", r.Arguments)
	}
	return value.MapOf("do", "examine", "references", list)
}

func (r Reference) mistakes(found any) []Mistake {
	list, _ := found.([]any)
	var mistakes []Mistake
	for _, item := range list {
		if pair, ok := item.([]any); ok && len(pair) == 2 {
			mistakes = append(mistakes, r.mistake(value.Text(pair[0]), value.Text(pair[1])))
		}
	}
	return mistakes
}

func (r Reference) mistake(kind, about string) Mistake {
	place := "activity"
	if r.Kind == "control" {
		place = "control"
	}
	switch kind {
	case "missing":
		if place == "control" {
			return Mistake{What: fmt.Sprintf("Could not find Python module '%s' in control '%s'. Did you install the Python module? The experiment will carry on running nonetheless.", r.Module, r.Name),
				Do: "Python says " + about}
		}
		return Mistake{What: fmt.Sprintf("could not find Python module '%s' in activity '%s'", r.Module, r.Name),
			Do: "install it where Python looks, or have PYTHONPATH name its folder; Python says " + about}
	case "unexposed":
		do := "check the name"
		if about != "" {
			do = fmt.Sprintf("%s is of type %s there: name a function", r.Func, about)
		}
		return Mistake{What: fmt.Sprintf("The python module '%s' does not expose a function called '%s' in %s '%s'", r.Module, r.Func, r.Kind, r.Name), Do: do}
	case "required":
		return Mistake{about, fmt.Sprintf("required argument %s is missing from activity '%s'", value.Repr(about), r.Func), "give it in the provider's arguments"}
	case "unknown":
		return Mistake{about, fmt.Sprintf("argument %s is not part of the function signature in activity '%s'", value.Repr(about), r.Func), "leave it out, or check its name"}
	case "unbound":
		return Mistake{What: fmt.Sprintf("the arguments of '%s' do not fit the function %s: %s", r.Name, r.Func, about), Do: "see how the function wants to be called"}
	}
	return Mistake{What: fmt.Sprintf("the Python module '%s' cannot be imported, in %s '%s': %s", r.Module, place, r.Name, about), Do: "mend the module"}
}

package worker

import (
	"context"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// A name that is nearly right has the right one beside it; a name at the wrong place has the
// right place.
func TestNearNames(t *testing.T) {
	w, _ := withPython(t)
	none := &value.Map{}
	for _, test := range []struct {
		module, function string
		arguments        *value.Map
		want             string
	}{
		{"oss", "rename", none, "did you mean 'os'?"},
		{"os.pth", "exists", none, "did you mean 'os.path'?"},
		{"json.decodr", "x", none, "did you mean 'json.decoder'?"},
		{"jsn.decoder", "x", none, "did you mean 'json.decoder'?"},
		{"shutil.py", "move", none, "write the name of the module, not of its file: shutil"},
		{"os.rename", "rename", none, "write the module os and the func rename"},
		{"no_such_thing", "x", none, "install it where Python looks, or have PYTHONPATH name its folder; Python says ModuleNotFoundError: No module named 'no_such_thing'"},
		{"os", "path.exists", none, "write the module os.path and the func exists"},
		{"json", "dupms", none, "did you mean 'dumps'?"},
		{"json", "decoder", none, "decoder is of type module there: name a function"},
		{"json", "no_such_thing", none, "check the name"},
		{"shutil", "which", value.MapOf("cmd", "x", "pth", "y"), "did you mean 'path'?"},
		{"shutil", "which", value.MapOf("cmd", "x", "no_such_thing", "y"), "leave it out, or check its name"},
	} {
		found, err := w.Inspect(context.Background(), []Reference{{Kind: "probe", Name: "p", Module: test.module, Func: test.function, Arguments: test.arguments}})
		if err != nil || len(found[0]) != 1 || found[0][0].Do != test.want {
			t.Errorf("%s.%s: %+v, %v; want %s", test.module, test.function, found, err, test.want)
		}
	}
}

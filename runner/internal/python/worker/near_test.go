package worker

import (
	"context"
	"os"
	"path/filepath"
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
		{"mine", "x", none, "install it where Python looks, or have PYTHONPATH name its folder; Python says ModuleNotFoundError: No module named 'mine'"},
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

// A function of a control whose name is nearly one that is called is found; other functions are
// the control's own.
func TestNearControlFunctions(t *testing.T) {
	folder := t.TempDir()
	text := "def before_methd_control(context):\n    pass\n\ndef after_method_control(context):\n    pass\n\ndef helper():\n    pass\n"
	if err := os.WriteFile(filepath.Join(folder, "mine.py"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	interpreter, err := find("", os.LookupEnv, "a test")
	if err != nil {
		t.Skip("this test needs Python: ", err)
	}
	w, _ := newWorker(t, interpreter, "PYTHONPATH="+folder, "PYTHONDONTWRITEBYTECODE=1")
	found, err := w.Inspect(context.Background(), []Reference{{Kind: "control", Name: "c", Module: "mine"}})
	if err != nil || len(found[0]) != 1 || !found[0][0].Warning || found[0][0].Do != "did you mean 'before_method_control'?" ||
		found[0][0].What != "the control 'c' has a function 'before_methd_control', which is no function of a control" {
		t.Errorf("%+v, %v", found, err)
	}
}

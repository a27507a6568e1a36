package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The schema is all that is on standard output, so that a file can be made of it.
func TestSchemaCommand(t *testing.T) {
	for _, test := range []struct {
		args     string
		code     int
		out, err string
	}{
		{"schema", 0, "experiment.schema.json", ""},
		{"schema experiment", 0, "experiment.schema.json", ""},
		{"schema target", 0, "target.schema.json", ""},
		{"schema tarhet", 2, "", `there is no schema of "tarhet"; did you mean 'target'?`},
		{"schema journal", 2, "", "choose one of: experiment, target"},
		{"schema a b", 2, "", "schema takes one kind of file, and got 2 arguments"},
	} {
		code, out, errors := runWith(t, strings.Fields(test.args)...)
		if code != test.code || !strings.Contains(out, test.out) || !strings.Contains(errors, test.err) {
			t.Errorf("%s: exit code %d\n%.300s%s", test.args, code, out, errors)
		}
		if code == 0 && (!json.Valid([]byte(out)) || errors != "") {
			t.Errorf("%s: this is no JSON alone:\n%s%s", test.args, out, errors)
		}
	}
}

// run runs the program, and returns its exit code and what it wrote.
func runWith(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	stdout, stderr := file(t, "out"), file(t, "err")
	code = Run(World{Args: args, Stdout: stdout, Stderr: stderr, Environment: environment("")})
	return code, content(t, stdout), content(t, stderr)
}

func file(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func content(t *testing.T, f *os.File) string {
	t.Helper()
	text, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

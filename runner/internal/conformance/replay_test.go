package conformance

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestReplay runs every case and compares with what the toolkit did, the
// differences that are meant excepted.
func TestReplay(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the cases run sh, touch and the like")
	}
	p := programAt(*programFlag)
	if *programFlag == "" {
		p = program{path: build(t)}
	}
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			if c.ReferenceOnly != "" && !p.toolkit {
				t.Skip("only about the toolkit: " + c.ReferenceOnly)
			}
			if !p.toolkit && lacksPython(c) {
				t.Skip("this case needs a Python interpreter, and there is none here")
			}
			t.Parallel()
			if c.Toolkit == nil {
				t.Fatal("the toolkit's outcome was never recorded: see TestRecord")
			}
			got, err := p.run(t.Context(), c, filepath.Join(t.TempDir(), "work"))
			if err != nil {
				t.Fatal(err)
			}
			report(t, c, compare(c, p, got), got)
		})
	}
}

// lacksPython tells of a case whose functions or controls are the experiment's
// own, where no Python is to run them. All other cases do without.
func lacksPython(c *Case) bool {
	_, err := exec.LookPath("python3")
	for _, need := range []string{"python-bridge", "controls", "chaoslib"} {
		if strings.Contains(c.Needs, need) {
			return err != nil
		}
	}
	return false
}

// build makes the runner. That it cannot be built is a failure, never a reason
// to skip.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "runner")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "chaosworkshop.example/runner").CombinedOutput()
	if err != nil {
		t.Fatalf("the runner does not build: %v\n%s", err, out)
	}
	return path
}

// cases are those of the folder that the flag -needs lets through.
func cases(t *testing.T) []*Case {
	t.Helper()
	all, err := Load(filepath.Join("testdata", "cases"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(c *Case) bool { return !selected(c) })
}

// selected tells whether -needs allows all that a case needs.
func selected(c *Case) bool {
	allowed := strings.Split(*needsFlag, ",")
	for need := range strings.SplitSeq(c.Needs, "+") {
		if *needsFlag != "" && !slices.Contains(allowed, need) {
			return false
		}
	}
	return true
}

func report(t *testing.T, c *Case, diff []string, got *result) {
	t.Helper()
	if len(diff) == 0 {
		return
	}
	row := ""
	if name, ok := c.Ours["difference"]; ok {
		row = "\nmeant to differ: " + string(line(name))
	}
	t.Errorf("%s%s\n  %s\nstandard error:\n%s", c.About, row, strings.Join(diff, "\n  "), got.stderr)
}

package cli

import "testing"

// A message names no flag that the command does not have.
func TestWithoutOthers(t *testing.T) {
	c := &console{takes: func(flag string) bool { return flag == "python" }}
	for said, want := range map[string]string{
		"it cannot be written; create the folder, or name another file: --journal-path FILE":           "it cannot be written; create the folder",
		"install Python 3, activate the virtual environment that has it, or give --python its path":    "install Python 3, activate the virtual environment that has it, or give --python its path",
		"Ask for less, or for more room with --max-output":                                             "Ask for less",
		"it is above; check free space or name it with --journal-path; what the run saw is in or--x.y": "it is above; check free space; what the run saw is in or--x.y",
		"set it, or give it a default, or pass --var a=b":                                              "set it, or give it a default",
	} {
		if got := c.withoutOthers(said); got != want {
			t.Errorf("%q", got)
		}
	}
	if got := (&console{}).withoutOthers("this, or --that"); got != "this, or --that" {
		t.Errorf("%q", got)
	}
}

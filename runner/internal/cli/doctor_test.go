package cli

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

// What is shared has neither the user nor the computer in it, and everything else.
func TestDoctorShare(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(t.TempDir(), host+" "+me.Username)
	if err := os.MkdirAll(filepath.Join(root, "targets"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	out, errors := file(t, "out"), file(t, "err")
	code := Run(World{Program: "/usr/bin/" + host + "/runner", Args: []string{"doctor", "--share"}, Stdout: out, Stderr: errors, Environment: environment("HTTP_PROXY=http://" + me.Username + "@" + host)})
	said := strings.ToLower(content(t, out))
	for _, private := range []string{me.Username, me.HomeDir + "/", host, root} {
		if strings.Contains(said, strings.ToLower(private)) {
			t.Errorf("%s is shown in\n%s", private, said)
		}
	}
	for _, want := range []string{"bad   folder       go.work is not there\n", "fix: ", "note  proxy        http_proxy is set.", "good  loopback"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	if code != 1 || content(t, errors) != "" {
		t.Errorf("exit code %d, %s", code, content(t, errors))
	}
}

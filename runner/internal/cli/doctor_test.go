package cli

import (
	"net"
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

// The other port that is offered is free where a service is to be started on it.
func TestFreePort(t *testing.T) {
	s := testSession("EXCHANGE_PORT=9090")
	s.freePort = func(from string) string { return from + "0" }
	if got := s.sentence("{start weak OTHER}, {experiment OTHER}"); strings.Count(got, "90910") != 2 {
		t.Error(got)
	}
	if got := s.sentence("{start weak}, {experiment OTHER}"); !strings.Contains(got, "--port 9091") {
		t.Error(got)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	if free := freeFrom(port); free == port || free == "" {
		t.Errorf("%q is offered, and %s is taken", free, port)
	}
}

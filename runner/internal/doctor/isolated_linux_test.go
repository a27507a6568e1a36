package doctor

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// isolated are illnesses of a network that nobody else uses, each with its cure.
var isolated = map[string]struct {
	check func(m *Machine, ctx context.Context) []Finding
	root  bool // the test may change the network
	what  string
	fix   string
	cure  func(t *testing.T, m *Machine)
}{
	"loopback is off": {(*Machine).loopback, true, "a program on this computer cannot be reached at 127.0.0.1: ", "sudo ip link set lo up", func(t *testing.T, m *Machine) {
		if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); strings.Contains(string(out), "not permitted") {
			t.Skip("this system lets nobody change a network of their own")
		} else if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}},
	"a port for root": {(*Machine).ports, false, "this system does not allow it for your account", "use another port:\n{start weak OTHER}", func(t *testing.T, m *Machine) {
		m.Port = 8081
	}},
}

// Each illness is tried in a process of its own that has another network.
func TestIsolated(t *testing.T) {
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip(err)
	}
	const variable = "DOCTOR_ILLNESS"
	if name := os.Getenv(variable); name != "" {
		examineIsolated(t, name)
		return
	}
	for name, ill := range isolated {
		var said strings.Builder
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestIsolated$")
		cmd.Env = append(os.Environ(), variable+"="+name)
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET}
		if ill.root {
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		}
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Skip("this system lets nobody have a network of their own: ", err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, said.String())
		}
	}
}

func examineIsolated(t *testing.T, name string) {
	ill := isolated[name]
	m := &Machine{System: "linux", Port: 80, Limit: time.Minute, Lookup: func(context.Context, string) ([]string, error) { return []string{"127.0.0.1"}, nil }}
	found := ill.check(m, t.Context())
	if len(found) != 1 || found[0].Level != Bad || !strings.HasPrefix(found[0].What, ill.what) || !strings.HasPrefix(found[0].Fix, ill.fix) {
		t.Errorf("%+v", found)
	}
	ill.cure(t, m)
	if found := ill.check(m, t.Context()); len(found) != 1 || found[0].Level != Good {
		t.Errorf("after the Fix: %+v", found)
	}
}

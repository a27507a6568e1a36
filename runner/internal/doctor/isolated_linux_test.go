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

// isolated are illnesses of a network that nobody else uses: what breaks it, and what its Fix says.
var isolated = map[string]struct {
	check  func(m *Machine, ctx context.Context) []Finding
	root   bool     // the test may change the network
	breaks []string // a command; without it, the network is as it came
	what   string
	fix    string
}{
	"loopback is off":         {(*Machine).loopback, true, nil, "a program on this computer cannot be reached at 127.0.0.1: ", "sudo ip link set lo up"},
	"loopback has no address": {(*Machine).loopback, true, []string{"sh", "-c", "ip link set lo up && ip address del 127.0.0.1/8 dev lo"}, "a program on this computer cannot be reached at 127.0.0.1: ", "sudo ip address add 127.0.0.1/8 dev lo"},
	"a port for root":         {(*Machine).ports, false, nil, "this system does not allow it for your account", "use another port:\n{start weak OTHER}\n{experiment OTHER}"},
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
	if ill.breaks != nil {
		does(t, ill.breaks)
	}
	found := ill.check(m, t.Context())
	if len(found) != 1 || found[0].Level != Bad || !strings.HasPrefix(found[0].What, ill.what) || found[0].Fix != ill.fix {
		t.Fatalf("%+v", found)
	}
	if command, is := strings.CutPrefix(found[0].Fix, "sudo "); is { // here, nobody needs to be root
		does(t, strings.Fields(command))
	} else {
		m.Port = 8081
	}
	if found := ill.check(m, t.Context()); len(found) != 1 || found[0].Level != Good {
		t.Errorf("after the Fix: %+v", found)
	}
}

func does(t *testing.T, command []string) {
	t.Helper()
	out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	if strings.Contains(string(out), "not permitted") {
		t.Skip("this system lets nobody change a network of their own")
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

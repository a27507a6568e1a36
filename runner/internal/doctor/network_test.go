//go:build unix

package doctor

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// serve answers on the patient's port, with some headers.
func (p *patient) serve(header map[string]string) {
	p.t.Helper()
	p.listen("127.0.0.1")
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead {
			p.t.Errorf("it was asked to %s", r.Method)
		}
		for name, text := range header {
			w.Header().Set(name, text)
		}
	})}
	go server.Serve(p.kept[0])
	p.t.Cleanup(func() { server.Close() })
}

// A service of the kit on its port is no stranger. It is bad only if it is older than its source.
func TestServiceOfTheKit(t *testing.T) {
	const ours, stale = "exchange (process 12)", `199 exchange "you changed %s after this service was started: stop it and start it again"`
	for _, c := range []struct {
		server, warning string
		check           string // empty: that of the port
		level           Level
		what, fix       string
	}{
		{ours, "", "", Note, "a service of this kit (process 12) uses it, and is not older than its source; demos take another port", ""},
		{ours, fmt.Sprintf(stale, "service/main.go"), "service", Bad, "(process 12) is older than its source", "stop it (Ctrl-C in its terminal), and start it again:\n{start weak}"},
		{ours, fmt.Sprintf(stale, "resilient-service/main.go"), "service", Bad, "is older than its source", "{start resilient}"},
		{ours, fmt.Sprintf(stale, "python/service.py"), "service", Bad, "is older than its source", "{start weak-python}"},
		{ours, fmt.Sprintf(stale, "python/resilient_service.py"), "service", Bad, "is older than its source", "{start resilient-python}"},
		{"nginx", "", "", Bad, " uses it on 127.0.0.1", "stop that program"},
	} {
		p := healthy(t)
		p.serve(map[string]string{"Server": c.server, "Warning": c.warning})
		found := p.ports(t.Context())
		if c.check == "" {
			c.check = fmt.Sprintf("port %d", p.Port)
		}
		if len(found) != 1 || found[0].Check != c.check || found[0].Level != c.level || !strings.Contains(found[0].What, c.what) || !strings.Contains(found[0].Fix, c.fix) {
			t.Errorf("%s, %s: %+v", c.server, c.warning, found)
		}
	}
}

// The program that has a port is named where the system tells it: here it is this test.
func TestHolder(t *testing.T) {
	for _, address := range addresses {
		t.Run(address, func(t *testing.T) {
			p := healthy(t)
			p.listen(address)
			want := fmt.Sprintf("doctor.test (process %d)", os.Getpid())
			if holds := holder(address, p.Port); !namesHolders {
				if !strings.HasPrefix(holds, "another program (this shows which one: ") {
					t.Error(holds)
				}
			} else if holds != want {
				t.Errorf("%s, want %s", holds, want)
			}
		})
	}
	t.Run("all addresses", func(t *testing.T) {
		listener, err := net.Listen("tcp", ":0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		if holds := holder("127.0.0.1", listener.Addr().(*net.TCPAddr).Port); namesHolders && !strings.HasPrefix(holds, "doctor.test ") {
			t.Error(holds)
		}
	})
	if holds := holder("127.0.0.1", freePort(t)); !strings.HasPrefix(holds, "another program (") {
		t.Errorf("nobody: %s", holds)
	}
}

// Hosts for which a proxy is not used may stand in any form that curl reads.
func TestProxyExceptions(t *testing.T) {
	for _, c := range []struct {
		name, text string
		level      Level
	}{
		{"NO_PROXY", "localhost,127.0.0.1", Good},
		{"no_proxy", "*", Good},
		{"no_proxy", "a.example, LOCALHOST 127.0.0.1", Good},
		{"NO_PROXY", "localhost", Note},
		{"NO_PROXY", "mylocalhost,127.0.0.1", Note},
	} {
		m := &Machine{Typed: func(name string) string { return map[string]string{"ALL_PROXY": "x", c.name: c.text}[name] }}
		if found := m.proxies(t.Context()); len(found) != 1 || found[0].Level != c.level {
			t.Errorf("%s=%s: %+v", c.name, c.text, found)
		}
	}
}

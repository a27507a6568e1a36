package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// addresses are the two of the name localhost.
var addresses = []string{"127.0.0.1", "::1"}

// The numbers of Windows for an address in use, and for a port that the system keeps for itself.
const windowsAddressInUse, windowsNotAllowed = syscall.Errno(10048), syscall.Errno(10013)

// ports checks that the port of the services is free on both addresses. Where it is not, it finds
// out who has it, and whether that is a service of this kit.
func (m *Machine) ports(ctx context.Context) (found []Finding) {
	check := "port " + strconv.Itoa(m.Port)
	weak := "weak"
	if m.InPython {
		weak += "-python"
	}
	other := "use another port:\n{start " + weak + " OTHER}\n{experiment OTHER}"
	var free []string
	taken := map[string][]string{} // the addresses, by who has them
	for _, address := range addresses {
		listener, err := net.Listen("tcp", net.JoinHostPort(address, strconv.Itoa(m.Port)))
		switch {
		case err == nil:
			listener.Close()
			free = append(free, address)
		case errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsAddressInUse):
			who := holder(address, m.Port)
			taken[who] = append(taken[who], address)
		case errors.Is(err, fs.ErrPermission) || errors.Is(err, windowsNotAllowed):
			return bad(check, other, "this system does not allow it for your account")
		case address == "127.0.0.1":
			return nil // loopback tells why
		} // otherwise this computer has no IPv6, and one address is enough
	}
	if ours := m.ours(ctx, check); ours != nil {
		return ours
	}
	for _, who := range slices.Sorted(maps.Keys(taken)) {
		found = append(found, bad(check, "stop that program, or "+other, "%s uses it on %s; demos take another port, but the service in the book's way cannot", who, names(taken[who]))...)
	}
	if len(found) == 0 {
		return good(check, "it is free on %s", names(free))
	}
	return found
}

// ours is what is to be said of a service of this kit that has the port; nil where none has.
func (m *Machine) ours(ctx context.Context, check string) []Finding {
	header, err := m.head(ctx, "localhost", m.Port)
	if err != nil {
		return nil
	}
	known := regexp.MustCompile(`^exchange \((process \d+)\)$`).FindStringSubmatch(header.Get("Server"))
	if known == nil {
		return nil
	}
	if old := header.Get("Warning"); old != "" {
		which := "weak"
		if strings.Contains(old, "resilient") {
			which = "resilient"
		}
		if strings.Contains(old, " python/") {
			which += "-python"
		}
		return bad("service", "stop it (Ctrl-C in its terminal), and start it again:\n{start "+which+"}",
			"the service on port %d (%s) is older than its source, which was changed after the start", m.Port, known[1])
	}
	return note(check, "", "a service of this kit (%s) uses it, and is not older than its source; demos take another port", known[1])
}

// head asks a program on this computer for the headers of its answer, never through a proxy.
func (m *Machine) head(ctx context.Context, host string, port int) (http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, m.Limit/4)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, "http://"+net.JoinHostPort(host, strconv.Itoa(port))+"/", nil)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	return answer.Header, nil
}

// loopback checks that programs on this computer can talk to each other, by both addresses and
// by the name localhost.
func (m *Machine) loopback(ctx context.Context) (found []Finding) {
	var answered []string
	for _, address := range addresses {
		switch err := m.answers(ctx, address); {
		case err == nil:
			answered = append(answered, address)
		case address == "127.0.0.1":
			return bad("loopback", loopbackFix(m.System, err), "a program on this computer cannot be reached at %s: %v", address, err)
		} // otherwise this computer has no IPv6
	}
	ctx, cancel := context.WithTimeout(ctx, m.Limit/4)
	defer cancel()
	hosts := "/etc/hosts"
	if m.System == "windows" {
		hosts = `C:\Windows\System32\drivers\etc\hosts`
	}
	fix := "write this line into " + hosts + ":\n127.0.0.1 localhost"
	ips, err := m.Lookup(ctx, "localhost")
	if err != nil || len(ips) == 0 {
		return bad("loopback", fix, "the name localhost is not known here")
	}
	for _, ip := range ips {
		if !net.ParseIP(ip).IsLoopback() {
			return bad("loopback", fix, "the name localhost means %s here, which is not this computer", ip)
		}
	}
	return good("loopback", "%s answer", names(append(answered, "localhost")))
}

// loopbackFix is what to do where no program on this computer can be reached.
func loopbackFix(system string, err error) string {
	interfaces, _ := net.Interfaces() // without them, it is the firewall
	for _, i := range interfaces {
		switch {
		case i.Flags&net.FlagLoopback == 0 || system != "linux":
		case i.Flags&net.FlagUp == 0:
			return "sudo ip link set " + i.Name + " up"
		case errors.Is(err, syscall.EADDRNOTAVAIL):
			return "sudo ip address add 127.0.0.1/8 dev " + i.Name
		}
	}
	return "let the firewall or the virus scanner allow connections from this computer to itself"
}

// answers starts a server at an address, and asks it.
func (m *Machine) answers(ctx context.Context, address string) error {
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.NotFoundHandler()}
	go server.Serve(listener)
	defer server.Close()
	_, err = m.head(ctx, address, listener.Addr().(*net.TCPAddr).Port)
	return err
}

// proxies looks for a proxy that other programs would use to reach this computer itself. The
// values are not shown: they may contain a password.
func (m *Machine) proxies(context.Context) []Finding {
	var set []string
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		if m.Typed(name) != "" {
			set = append(set, name)
		}
	}
	if len(set) == 0 {
		return good("proxy", "none is set")
	}
	name, but := "NO_PROXY", m.Typed("NO_PROXY")
	if lower := m.Typed("no_proxy"); lower != "" {
		name, but = "no_proxy", lower
	}
	hosts := strings.FieldsFunc(strings.ToLower(but), func(r rune) bool { return r == ',' || r == ' ' })
	if slices.Contains(hosts, "*") || slices.Contains(hosts, "localhost") && slices.Contains(hosts, "127.0.0.1") {
		return good("proxy", "%s is set, and not for this computer itself", names(set))
	}
	fix := strings.TrimPrefix(but+",localhost,127.0.0.1,::1", ",")
	return note("proxy", m.set(name, fix), "%s is set. The kit does not use it to reach this computer itself, but curl and Python do", names(set))
}

// someone is a program of which the system does not tell more.
func someone(how string) string { return fmt.Sprintf("another program (%s)", how) }

package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"slices"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
)

// listen takes the port of the page: the one that was asked for, or another.
func (s *session) listen() (net.Listener, error) {
	o := s.options.live
	if o.port < 0 || o.port > 65535 {
		return nil, usage(fmt.Sprintf("%d is not a port", o.port), "choose one from 1 to 65535")
	}
	if net.ParseIP(o.host) == nil {
		return nil, usage("'"+o.host+"' is not an address", "give one of this computer, as in --host 0.0.0.0")
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(o.host, strconv.Itoa(o.port)))
	if err != nil {
		why := cannotListen(err)
		if listener, err = net.Listen("tcp", net.JoinHostPort(o.host, "0")); err == nil {
			s.console.note("port %d %s, so the page is at another port", o.port, why)
		}
	}
	if err != nil {
		return nil, problem.Wrap(problem.NoVerdict, err, "the page cannot be served", "leave out --host")
	}
	return listener, nil
}

// cannotListen says why a port cannot be had.
func cannotListen(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return "is not allowed for this account"
	}
	return "is taken"
}

// namesOf are the names under which the page is asked for, the one to type first, and whether only
// this computer can.
func namesOf(address net.Addr) (names []string, own bool) {
	at, _ := address.(*net.TCPAddr)
	all, _ := net.InterfaceAddrs()
	ips := []net.IP{at.IP}
	if own = at.IP.IsLoopback(); at.IP.IsUnspecified() {
		ips = addressesOf(all)
	}
	for _, ip := range ips {
		names = append(names, net.JoinHostPort(ip.String(), strconv.Itoa(at.Port)))
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		names = append(names, net.JoinHostPort(name, strconv.Itoa(at.Port)))
	}
	if at.Port == 80 { // which browsers leave out
		for _, name := range names {
			names = append(names, strings.TrimSuffix(name, ":80"))
		}
	}
	return names, own
}

// addressesOf are the addresses of this computer that others can reach, the easiest to type first.
func addressesOf(all []net.Addr) (ips []net.IP) {
	for _, a := range all {
		if n, isIP := a.(*net.IPNet); isIP && n.IP.IsGlobalUnicast() {
			ips = append(ips, n.IP)
		}
	}
	slices.SortStableFunc(ips, func(a, b net.IP) int { return len(b.To4()) - len(a.To4()) }) // IPv4 first
	return ips
}

package target

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"syscall"

	"chaosworkshop.example/runner/internal/problem"
)

// Reserve finds a port for a service: the preferred one, or the next free one if
// that is in use; any port if preferred is 0. With exactly, only the preferred
// port will do. No other runner gets the port until release is called.
//
// The error is a problem: with the code Usage if preferred is no port, with
// NoVerdict if the port is in use or there is no free one.
func Reserve(preferred int, exactly bool) (port int, release func(), err error) {
	if preferred < 0 || preferred > 65535 || exactly && preferred == 0 {
		return 0, nil, problem.New(problem.Usage, fmt.Sprintf("%d is not a port", preferred), "choose one from 1 to 65535")
	}
	var why error // the first one
	for i := range 200 {
		candidate := preferred + i
		if preferred == 0 || i > 100 || candidate > 65535 {
			candidate = 20000 + rand.IntN(12000) // any port, of those that no system gives to programs that do not choose one
		}
		release, err := reserve(candidate)
		switch {
		case err != nil:
			why = cmp.Or(why, err)
		case why == nil || !exactly:
			return candidate, release, nil
		default:
			release()
			return 0, nil, problem.New(problem.NoVerdict, fmt.Sprintf("port %d %v", preferred, why),
				fmt.Sprintf("stop the other program, or choose another port, such as %d; if you leave the port out, a free one is found", candidate))
		}
	}
	return 0, nil, problem.New(problem.NoVerdict, fmt.Sprintf("no free port was found; the first one %v", why),
		"stop some programs that listen, or choose a port that is free")
}

// reserve takes a port. The reservation is the UDP
// port of the same number, which no service here uses: the kernel gives it back
// when the runner ends, even by kill -9. The error continues "port N ...".
func reserve(port int) (release func(), err error) {
	lock, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return nil, reason(err, "is in use: another run seems to have reserved it")
	}
	if err := free(strconv.Itoa(port)); err != nil {
		lock.Close()
		return nil, err
	}
	return sync.OnceFunc(func() { lock.Close() }), nil
}

// free tries each address by itself: on macOS one program can have all addresses
// while another has a single one.
func free(port string) error {
	for _, host := range []string{"127.0.0.1", "::1", ""} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err == nil {
			l.Close()
		} else if host != "::1" || inUse(err) { // otherwise there is no IPv6
			return reason(err, "is in use: another program listens on it")
		}
	}
	return nil
}

// reason says in plain words why a port cannot be had; used is for one that is in use.
func reason(err error, used string) error {
	switch {
	case inUse(err):
		return errors.New(used)
	case errors.Is(err, syscall.EACCES):
		return errors.New("is not allowed for this account")
	}
	return fmt.Errorf("cannot be used: %w", err)
}

// inUse tells whether another program has the port.
func inUse(err error) bool {
	const windowsAddressInUse = syscall.Errno(10048) // not syscall.EADDRINUSE there
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsAddressInUse)
}

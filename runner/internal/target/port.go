package target

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"syscall"

	"chaosworkshop.example/runner/internal/problem"
)

// Reserve finds a port for a service: the preferred one, or the next free one
// where that is taken; any where preferred is 0. With asked, somebody wants
// exactly this port, and a taken one is a problem.
//
// Until release, no other runner gets the port. What holds it is the UDP port of
// the same number, which the service has no use for and which the kernel takes
// back when the runner dies, however it dies.
func Reserve(preferred int, asked bool) (port int, release func(), err error) {
	if preferred < 0 || preferred > 65535 || asked && preferred == 0 {
		return 0, nil, problem.New(problem.Usage, fmt.Sprintf("%d is no port", preferred), "name one from 1 to 65535")
	}
	if preferred == 0 {
		return reserveAny()
	}
	release, why := reserve(preferred)
	if why == nil {
		return preferred, release, nil
	}
	port, release, err = reserveNext(preferred)
	if !asked || err != nil {
		return port, release, err
	}
	release()
	return 0, nil, problem.New(problem.NoVerdict, fmt.Sprintf("port %d cannot be had: %v", preferred, why),
		fmt.Sprintf("end what holds it, or name another: --port %d, or PORT=%d with make; without a port a free one is found", port, port))
}

func reserveNext(preferred int) (int, func(), error) {
	for port := preferred + 1; port <= min(preferred+100, 65535); port++ {
		if release, err := reserve(port); err == nil {
			return port, release, nil
		}
	}
	return reserveAny()
}

func reserveAny() (int, func(), error) {
	err := error(nil)
	for range 100 {
		var l net.Listener
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			break
		}
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		var release func()
		if release, err = reserve(port); err == nil {
			return port, release, nil
		}
	}
	return 0, nil, problem.Wrap(problem.NoVerdict, err, "no free port was found", "end some programs that listen, or name a port that is free")
}

// reserve says in its error who is in the way, as far as that can be known.
func reserve(port int) (release func(), err error) {
	number := strconv.Itoa(port)
	lock, err := net.ListenPacket("udp4", net.JoinHostPort("127.0.0.1", number))
	if err != nil {
		return nil, reason(err, "another run seems to hold it")
	}
	if err := free(number); err != nil {
		lock.Close()
		return nil, err
	}
	var once sync.Once
	return func() { once.Do(func() { lock.Close() }) }, nil
}

// free tries each address by itself: where one program may have the wildcard and
// another an address of its own (macOS), the one does not stand for the other.
func free(port string) error {
	for _, host := range []string{"127.0.0.1", "::1", ""} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err == nil {
			l.Close()
			continue
		}
		if host == "::1" && !isTaken(err) {
			continue // there is no IPv6 here
		}
		return reason(err, "another program listens on it")
	}
	return nil
}

func reason(err error, taken string) error {
	switch {
	case isTaken(err):
		return errors.New(taken)
	case errors.Is(err, syscall.EACCES):
		return errors.New("this account may not use it")
	}
	return err
}

func isTaken(err error) bool {
	const windows = syscall.Errno(10048) // WSAEADDRINUSE
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windows)
}

package exchange

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// listen binds the port: from then on clients can connect, and wait until
// they are served.
func listen(ctx context.Context, host string, port int) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if taken(err) {
		return nil, fmt.Errorf("port %d is taken by another program; choose another with --port, or any free one with --port 0", port)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on port %d of %s: %w; choose others with --port and --host", port, host, err)
	}
	return listener, nil
}

// taken also knows the number that Windows gives, which syscall.EADDRINUSE
// is not.
func taken(err error) bool {
	const windowsAddressInUse = syscall.Errno(10048)
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsAddressInUse)
}

func portOf(listener net.Listener) int {
	return listener.Addr().(*net.TCPAddr).Port
}

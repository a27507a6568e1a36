package exchange_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A client that sends without an end, or a byte now and then, or that does not take its answer,
// loses its connection: it cannot hold it for as long as it likes. The services in Python give
// each piece its time, and not the whole request.
func TestSlowClientsLoseTheirConnection(t *testing.T) {
	each(t, []string{"service", "resilient-service"}, func(t *testing.T, program string) {
		t.Parallel()
		s := start(t, program, "--interval", "1h")
		if err := os.WriteFile(s.file, make([]byte, 32<<20), 0o666); err != nil {
			t.Fatal(err)
		}
		head := "GET / HTTP/1.1\r\nHost: a\r\n"
		var clients sync.WaitGroup
		for name, c := range map[string]struct{ begin, then string }{
			"a head, byte by byte":      {head + "A: ", "b"},
			"a body, byte by byte":      {head + "Content-Length: 100000\r\n\r\n", "b"},
			"a body that never ends":    {head + "Content-Length: 99999999999\r\n\r\n", strings.Repeat("b", 1<<16)},
			"chunks that never end":     {head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nb\r\n"},
			"an answer that nobody has": {head + "\r\n", "b"},
		} {
			conn, _ := s.connect(t, c.begin)
			clients.Go(func() {
				conn.SetDeadline(time.Now().Add(2 * patience))
				for range time.Tick(10 * time.Millisecond) {
					if _, err := conn.Write([]byte(c.then)); errors.Is(err, os.ErrDeadlineExceeded) {
						t.Errorf("%s: the connection is still open", name)
						return
					} else if err != nil {
						return
					}
				}
			})
		}
		clients.Wait()
	})
}

// Whoever opens a pipe waits for its other end: a service does not begin with one. One that comes
// later, as in the exercise about a read that does not end, does not keep it from ending.
func TestAPipeInThePlaceOfTheFile(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		t.Parallel()
		cmd := command(t, program, "--port", "0")
		pipe := filepath.Join(cmd.Dir, "exchange.dat")
		if err := exec.Command("mkfifo", pipe).Run(); err != nil {
			t.Skipf("no pipe can be made here: %v", err)
		}
		early := launch(t, cmd)
		if code := early.exit(t); code != 1 {
			t.Errorf("exit code %d", code)
		}
		early.await(t, "cannot write the exchange file: ./exchange.dat is no ordinary file")

		late := start(t, program, "--interval", "1us")
		if err := os.Rename(pipe, late.file); err != nil {
			t.Fatal(err)
		}
		since := time.Now()
		late.signal(t, syscall.SIGINT)
		late.mustEnd(t, since, "exchange.dat")
	})
}

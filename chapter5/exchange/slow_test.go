package exchange_test

import (
	"errors"
	"os"
	"strings"
	"sync"
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

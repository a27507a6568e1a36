package exchange_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// connect opens a connection to the service and sends the text.
func (s *service) connect(t *testing.T, text string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", "127.0.0.1:"+s.port)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}

// A service that is told to end has so long for the requests in progress, and in all. Then it ends as it is.
const graceOfRequests, graceInAll = 400 * time.Millisecond, 600 * time.Millisecond

// late tells whether a service that was told to end may have come to a limit by now: where the machine has no
// time for it, nothing else is promised.
func late(t *testing.T, since time.Time, limit time.Duration) bool {
	t.Helper()
	took := time.Since(since)
	if took >= limit {
		t.Logf("the machine is too busy to tell: %v have passed", took)
	}
	return took >= limit
}

// mustEnd asserts a polite end, and that nothing is left behind but the files of these names. It is false where
// the machine is too busy to tell.
func (s *service) mustEnd(t *testing.T, since time.Time, files ...string) bool {
	t.Helper()
	if code := s.exit(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if late(t, since, graceInAll) {
		return false
	}
	mustHold(t, s.cmd.Dir, files...)
	return true
}

// mustHold asserts that a folder has files of these names and no others.
func mustHold(t *testing.T, folder string, files ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if !slices.Equal(got, files) {
		t.Errorf("in the folder are %q, want %q", got, files)
	}
}

func TestASignalEndsIt(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		each(t, fragile, func(t *testing.T, program string) {
			s := start(t, program, "--interval", "100us") // the writer is always busy
			_, unused := s.connect(t, "")
			_, idle := s.connect(t, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			response, err := http.ReadResponse(idle, nil)
			if err != nil || response.Close {
				t.Fatalf("no connection that stays open: %v", err)
			}
			io.Copy(io.Discard, response.Body)

			since := time.Now()
			s.signal(t, signal)
			if s.mustEnd(t, since) {
				s.await(t, "stopped, and removed the exchange file ./exchange.dat")
			}
			for _, connection := range []*bufio.Reader{unused, idle} {
				if _, err := connection.ReadByte(); err == nil {
					t.Error("a connection is still open")
				}
			}
		})
	}
}

// A connection that nobody uses is closed, before its first request and after one.
func TestIdleConnectionsEnd(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		t.Parallel()
		s := start(t, program)
		_, unused := s.connect(t, "")
		_, idle := s.connect(t, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		response, err := http.ReadResponse(idle, nil)
		if err != nil || response.Close {
			t.Fatalf("no connection that stays open: %v", err)
		}
		io.Copy(io.Discard, response.Body)
		for _, connection := range []*bufio.Reader{unused, idle} {
			if _, err := connection.ReadByte(); err != io.EOF {
				t.Errorf("a connection is still open: %v", err)
			}
		}
	})
}

// Each time the signal meets the writer at another moment of its work. The file
// does not come back.
func TestTheWriterFinishesFirst(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		for range 10 {
			s := start(t, program, "--interval", "1us")
			since := time.Now()
			s.signal(t, syscall.SIGINT)
			s.mustEnd(t, since)
		}
	})
}

// A service removes only what it wrote, and whatever it finds is no error.
func TestWhatIsNotItsOwnStays(t *testing.T) {
	for name, test := range map[string]struct {
		change func(file string) error
		left   []string
	}{
		"removed":    {os.Remove, nil},
		"moved away": {func(file string) error { return os.Rename(file, file+".old") }, []string{"exchange.dat.old"}},
		"replaced":   {func(file string) error { return os.WriteFile(file, []byte("mine"), 0o666) }, []string{"exchange.dat"}},
		"another service's": {func(file string) error {
			return os.WriteFile(file, []byte("2026-01-01T00:00:00.000000"), 0o666)
		}, []string{"exchange.dat"}},
		"a folder": {func(file string) error {
			return errors.Join(os.Remove(file), os.Mkdir(file, 0o777))
		}, []string{"exchange.dat"}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, services, func(t *testing.T, program string) {
				t.Parallel()
				s := start(t, program, "--interval", "1h")
				if err := test.change(s.file); err != nil {
					t.Fatal(err)
				}
				since := time.Now()
				s.signal(t, syscall.SIGTERM)
				if !s.mustEnd(t, since, test.left...) {
					return
				}
				if line := s.await(t, "stopped"); !strings.HasSuffix(line, " stopped") {
					t.Errorf("it says %q", line)
				}
			})
		})
	}
}

func TestNoLineIsLost(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		s := start(t, program)
		const requests = 50
		for range requests {
			s.get(t)
		}
		s.signal(t, syscall.SIGTERM)
		s.await(t, "stopped")
		if got := strings.Count(strings.Join(s.logged, "\n"), " GET / 200 "); got != requests {
			t.Errorf("%d lines come before the end, want %d", got, requests)
		}
	})
}

// mustListenNoMore waits until the service has begun to stop.
func (s *service) mustListenNoMore(t *testing.T) {
	t.Helper()
	for late := time.Now().Add(patience); ; {
		conn, err := net.Dial("tcp", "127.0.0.1:"+s.port)
		if err != nil {
			return
		}
		conn.Close()
		if time.Now().After(late) {
			t.Fatal("it still listens")
		}
	}
}

// A request whose body is announced and not sent is under way for some seconds:
// the service first reads the body, then it answers.
const unfinished = "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo"

func TestRequestsUnderWayAreAnswered(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		s := start(t, program, "--interval", "1h")
		conn, reader := s.connect(t, unfinished)
		s.await(t, "POST /slow 200")
		since := time.Now()
		s.signal(t, syscall.SIGTERM)
		s.mustListenNoMore(t)
		select {
		case <-s.ended:
			if !late(t, since, graceOfRequests) {
				t.Fatal("it does not wait for the request")
			}
			return
		case <-time.After(50 * time.Millisecond):
		}
		io.WriteString(conn, "dy")
		response, err := http.ReadResponse(reader, nil)
		if err != nil && late(t, since, graceOfRequests) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if (err != nil || response.StatusCode != 200 || !dateTime.Match(body)) && !late(t, since, graceOfRequests) {
			t.Errorf("%s, %q, %v", response.Status, body, err)
		}
		s.mustEnd(t, since)
	})
}

func TestAnUnfinishedRequestDoesNotKeepItFromEnding(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		s := start(t, program, "--interval", "1h")
		s.connect(t, unfinished)
		s.await(t, "POST /slow 200")
		since := time.Now()
		s.signal(t, syscall.SIGTERM)
		s.mustEnd(t, since)
	})
}

// Nobody reads the log, until not even "stopped" fits into the pipe.
func TestAStuckLogDoesNotKeepItFromEnding(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		cmd := command(t, program, "--port", "0")
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer read.Close()
		cmd.Stderr = write
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		write.Close()
		s := &service{cmd: cmd, ended: make(chan struct{})}
		go func() {
			cmd.Wait()
			close(s.ended)
		}()
		defer cmd.Process.Kill()

		for lines := bufio.NewScanner(read); s.url == "" && lines.Scan(); {
			if match := listening.FindStringSubmatch(lines.Text()); match != nil {
				s.url = "http://127.0.0.1:" + match[1] + "/"
			}
		}
		client := http.Client{Timeout: 100 * time.Millisecond}
		for _, path := range []string{strings.Repeat("x", 200), "x"} { // the short one fills what is left
			for i, stuck := 0, 0; stuck < 3; i++ {
				response, err := client.Get(s.url + path)
				if err != nil {
					stuck++
					continue
				}
				response.Body.Close()
				if i > 10_000 {
					t.Fatal("the log takes everything")
				}
			}
		}
		since := time.Now()
		s.signal(t, syscall.SIGTERM)
		if code := s.exit(t); code != 0 {
			t.Errorf("exit code %d", code)
		}
		if !late(t, since, 2*graceInAll) { // the limit is always reached
			mustHold(t, s.cmd.Dir)
		}
	})
}

// A service that is older than its source says so in each answer.
func TestChangedSource(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		source, name := sources[program], "service/main.go"
		if inPython(program) {
			source, name = filepath.Join(programs, "python", program), "python/service.py"
		}
		info, err := os.Stat(source)
		if err != nil {
			t.Fatal(err)
		}
		s := start(t, program)
		if _, header, _ := s.get(t); header.Get("Warning") != "" {
			t.Errorf("nothing was changed: %s", header.Get("Warning"))
		}
		t.Cleanup(func() { os.Chtimes(source, info.ModTime(), info.ModTime()) })
		if err := os.Chtimes(source, time.Time{}, time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		want := `199 exchange "you changed ` + name + ` after this service was started: stop it and start it again"`
		stale := map[string]*service{"after its start": s}
		if !inPython(program) { // Python always runs the newest source
			stale["before its start, and not built"] = start(t, program)
		}
		for when, s := range stale {
			if _, header, _ := s.get(t); header.Get("Warning") != want {
				t.Errorf("it was changed %s: %s", when, header.Get("Warning"))
			}
		}
	})
}

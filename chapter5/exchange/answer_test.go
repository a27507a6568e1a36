package exchange_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEveryRequestGetsTheContents(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		t.Parallel()
		s := start(t, program)
		if got := strings.Join(s.logged, "\n"); !strings.Contains(got, "will update the exchange file ./exchange.dat every 10s\n") {
			t.Errorf("it does not say first that it will update the file:\n%s", got)
		}
		for _, request := range []struct{ method, path string }{
			{"GET", "/"}, {"GET", "/a/../b//c?d=e"}, {"GET", "/%0A%1b[2J"}, {"GET", "/\x9b2J"},
			{"HEAD", "/"}, {"POST", "/"}, {"PUT", "/x"}, {"DELETE", "/x"}, {"OPTIONS", "*"}, {"BREW", "/pot"},
		} {
			status, header, body := s.ask(t, request.method, request.path)
			if status != 200 || !strings.HasPrefix(header.Get("Content-Type"), "text/plain") || header.Get("Content-Length") != "26" {
				t.Errorf("%s %q: %d %v", request.method, request.path, status, header)
			}
			if request.method != "HEAD" && !dateTime.MatchString(body) {
				t.Errorf("%s %q: the body is %q", request.method, request.path, body)
			}
			if want := fmt.Sprintf("exchange (process %d)", s.cmd.Process.Pid); header.Get("Server") != want {
				t.Errorf("the header Server is %q, want %q", header.Get("Server"), want)
			}
			line := s.await(t, "")
			want := " " + request.method + " " + strings.Replace(request.path, "\x9b", `\x9b`, 1) + " 200 ("
			if !strings.Contains(line, want) {
				t.Errorf("the line is %q, want %q in it", line, want)
			}
		}
		if _, err := time.ParseInLocation("2006-01-02T15:04:05.000000", contents(t, s.file), time.Local); err != nil {
			t.Error(err)
		}
	})
}

func contents(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAMissingFile(t *testing.T) {
	type answer struct {
		status      int
		retry, body string
		logged      []string
	}
	each(t, services, func(t *testing.T, program string) {
		t.Parallel()
		want := answer{503, "10", "the exchange file is not ready\n", []string{"GET / 503 ("}}
		if slices.Contains(fragile, program) {
			want = answer{500, "", "internal server error\n", []string{"cannot read the exchange file: open ./exchange.dat: ", "GET / 500 ("}}
		}
		s := start(t, program, "--interval", "1h")
		s.lose(t)
		status, header, body := s.get(t)
		if status != want.status || header.Get("Retry-After") != want.retry || body != want.body {
			t.Errorf("got %d, Retry-After %q, %q", status, header.Get("Retry-After"), body)
		}
		if !strings.HasPrefix(header.Get("Content-Type"), "text/plain") || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the headers are %v", header)
		}
		for _, text := range want.logged {
			if line := s.await(t, ""); !strings.Contains(line, text) {
				t.Errorf("the line is %q, want %q in it", line, text)
			}
		}
		if err := os.Rename(s.file+".old", s.file); err != nil {
			t.Fatal(err)
		}
		if status, _, _ := s.get(t); status != 200 {
			t.Errorf("with the file back: %d", status)
		}
	})
}

func TestAnyOtherReadErrorIsAnInternalError(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		t.Parallel()
		s := start(t, program, "--interval", "1h")
		s.lose(t)
		if err := os.Mkdir(s.file, 0o777); err != nil {
			t.Fatal(err)
		}
		if status, header, _ := s.get(t); status != 500 || header.Get("Retry-After") != "" {
			t.Errorf("got %d, %v", status, header)
		}
		s.await(t, "cannot read the exchange file: ")
		s.await(t, "GET / 500 (")
	})
}

// The folder goes, so that the rewrites fail until it is back.
func TestTheWriterHealsTheLoss(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		t.Parallel()
		lost := 503
		if slices.Contains(fragile, program) {
			lost = 500
		}
		folder := filepath.Join(t.TempDir(), "data")
		if err := os.Mkdir(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		s := start(t, program, "--interval", "50ms", "--file", filepath.Join(folder, "exchange.dat"))
		if err := os.Rename(folder, folder+".old"); err != nil {
			t.Fatal(err)
		}
		s.await(t, "cannot write the exchange file: open "+folder)
		if status, _, _ := s.get(t); status != lost {
			t.Errorf("without the file: %d, want %d", status, lost)
		}
		if err := os.Mkdir(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		late := time.Now().Add(patience)
		for status := lost; status != 200; {
			if status, _, _ = s.get(t); status != lost && status != 200 || time.Now().After(late) {
				t.Fatalf("the file does not come back: %d", status)
			}
		}
	})
}

// The first answer that a client can get is fresh, though it asks from before
// the start, and though an old file is there.
func TestTheFileIsWrittenBeforeTheFirstAnswer(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		port := freePort(t)
		cmd := command(t, program, "--port", port)
		if err := os.WriteFile(filepath.Join(cmd.Dir, "exchange.dat"), []byte("stale"), 0o666); err != nil {
			t.Fatal(err)
		}
		launch(t, cmd)
		client := http.Client{Timeout: patience}
		for late := time.Now().Add(patience); ; {
			response, err := client.Get("http://127.0.0.1:" + port + "/")
			if err == nil {
				response.Body.Close()
				if response.ContentLength != 26 {
					t.Errorf("the first answer: %s, %d bytes", response.Status, response.ContentLength)
				}
				return
			}
			if time.Now().After(late) {
				t.Fatal(err)
			}
		}
	})
}

// Requests follow one another on a connection, whatever bodies they have.
func TestABodyIsSkipped(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		t.Parallel()
		_, reader := start(t, program).connect(t, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"+
			"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"+
			"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		for i := range 3 {
			response, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatal(i, err)
			}
			if body, err := io.ReadAll(response.Body); response.StatusCode != 200 || response.Close || !dateTime.Match(body) {
				t.Errorf("answer %d: %s, close %t, %q, %v", i, response.Status, response.Close, body, err)
			}
		}
	})
}

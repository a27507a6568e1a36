package main_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// serve answers like an exchange service that works in a folder, or with one text where
// that is no folder. It counts the requests.
func serve(t *testing.T, address, folder string) (port string, asked *atomic.Int32) {
	t.Helper()
	return answer(t, address, func(w http.ResponseWriter) {
		contents, err := os.ReadFile(filepath.Join(folder, "exchange.dat"))
		switch {
		case folder == "":
			io.WriteString(w, "hello from another program")
		case err != nil:
			http.Error(w, "not ready", http.StatusServiceUnavailable)
		default:
			w.Header().Set("Warning", `199 service "something is wrong with me"`)
			w.Write(contents)
		}
	})
}

func answer(t *testing.T, address string, answer func(http.ResponseWriter)) (port string, asked *atomic.Int32) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Skip("this system cannot listen on " + address)
	}
	asked = new(atomic.Int32)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		answer(w)
	})}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), asked
}

// lesson is a folder with the chapter's experiment and an exchange file.
func lesson(t *testing.T, contents string, change func(experiment string) string) (folder string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "chapter5", "originals", "experiment.json"))
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	for name, text := range map[string]string{"experiment.json": change(string(text)), "exchange.dat": contents} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// play runs the chapter's experiment in a folder, on a port.
func play(t *testing.T, folder, port string) (output string, code int) {
	t.Helper()
	runner := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", "experiment.json")
	runner.Dir, runner.Env = folder, append(os.Environ(), "EXCHANGE_PORT="+port)
	out, err := runner.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), runner.ProcessState.ExitCode()
}

func asItIs(experiment string) string { return experiment }

// TestSomebodyElse: there is a verdict only if the service that answers works on the file
// that the experiment moves.
func TestSomebodyElse(t *testing.T) {
	t.Run("another program answers", func(t *testing.T) {
		folder := lesson(t, "2026-11-26T01:47:42.188102", asItIs)
		port, _ := serve(t, "127.0.0.1:0", "")
		output, code := play(t, folder, port)
		if code != 4 || !strings.Contains(output, "the program on port "+port+" does not serve "+filepath.Join(filepath.Base(folder), "exchange.dat")) {
			t.Errorf("exit code %d:\n%s", code, output)
		}
	})
	t.Run("the service works in another folder", func(t *testing.T) {
		folder := lesson(t, "2026-11-26T01:47:42.188102", asItIs)
		port, _ := serve(t, "127.0.0.1:0", lesson(t, "2026-11-26T01:47:42.188103", asItIs))
		output, code := play(t, folder, port)
		if code != 4 || !strings.Contains(output, "does not serve") {
			t.Errorf("exit code %d:\n%s", code, output)
		}
	})
	t.Run("another program listens on ::1", func(t *testing.T) {
		folder := lesson(t, "2026-11-26T01:47:42.188102", asItIs)
		port, _ := serve(t, "127.0.0.1:0", folder)
		_, asked := serve(t, "[::1]:"+port, "")
		output, code := play(t, folder, port)
		if somebodyElse := asked.Load() > 0; somebodyElse != (code == 4) || somebodyElse != strings.Contains(output, "does not serve") {
			t.Errorf("asked %d times; exit code %d:\n%s", asked.Load(), code, output)
		}
	})
	t.Run("the file is not there", func(t *testing.T) {
		folder := lesson(t, "", asItIs)
		port, _ := serve(t, "127.0.0.1:0", lesson(t, "old", asItIs))
		if output, code := play(t, folder, port); code != 4 || !strings.Contains(output, "is empty") {
			t.Errorf("exit code %d:\n%s", code, output)
		}
	})
	t.Run("the right one, which warns of itself", func(t *testing.T) {
		folder := lesson(t, "2026-11-26T01:47:42.188102", asItIs)
		port, _ := serve(t, "127.0.0.1:0", folder)
		output, code := play(t, folder, port)
		if code != 0 || !strings.Contains(output, "note     something is wrong with me\n") {
			t.Errorf("exit code %d:\n%s", code, output)
		}
	})
	t.Run("another program takes over", func(t *testing.T) {
		folder := lesson(t, "2026-11-26T01:47:42.188102", asItIs)
		port, _ := answer(t, "127.0.0.1:0", func(w http.ResponseWriter) {
			contents, err := os.ReadFile(filepath.Join(folder, "exchange.dat"))
			w.Header().Set("Server", map[bool]string{true: "first", false: "second"}[err == nil])
			w.Write(contents)
		})
		if output, code := play(t, folder, port); code != 4 || !strings.Contains(output, "another one answered after it") {
			t.Errorf("exit code %d:\n%s", code, output)
		}
	})
	t.Run("the book's own experiment", func(t *testing.T) {
		without := func(experiment string) string {
			return strings.Replace(experiment, `"serves": "./exchange.dat",`, "", 1)
		}
		folder := lesson(t, "2026-11-26T01:47:42.188102", without)
		port, _ := serve(t, "127.0.0.1:0", lesson(t, "other", asItIs))
		if output, code := play(t, folder, port); code != 0 {
			t.Errorf("exit code %d:\n%s", code, output)
		}
	})
}

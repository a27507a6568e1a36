//go:build unix

package bench

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// BenchmarkService is about the lesson's service under load. A client keeps its
// connection where the server does: Python's server ends it after each answer.
func BenchmarkService(b *testing.B) {
	const row = "requests a second to the service, against one in Python"
	python, err := exec.LookPath("python3")
	if err != nil {
		leaveOut(b, "there is no python3 on PATH; install Python 3", row)
	}
	script, err := filepath.Abs(filepath.Join("testdata", "service.py"))
	if err != nil {
		b.Fatal(err)
	}
	dir, ours := service(b, "service")
	theirs := freePort(b)
	start(b, dir, theirs, python, script, theirs)
	var ratios []float64
	for b.Loop() {
		for range 4 { // one pair is short, and says little on a busy machine
			ratios = append(ratios, load(b, ours)/load(b, theirs))
		}
	}
	report(b, row, "times-python", wanted{least: 4}, ratios)
}

// load returns how many requests a server answers in a second, when several
// clients ask at the same time.
func load(b *testing.B, port string) (perSecond float64) {
	const clients, each = 4, 500
	var asking sync.WaitGroup
	begin := time.Now()
	for range clients {
		asking.Go(func() {
			if err := ask("127.0.0.1:"+port, each); err != nil {
				b.Errorf("port %s: %v", port, err)
			}
		})
	}
	asking.Wait()
	return clients * each / time.Since(begin).Seconds()
}

// ask is one client. It has no http.Client, which costs more than the server's
// answer and would hide what the server costs.
func ask(address string, times int) error {
	var conn net.Conn
	var answers *bufio.Reader
	for range times {
		if conn == nil {
			var err error
			if conn, err = net.Dial("tcp", address); err != nil {
				return err
			}
			defer conn.Close()
			answers = bufio.NewReader(conn)
		}
		fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", address) // an error shows below: there is no answer
		got, err := http.ReadResponse(answers, nil)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(got.Body)
		if err != nil || got.StatusCode != http.StatusOK || len(body) != len("2006-01-02T15:04:05.000000") {
			return fmt.Errorf("the answer is %s, %q, %v", got.Status, body, err)
		}
		if got.Close {
			conn.Close()
			conn = nil
		}
	}
	return nil
}

// service starts one of the lesson's services in a folder of its own, until the
// benchmark ends. It writes its file once and not again.
func service(b *testing.B, name string) (dir, port string) {
	b.Helper()
	dir, port = b.TempDir(), freePort(b)
	start(b, dir, port, program(b, name), "--port", port, "--interval", "10000h")
	return dir, port
}

// start starts a server and waits until it answers.
func start(b *testing.B, dir, port string, args ...string) {
	b.Helper()
	log, err := os.Create(filepath.Join(dir, filepath.Base(args[0])+".log"))
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // its error is that it was killed
		log.Close()
	})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err = get(http.DefaultClient, "http://127.0.0.1:"+port+"/"); err == nil {
			return
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			b.Fatalf("%s is not ready after 10 s: %v\n%s", args[0], err, text)
		}
	}
}

func freePort(b *testing.B) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

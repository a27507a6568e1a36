package exchange_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is for what should happen soon, on a machine that may be busy.
const patience = 10 * time.Second

// sources are the services as they came: learners change service/main.go.
var sources = map[string]string{"service": "../originals/service/main.go", "resilient-service": "../resilient-service/main.go"}

// exe is how the names of programs end.
var exe = map[bool]string{true: ".exe"}[runtime.GOOS == "windows"]

// programs is the folder of the two services, built as the tests are: with
// the race detector if they run with it.
var programs string

func TestMain(m *testing.M) {
	var err error
	if programs, err = os.MkdirTemp("", "chapter5"); err != nil {
		panic(err)
	}
	info, ok := debug.ReadBuildInfo()
	for program, source := range sources {
		build := exec.Command("go", "build", "-o", filepath.Join(programs, program+exe), filepath.Dir(source))
		if ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
			build.Args = slices.Insert(build.Args, 2, "-race")
		}
		if output, err := build.CombinedOutput(); err != nil {
			panic(fmt.Sprintf("%v\n%s", err, output))
		}
	}
	code := m.Run()
	os.RemoveAll(programs)
	os.Exit(code)
}

// command is a service that is about to run in a folder of its own. It is killed
// if it is still there long after its test should have ended.
func command(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	filepath.Glob("../*/*.go")
	filepath.Glob("../*/*/*.go") // tells go test that its cached result depends on these
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, filepath.Join(programs, program+exe), args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0") // or its end takes a second longer
	return cmd
}

// service is one that runs.
type service struct {
	cmd    *exec.Cmd
	port   string
	url    string
	file   string
	lines  chan string // what it logs
	logged []string    // what the test has seen of it
	ended  chan struct{}
}

var (
	logLine   = regexp.MustCompile(`^\d\d:\d\d:\d\d \S`)
	dateTime  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$`)
	listening = regexp.MustCompile(`listening on port (\d+): http://(localhost|127\.0\.0\.1):(\d+)/$`)
)

// start runs a service on a free port, and returns when it listens.
func start(t *testing.T, program string, args ...string) *service {
	t.Helper()
	s := launch(t, command(t, program, append([]string{"--port", "0"}, args...)...))
	line := s.await(t, "listening on port")
	s.port = listeningPort(t, line)
	s.url = "http://127.0.0.1:" + s.port + "/"
	return s
}

// listeningPort is the port in the line that says where a service listens.
func listeningPort(t *testing.T, line string) string {
	t.Helper()
	found := listening.FindStringSubmatch(line)
	if found == nil || found[1] != found[3] {
		t.Fatalf("it says %q", line)
	}
	return found[1]
}

// launch runs a service and collects what it logs.
func launch(t *testing.T, cmd *exec.Cmd) *service {
	t.Helper()
	s := &service{
		cmd:   cmd,
		file:  filepath.Join(cmd.Dir, "exchange.dat"),
		lines: make(chan string, 10_000),
		ended: make(chan struct{}),
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	go func() {
		for scanner := bufio.NewScanner(read); scanner.Scan(); {
			s.lines <- scanner.Text()
		}
		close(s.lines)
		read.Close()
	}()
	go func() {
		cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-s.ended
	})
	return s
}

// await returns the next line that contains the text.
func (s *service) await(t *testing.T, text string) string {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				t.Fatalf("it ended without logging %q:\n%s", text, strings.Join(s.logged, "\n"))
			}
			s.logged = append(s.logged, line)
			if !logLine.MatchString(line) {
				t.Errorf("the line %q does not begin with a time", line)
			}
			if strings.Contains(line, text) {
				return line
			}
		case <-late:
			t.Fatalf("it has not logged %q:\n%s", text, strings.Join(s.logged, "\n"))
		}
	}
}

// exit waits for the end and returns the exit code.
func (s *service) exit(t *testing.T) int {
	t.Helper()
	select {
	case <-s.ended:
		return s.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatal("it does not end")
		return 0
	}
}

// signal asks the service to stop, as Ctrl-C or kill do.
func (s *service) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signals to send")
	}
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// get asks for the file; header is the answer's, body its contents.
func (s *service) get(t *testing.T) (status int, header http.Header, body string) {
	t.Helper()
	return s.ask(t, http.MethodGet, "/")
}

func (s *service) ask(t *testing.T, method, path string) (status int, header http.Header, body string) {
	t.Helper()
	request, err := http.NewRequest(method, s.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.URL.Opaque = path
	response, err := (&http.Client{Timeout: patience}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	contents, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(contents)
}

// lose moves the file away, as the experiment does.
func (s *service) lose(t *testing.T) {
	t.Helper()
	if err := os.Rename(s.file, s.file+".old"); err != nil {
		t.Fatal(err)
	}
}

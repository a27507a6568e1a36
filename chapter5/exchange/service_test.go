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

// The services by their names: one and the same in each language.
var (
	fragile   = []string{"service", "service.py"}
	resilient = []string{"resilient-service", "resilient_service.py"}
	services  = slices.Concat(fragile, resilient)
)

// sources are the services as they came: learners change the fragile ones.
var sources = map[string]string{
	"service": "../originals/service/main.go", "resilient-service": "../resilient-service/main.go",
	"service.py": "../originals/python/service.py", "resilient_service.py": "../python/resilient_service.py",
}

// exe is how the names of programs end.
var exe = map[bool]string{true: ".exe"}[runtime.GOOS == "windows"]

// programs is the folder of the services. Those in Go are built as the tests are: with
// the race detector if they run with it. python runs the others; empty where it is missing.
var programs, python string

func TestMain(m *testing.M) {
	var err error
	if programs, err = os.MkdirTemp("", "chapter5"); err != nil {
		panic(err)
	}
	info, ok := debug.ReadBuildInfo()
	python = findPython()
	if python == "" {
		fmt.Fprintln(os.Stderr, noPython)
	}
	if err := os.Mkdir(filepath.Join(programs, "python"), 0o777); err != nil {
		panic(err)
	}
	for program, source := range sources {
		if inPython(program) {
			copyFile(source, filepath.Join(programs, "python", program))
			continue
		}
		build := exec.Command("go", "build", "-o", filepath.Join(programs, program+exe), filepath.Dir(source))
		if ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
			build.Args = slices.Insert(build.Args, 2, "-race")
		}
		if output, err := build.CombinedOutput(); err != nil {
			panic(fmt.Sprintf("%v\n%s", err, output))
		}
	}
	for _, boring := range []string{"exchange.py", "flags.py"} {
		copyFile("../python/"+boring, filepath.Join(programs, "python", boring))
	}
	code := m.Run()
	os.RemoveAll(programs)
	os.Exit(code)
}

func inPython(program string) bool { return filepath.Ext(program) == ".py" }

const noPython = "NOT TESTED: the services in Python, as there is no Python 3.9 or newer here"

// findPython returns the interpreter itself, whatever starts it; empty if there is none.
func findPython() string {
	for _, name := range []string{"python3", "python"} {
		found, err := exec.Command(name, "-c", "import sys; sys.version_info < (3, 9) or sys.stdout.write(sys.executable)").Output()
		if err == nil && len(found) > 0 {
			return string(found)
		}
	}
	return ""
}

func copyFile(from, to string) {
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o666)
	}
	if err != nil {
		panic(err)
	}
}

// each runs a test for each of these services.
func each(t *testing.T, services []string, test func(t *testing.T, program string)) {
	t.Helper()
	for _, program := range services {
		t.Run(program, func(t *testing.T) {
			if inPython(program) && python == "" {
				t.Skip(noPython)
			}
			test(t, program)
		})
	}
}

// command is a service that is about to run in a folder of its own. It is killed
// if it is still there long after its test should have ended.
func command(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	filepath.Glob("../*/*.go")
	filepath.Glob("../*/*/*.go")
	filepath.Glob("../*/*.py")
	filepath.Glob("../*/*/*.py") // tells go test that its cached result depends on these
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, filepath.Join(programs, program+exe), args...)
	if inPython(program) {
		cmd = exec.CommandContext(ctx, python, slices.Concat([]string{"-B", filepath.Join(programs, "python", program)}, args)...)
	}
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

package target

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// stage is where a target runs in a test.
type stage struct {
	owner   *process.Owner
	places  Places
	records string
	heard   heard
}

type heard struct {
	sync.Mutex
	text bytes.Buffer
}

func (h *heard) say(name, line string) {
	h.Lock()
	defer h.Unlock()
	h.text.WriteString(name + "| " + line + "\n")
}

func (h *heard) has(part string) bool {
	h.Lock()
	defer h.Unlock()
	return strings.Contains(h.text.String(), part)
}

func newStage(t *testing.T) *stage {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	port, release, err := Reserve(0, false)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{
		owner:   &process.Owner{Watchdog: []string{self, "watchdog"}},
		places:  Places{Root: t.TempDir(), Bin: filepath.Dir(self), Run: t.TempDir(), Port: port},
		records: filepath.Join(t.TempDir(), "records"),
	}
	t.Cleanup(func() {
		release()
		if err := s.owner.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *stage) setting() Setting {
	return Setting{Owner: s.owner, Records: s.records, Say: s.heard.say}
}

// describe is a target whose program is the test binary in a role.
func (s *stage) describe(t *testing.T, role, more string) *Target {
	t.Helper()
	self, _ := os.Executable()
	port := "${port}"
	if role == "untold" {
		port = "8080"
	}
	it, found := load(t, `
title: the test's own service
start: ["${bin}/`+filepath.Base(self)+`", `+role+`, "`+port+`"]
environment: {GREETING: "hello `+port+`"}
experiment: none.json
expect: held
`+more)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return it.In(s.places)
}

const readyHere = "ready: {url: 'http://127.0.0.1:${port}/', within: 5s}"

func TestService(t *testing.T) {
	s := newStage(t)
	it := s.describe(t, "serve", readyHere)
	service, err := it.Begin(t.Context(), s.setting())
	if err != nil {
		t.Fatal(err)
	}
	if left, _, err := process.Leftovers(s.records); err != nil || len(left) != 1 || left[0].PID != service.process.PID() || left[0].Port != s.places.Port {
		t.Errorf("the records hold %v, %v", left, err)
	}
	if err := service.Died(0); err != nil {
		t.Error("it is reported as ended:", err)
	}
	if err := service.End(t.Context()); err != nil || service.process.Exit().Code != 0 {
		t.Errorf("ended with %v, %v", service.process.Exit(), err)
	}
	folder, _ := filepath.EvalSymlinks(s.places.Run)
	want := "it| hello " + strconv.Itoa(s.places.Port) + " in " + folder + "\nit| good bye\n"
	if got := s.heard.text.String(); got != want {
		t.Errorf("heard\n%s\nwant\n%s", got, want)
	}
	if err := free(strconv.Itoa(s.places.Port)); err != nil {
		t.Errorf("after the end: %v", err)
	}
	if files, err := os.ReadDir(s.records); err != nil || len(files) > 0 {
		t.Errorf("left in the records: %v, %v", files, err)
	}
	service.End(t.Context())
}

// startInVain starts a target that does not get ready, and returns why. Its time is over once its
// service listens and has been asked: where it is mute, once it was reached.
func (s *stage) startInVain(t *testing.T, ctx context.Context, it *Target) error {
	t.Helper()
	service, err := begin(ctx, s.setting(), it)
	if err != nil {
		return err
	}
	waiting, over := context.WithCancel(ctx)
	defer over()
	ask := answers(it.Ready)
	err = service.await(ctx, waiting, func(ctx context.Context) error {
		listens := s.heard.has("hello ")
		if it.Start[1] == "mute" {
			ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { over() }})
		}
		err := ask(ctx)
		if listens && err != nil {
			over()
		}
		return err
	})
	if err == nil {
		service.End(t.Context())
		t.Fatal("it started")
	}
	return err
}

// TestServiceDies: a service that ends during the experiment is reported with its
// last lines, also one without an end of line.
func TestServiceDies(t *testing.T) {
	s := newStage(t)
	service, err := s.describe(t, "serve", readyHere).Begin(t.Context(), s.setting())
	if err != nil {
		t.Fatal(err)
	}
	dead, cancel := context.WithCancel(t.Context())
	go func() {
		<-service.done
		cancel() // whoever is dead may not answer
	}()
	ask, _ := http.NewRequestWithContext(dead, http.MethodGet, "http://127.0.0.1:"+strconv.Itoa(s.places.Port)+"/die", nil)
	if response, err := http.DefaultClient.Do(ask); err == nil {
		response.Body.Close()
	}
	<-dead.Done()
	want := "it ended during the experiment, with exit code 9; its last lines:\n    hello "
	if err := service.Died(0); problem.Code(err) != problem.NoVerdict || !strings.Contains(err.Error(), want) ||
		!strings.Contains(err.Error(), "\n    somebody asked me to die\nlook for the reason") {
		t.Errorf("got %v", err)
	}
	service.End(t.Context())
}

func TestStartFails(t *testing.T) {
	why := errors.New("interrupt")
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	// How long 300 ms are does not matter here: the time is over once the service has given its reason.
	unready := strings.Replace(readyHere, "5s", "300ms", 1)
	for _, test := range []struct {
		name, role, more string
		ctx              context.Context
		code             int
		want             []string
	}{
		{"dies early", "fail", readyHere, t.Context(), problem.NoVerdict,
			[]string{"it.yaml:3:8: it ended before it was ready, with exit code 7; its last lines:\n    reason 2\n", "\n    reason 11\nlook for the reason"}},
		{"mute", "mute", unready, t.Context(), problem.NoVerdict,
			[]string{"it.yaml:7:8: it was not ready at http://127.0.0.1:", "within 300ms: something listens there, and does not answer; its last lines:\n    hello ",
				"\nfind out what the service waits for, or give it more time with ready.within"}},
		{"ignores its port", "elsewhere", unready, t.Context(), problem.NoVerdict,
			[]string{"it.yaml:7:8: it was not ready at http://127.0.0.1:", "within 300ms: it runs, and listens on port ", " instead; its last lines:\n    hello ",
				"\ncheck that the service uses the port that it is given (${port}), or give it more time with ready.within"}},
		{"is not told its port", "untold", unready, t.Context(), problem.NoVerdict,
			[]string{"it.yaml:3:8: it was not ready at http://127.0.0.1:", " instead; its last lines:\n    hello 8080 in ",
				"\ntell the service its port: write ${port} into its arguments, or into environment"}},
		{"puts itself into the background", "background", readyHere, t.Context(), problem.NoVerdict,
			[]string{"it.yaml:3:8: it put itself into the background: its command ended before it was ready, and what it had started went on, and was stopped",
				"start it in the foreground, without & and without an option such as --daemon: only then it can be watched and stopped"}},
		{"says nothing and ends", "done", readyHere, t.Context(), problem.NoVerdict,
			[]string{"it.yaml:3:8: it ended before it was ready, with exit code 0, as if its work was done; it printed nothing; name a command that runs until it is stopped"}},
		{"says nothing and dies", "dies", readyHere, t.Context(), problem.NoVerdict,
			[]string{"it.yaml:3:8: it ended before it was ready, with exit code 3; it printed nothing; try the command by hand, or correct it at this place"}},
		{"another status", "serve", "ready: {url: 'http://127.0.0.1:${port}/', status: 418, within: 300ms}", t.Context(), problem.NoVerdict,
			[]string{"within 300ms: it answered 200, not 418; its last lines", "correct the service, or ready.status, or give it more time"}},
		{"busy", "serve", "ready: {url: 'http://127.0.0.1:${port}/busy', within: 300ms}", t.Context(), problem.NoVerdict,
			[]string{"within 300ms: it answered 503; its last lines"}},
		{"interrupted", "serve", readyHere, ended, problem.NoVerdict, []string{"interrupt"}},
		{"no folder", "serve", readyHere + "\nfolder: not/there", t.Context(), problem.Invalid,
			[]string{"it.yaml:8:9: it runs in the folder ", "which does not exist; create it, or"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t)
			err := s.startInVain(t, test.ctx, s.describe(t, test.role, test.more))
			if code := problem.Code(err); code != test.code {
				t.Errorf("the code is %d, want %d", code, test.code)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %v\nwithout %q", err, part)
				}
			}
			if left, _, err := process.Leftovers(s.records); err != nil || len(left) > 0 {
				t.Errorf("left are %v, %v", left, err)
			}
			if err := free(strconv.Itoa(s.places.Port)); err != nil {
				t.Errorf("after the end: %v", err)
			}
		})
	}
	s := newStage(t)
	it := s.describe(t, "untold", "port: 80\nready: {url: 'http://127.0.0.1:${port}/', within: 300ms}")
	want := fmt.Sprintf("this demo uses port %d, not port 80: tell the service its port", s.places.Port)
	for _, role := range []string{"untold", "fail"} {
		it.Start[1] = role
		if err := s.startInVain(t, t.Context(), it); !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", role, err)
		}
	}
	it = s.describe(t, "serve", readyHere)
	for _, program := range []string{"no-such-program-anywhere", "./not/here"} {
		it.Start = []string{program}
		if _, err := it.Begin(t.Context(), s.setting()); problem.Code(err) != problem.Invalid || !strings.Contains(err.Error(), "cannot be run") {
			t.Errorf("%s: got %v", program, err)
		}
	}
}

// Where the system does not show on which port a service listens, its own words do.
func TestElsewhere(t *testing.T) {
	for said, want := range map[string]int{
		"Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...": 8000,
		" * Running on http://127.0.0.1:5000":                          5000,
		"12:30:01 listening on :3000":                                  3000,
		"Server started on port 3001":                                  3001,
		"listening on port 81: http://localhost:81/":                   0, // its own
		"connected to the database at localhost:5432":                  0,
		"": 0,
	} {
		s := &Service{target: &Target{places: Places{Port: 81}}, process: &process.Running{}, lines: &lines{last: []string{said}}}
		if got := s.elsewhere(); got != want {
			t.Errorf("%s: got %d, want %d", said, got, want)
		}
	}
}

// A disk that is full is said to be full, and is no fault of the command.
func TestUnstarted(t *testing.T) {
	it := newStage(t).describe(t, "serve", readyHere)
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("%w: %w", process.ErrRecord, syscall.ENOSPC), "it cannot be started, because the disk is full: "},
		{fmt.Errorf("%w: %w", process.ErrRecord, syscall.EROFS), "it cannot be started: the record of its process cannot be written: "},
		{syscall.ENOEXEC, "it.yaml:3:8: it cannot be started: "},
	} {
		if got := it.unstarted("start", c.err); !strings.Contains(got.Error(), c.want) {
			t.Errorf("got %v", got)
		}
	}
}

func TestBuild(t *testing.T) {
	s := newStage(t)
	it := s.describe(t, "serve", readyHere)
	never := s.setting()
	never.Slow = func(string, time.Duration) { t.Error("it is reported as slow") }
	if err := it.build(t.Context(), never); err != nil {
		t.Error("nothing to build:", err)
	}
	it.Build = []string{it.Start[0], "fail", "x"}
	err := it.build(t.Context(), never)
	for _, part := range []string{"reason 11\nthe build of it failed: ", " fail x ended with exit code 7; correct", "correct what these lines"} {
		if problem.Code(err) != problem.Invalid || !strings.Contains(err.Error(), part) {
			t.Errorf("got %v\nwithout %q", err, part)
		}
	}
	it.Build = []string{"no-such-program-anywhere"}
	if err := it.build(t.Context(), never); problem.Code(err) != problem.Invalid || !strings.Contains(err.Error(), "install the program") {
		t.Errorf("got %v", err)
	}
	why := errors.New("interrupt")
	ctx, cancel := context.WithCancelCause(t.Context())
	it.Build = []string{it.Start[0], "mute", "0"}
	if err := it.build(ctx, Setting{Owner: s.owner, Slow: func(string, time.Duration) { cancel(why) }}); err != why {
		t.Errorf("got %v", err)
	}
}

// TestAnotherLanguage: a service in another language has the same keys.
// TestService is the same without Python.
func TestAnotherLanguage(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("there is no python3 here to serve files: ", err)
	}
	s := newStage(t)
	it, found := load(t, `
title: a file server in Python
start: [python3, -m, http.server, --bind, 127.0.0.1, "${port}"]
folder: "${root}"
ready: {url: "http://127.0.0.1:${port}/page.txt", status: 200}
environment: {PYTHONUNBUFFERED: "1"}
experiment: page.json
expect: held
`)
	if len(found) > 0 {
		t.Fatal(found)
	}
	if err := os.WriteFile(filepath.Join(s.places.Root, "page.txt"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	service, err := it.In(s.places).Begin(t.Context(), s.setting())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	service.End(ctx)
	if got := s.heard.text.String(); !strings.Contains(got, `"GET /page.txt HTTP/1.1" 200`) {
		t.Errorf("heard %q", got)
	}
	if err := free(strconv.Itoa(s.places.Port)); err != nil {
		t.Errorf("after the end: %v", err)
	}
}

// TestLines: a line stays one, however it was written; a very long one is cut.
func TestLines(t *testing.T) {
	var said []string
	l := &lines{say: func(line string) { said = append(said, line) }}
	for _, piece := range []string{"a\nb", "c\r\n\n", strings.Repeat("x", longest-2), "xyz", "z\nend"} {
		if n, err := l.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
	}
	l.flush()
	l.flush()
	want := []string{"a", "bc", "", strings.Repeat("x", longest-margin), "end"}
	if strings.Join(said, "|") != strings.Join(want, "|") {
		t.Errorf("got %.200q", said)
	}
}

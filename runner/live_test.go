package main_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// onPage is what the page of a live session is told.
type onPage struct {
	Ended     string
	Step      string
	Does      string
	Predicted *struct{ Holds, Breaks int }
	Lanes     []struct{ Name, State, Last, Instead, Verdict string }
}

// liveSession is runner live under way.
type liveSession struct {
	*exec.Cmd
	url    string
	told   <-chan onPage
	out    *strings.Builder // on standard output, behind the address; to read after its end
	said   *strings.Builder // on standard error; to read after its end
	readBy chan struct{}
}

// goLive starts runner live in a project with these arguments, and opens its page.
func goLive(t *testing.T, project string, stdin *os.File, args ...string) *liveSession {
	t.Helper()
	s := &liveSession{Cmd: exec.Command(filepath.Join(programs, "runner"), append([]string{"live"}, args...)...), out: new(strings.Builder), said: new(strings.Builder), readBy: make(chan struct{})}
	s.Dir, s.Stderr = project, s.said
	if stdin != nil {
		s.Stdin = stdin
	}
	out, err := s.StdoutPipe()
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill() })
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "open this page in a browser: http://127.0.0.1:") {
		s.Wait()
		t.Fatalf("%q, %v\n%s", line, err, s.said)
	}
	s.url = strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(line, "open this page in a browser: ")), "/")
	go func() { defer close(s.readBy); io.Copy(s.out, lines) }()
	s.told = listenTo(t, s.url)
	return s
}

// listenTo opens the page's stream, and passes on what comes.
func listenTo(t *testing.T, url string) <-chan onPage {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan onPage)
	go func() {
		defer close(told)
		defer answer.Body.Close()
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if text, is := strings.CutPrefix(lines.Text(), "data: "); is {
				var p onPage
				if json.Unmarshal([]byte(text), &p) != nil {
					return
				}
				select {
				case told <- p:
				case <-t.Context().Done():
					return
				}
			}
		}
	}()
	return told
}

// until waits until the page is told something.
func (s *liveSession) until(t *testing.T, what string, is func(onPage) bool) onPage {
	t.Helper()
	late := time.After(3 * patience) // a room has the time to read each step of an experiment
	for {
		select {
		case p, open := <-s.told:
			if !open {
				t.Fatalf("the page was closed before %s", what)
			}
			if is(p) {
				return p
			}
		case <-late:
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// end waits for the end of the program, and returns its exit code.
func (s *liveSession) end(t *testing.T) int {
	t.Helper()
	s.until(t, "the end", func(p onPage) bool { return p.Ended != "" })
	<-s.readBy
	s.Wait()
	return s.ProcessState.ExitCode()
}

// press presses a button of the page.
func (s *liveSession) press(t *testing.T, button string) {
	t.Helper()
	answer, err := http.Get(s.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	token := regexp.MustCompile(`name="token" value="(\w+)"`).FindSubmatch(text)
	if err != nil || token == nil {
		t.Fatalf("%v: the page is\n%s", err, text)
	}
	request, err := http.NewRequest(http.MethodPost, s.url+"/do", strings.NewReader(url.Values{"do": {button}, "token": {string(token[1])}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", s.url)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err = http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s: status %d", button, answer.StatusCode)
	}
}

func (p onPage) states() string { return p.Lanes[0].State + ", " + p.Lanes[1].State }

// TestLive takes the file away, puts it back, plays the experiment, and keeps what was answered.
func TestLive(t *testing.T) {
	project := t.TempDir()
	if err := copyProject(project); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	s := goLive(t, project, nil, "weak", "resilient", "--port", port, "--record", "lesson.html")
	s.until(t, "both answer", func(p onPage) bool { return p.states() == "held, held" })
	if page, err := os.ReadFile(filepath.Join(project, "lesson.html")); err != nil || !strings.Contains(string(page), "</html>") {
		t.Errorf("nothing is kept before the end: %v", err)
	}
	s.press(t, "take")
	s.until(t, "the fragile service fails", func(p onPage) bool {
		return p.states() == "broke, held" && p.Lanes[0].Instead == "gone" && strings.HasPrefix(p.Lanes[1].Last, "503")
	})
	s.press(t, "back")
	s.until(t, "both answer again", func(p onPage) bool { return p.states() == "held, held" && p.Lanes[0].Instead == "" })
	s.press(t, "play")
	told := func(step, does string) {
		t.Helper()
		s.until(t, does, func(p onPage) bool { return p.Step == step && strings.HasPrefix(p.Does, does) })
	}
	for _, part := range []string{"before", "fault", "proof", "after", "again"} {
		told("explore", "weak, a moment ago: "+part+", ")
	}
	s.until(t, "the verdict", func(p onPage) bool { return p.Step == "discover" && p.Lanes[0].Verdict == "deviated" })
	told("validate", "resilient, a moment ago: before, ")
	if runtime.GOOS == "windows" { // there is no signal that ends it well
		kill(s.Process.Pid)
		s.Wait()
		return
	}
	s.Process.Signal(syscall.SIGINT)
	if code := s.end(t); code != 130 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"port " + port + " is taken", "weak: WEAKNESS FOUND", "resilient: HELD", "-resilient/report.html"} {
		if !strings.Contains(s.said.String(), want) {
			t.Errorf("%q is missing in\n%s", want, s.said)
		}
	}
	page, err := os.ReadFile(filepath.Join(project, "lesson.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the last experiment: WEAKNESS FOUND", "HELD", "the file is taken away", "the file is there again", "move-exchange-file"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the record does not have %q", want)
		}
	}
	if strings.Contains(string(page), "no rollbacks were played") {
		t.Error("the record says that nothing was undone")
	}
	journals, _ := filepath.Glob(filepath.Join(project, ".workshop/runs/*/journal.json"))
	pages, _ := filepath.Glob(filepath.Join(project, ".workshop/runs/*/report.html"))
	left, _ := filepath.Glob(filepath.Join(project, ".workshop/process-*"))
	if len(journals) != 2 || len(pages) != 2 || len(left) != 0 {
		t.Errorf("journals %v, pages %v, processes %v", journals, pages, left)
	}
}

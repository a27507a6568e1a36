package worker

import (
	"bufio"
	"bytes"
	"context"
	_ "embed" // for the worker's program
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// The worker's program, in the order in which its parts need each other.
var (
	//go:embed line.py
	lineScript string
	//go:embed value.py
	valueScript string
	//go:embed task.py
	taskScript string
)

const (
	startLimit = 60 * time.Second       // how long an interpreter may take to begin, be it on a slow disk
	drainTime  = 300 * time.Millisecond // how long a pipe may take to be read to its end once the process has ended; something else may hold it
)

// session is the life of one process. The pipes are ours, not the Owner's: that
// one ends all that a process left running, but not if its output is a file.
type session struct {
	path     string
	requests *os.File
	answers  *os.File
	output   *os.File
	kill     context.CancelCauseFunc // ends the process and all that it started

	replied, printed chan struct{} // closed when that pipe has been read to its end
	ended            chan struct{}
	exit             process.Exit // as err, to be read once ended
	err              error

	writing   sync.Mutex
	mu        sync.Mutex
	ready     bool
	listening bool // a control has registered a handler of events
	number    int64
	open      map[int64]*exchange
	unread    int    // bytes of the open requests, which maybe have not been read yet
	last      string // the last line of output
}

// exchange is a request and its answer.
type exchange struct {
	number   int64
	size     int           // bytes of the request
	printed  chan struct{} // closed once what was printed before the answer has been read
	answered chan struct{}
	answer   *value.Map // to be read once answered
}

// received is the answer, or nil where there is none yet.
func (e *exchange) received() *value.Map {
	select {
	case <-e.answered:
		return e.answer
	default:
		return nil
	}
}

func (w *Worker) start(path string) (*session, error) {
	s := &session{path: path, open: map[int64]*exchange{},
		replied: make(chan struct{}), printed: make(chan struct{}), ended: make(chan struct{})}
	command := process.Command{Args: []string{path, "-u", "-c", lineScript + valueScript + taskScript}, Env: w.Env}
	theirs, err := s.connect(&command)
	if err != nil {
		return nil, err
	}
	ctx, kill := context.WithCancelCause(context.Background())
	s.kill = kill
	go s.readAnswers(w)
	go s.readOutput(w)
	go s.live(ctx, w.Owner, command, theirs)
	time.AfterFunc(startLimit, func() {
		if !s.isReady() {
			s.kill(errors.New("it took longer than a minute to begin"))
		}
	})
	return s, nil
}

// connect gives the command its ends of three pipes, which are returned.
func (s *session) connect(c *process.Command) (theirs []*os.File, err error) {
	var files []*os.File
	for range 3 {
		r, w, e := os.Pipe()
		files, err = append(files, r, w), errors.Join(err, e)
	}
	if err != nil {
		closeAll(files)
		return nil, err
	}
	c.Stdin, c.Stdout, c.Stderr = files[0], files[3], files[5]
	s.requests, s.answers, s.output = files[1], files[2], files[4]
	return []*os.File{files[0], files[3], files[5]}, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// live waits for the end of the process. What it left running goes on, unless
// its end was asked for: it may be the very fault, or what a rollback started.
func (s *session) live(ctx context.Context, owner *process.Owner, c process.Command, theirs []*os.File) {
	s.exit, s.err = owner.Run(ctx, c)
	closeAll(theirs)
	for _, read := range []chan struct{}{s.replied, s.printed} {
		select {
		case <-read:
		case <-time.After(drainTime):
		}
	}
	s.answers.Close()
	s.requests.Close()
	close(s.ended)
	s.kill(nil)
}

func (s *session) hasEnded() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

func (s *session) isReady() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready
}

// pipeSize is what every pipe holds, whether or not somebody reads from it.
const pipeSize = 4096

// send begins an exchange with the body of a request, a mapping that is not
// empty.
func (s *session) send(body []byte) *exchange {
	e := &exchange{printed: make(chan struct{}), answered: make(chan struct{})}
	s.mu.Lock()
	s.number++
	e.number = s.number
	line := append(fmt.Appendf(nil, `{"id": %d, `, e.number), body[1:]...)
	e.size = len(line) + 1
	s.open[e.number] = e
	s.unread += e.size
	fits := s.unread <= pipeSize
	s.mu.Unlock()
	if fits {
		s.write(line)
	} else { // a busy interpreter reads nothing: nobody shall wait for it
		go s.write(line)
	}
	return e
}

// write writes a line. What cannot be written has no reader, and so the end of
// the session is near.
func (s *session) write(line []byte) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.requests.Write(append(line, '\n'))
}

func (s *session) exchange(number int64) *exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[number]
}

func (s *session) forget(number int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.open[number]; e != nil {
		s.unread -= e.size
		delete(s.open, number)
	}
}

// readAnswers reads what the process has to say to us, line by line.
func (s *session) readAnswers(w *Worker) {
	defer close(s.replied)
	in := bufio.NewReaderSize(s.answers, 1<<16)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		message, err := value.ParseJSON(line)
		said, ok := message.(*value.Map)
		if err == nil && ok && bytes.Contains(line, []byte(`\u0000`)) {
			said, ok = unmark(said).(*value.Map)
		}
		if err != nil || !ok || !s.accept(w, said) {
			s.kill(fmt.Errorf("it said what no worker of ours says: %s", shorten(string(bytes.TrimSpace(line)))))
			return
		}
	}
}

// accept acts on one message, and is false for what is none.
func (s *session) accept(w *Worker, said *value.Map) bool {
	if said.Has("ready") {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ready = true
		return true
	}
	if !s.isReady() {
		return false
	}
	if record := texts(said, "log"); len(record) == 2 {
		w.log(record[0], record[1])
		return true
	}
	if signal := said.Text("signal"); signal != "" {
		if w.Signal != nil {
			w.Signal(signal)
		}
		return true
	}
	number, _ := said.Get("id")
	n, ok := number.(int64)
	if e := s.exchange(n); e != nil {
		s.await(e)
		if listening, _ := said.Get("listening"); listening == true {
			s.mu.Lock()
			s.listening = true
			s.mu.Unlock()
		}
		e.answer = said
		close(e.answered)
		s.forget(n) // the same twice would be one too many
	}
	return ok
}

// await lets what was printed before an answer be logged before it.
func (s *session) await(e *exchange) {
	select {
	case <-e.printed:
		return
	default:
	}
	late := time.NewTimer(time.Second) // a function wrote over the mark
	defer late.Stop()
	select {
	case <-e.printed:
	case <-s.printed:
	case <-late.C:
	}
}

// readOutput logs what is printed, line by line, and looks for the marks.
func (s *session) readOutput(w *Worker) {
	defer close(s.printed)
	in := bufio.NewReaderSize(s.output, 1<<16)
	for {
		line, err := in.ReadString('\n')
		printed, number, marked := strings.Cut(line, "\x00")
		n, bad := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if !marked || bad != nil {
			printed, n = line, 0
		}
		if printed != "" {
			s.print(w, strings.TrimRight(printed, "\r\n"))
		}
		if e := s.exchange(n); e != nil {
			e.pass()
		}
		if err != nil {
			return
		}
	}
}

// pass notes that a mark was read; only the reader of the output does.
func (e *exchange) pass() {
	select {
	case <-e.printed: // a function printed what looks like one
	default:
		close(e.printed)
	}
}

func (s *session) print(w *Worker, line string) {
	s.mu.Lock()
	s.last = line
	s.mu.Unlock()
	w.log("", line)
}

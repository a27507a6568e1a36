package python

import (
	"context"
	_ "embed" // for the worker's program
	"errors"
	"os"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// The worker's program, in the order in which its parts need each other.
var (
	//go:embed worker_line.py
	lineScript string
	//go:embed worker_value.py
	valueScript string
	//go:embed worker.py
	taskScript string
)

// startLimit is how long an interpreter may take to begin, be it on a slow disk.
const startLimit = 60 * time.Second

// settle is how long a pipe may take to be read to its end once the process has
// ended; something else may hold it.
const settle = 300 * time.Millisecond

// session is the life of one process. The pipes are ours, not the Owner's: that
// one ends all that a process left running, but not if its output is a file.
type session struct {
	path     string
	requests *os.File
	answers  *os.File
	output   *os.File
	kill     context.CancelCauseFunc

	replied, printed chan struct{} // closed when that pipe has been read to its end
	ended            chan struct{}
	exit             process.Exit // as err, to be read once ended
	err              error

	writing sync.Mutex
	mu      sync.Mutex
	ready   bool
	number  int64
	open    map[int64]*exchange
	last    string // the last line of output
}

// exchange is a request and its answer.
type exchange struct {
	number   int64
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
	command := process.Command{Args: []string{path, "-u", "-c", lineScript + valueScript + taskScript}, Env: w.Env, KeepEscaped: true}
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
			s.end(errors.New("it took longer than a minute to begin"))
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
		case <-time.After(settle):
		}
	}
	s.answers.Close()
	s.requests.Close()
	close(s.ended)
	s.kill(nil)
}

// end ends the process and all that it started.
func (s *session) end(why error) { s.kill(why) }

// letGo stops reading what a process printed that has ended, or what it left.
func (s *session) letGo() { s.output.Close() }

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

// send begins an exchange. What cannot be written has no reader, and so the end
// of the session is near.
func (s *session) send(request *value.Map) *exchange {
	s.mu.Lock()
	s.number++
	e := &exchange{number: s.number, printed: make(chan struct{}), answered: make(chan struct{})}
	s.open[e.number] = e
	s.mu.Unlock()
	request.Set("id", e.number)
	s.write(request)
	return e
}

func (s *session) write(request *value.Map) {
	line := append(value.AppendJSON(nil, mark(request), "", ""), '\n')
	s.writing.Lock()
	defer s.writing.Unlock()
	s.requests.Write(line)
}

func (s *session) exchange(number int64) *exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[number]
}

func (s *session) forget(number int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, number)
}

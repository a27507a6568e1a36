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
	"sync/atomic"
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

// interpreter is one running process. The pipes are ours, not the Owner's: that
// one ends all that a process left running, but not if its output is a file.
type interpreter struct {
	path     string
	requests *os.File
	answers  *os.File
	output   *os.File
	kill     context.CancelCauseFunc // ends the process and all that it started

	replied, printed chan struct{} // closed when that pipe has been read to its end
	ended            chan struct{}
	exit             process.Exit // as err, to be read once ended
	err              error

	ready     atomic.Bool // it has said that it is a worker
	listening atomic.Bool // a control has registered a handler of events

	mu     sync.Mutex
	number int64 // of the last request
	open   map[int64]*exchange
	last   string // the last line of output
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
	if !isClosed(e.answered) {
		return nil
	}
	return e.answer
}

func (w *Worker) start(path string) (*interpreter, error) {
	p := &interpreter{path: path, open: map[int64]*exchange{},
		replied: make(chan struct{}), printed: make(chan struct{}), ended: make(chan struct{})}
	command := process.Command{Args: []string{path, "-u", "-c", lineScript + valueScript + taskScript}, Env: w.Env}
	theirs, err := p.connect(&command)
	if err != nil {
		return nil, err
	}
	ctx, kill := context.WithCancelCause(context.Background())
	p.kill = kill
	go p.readAnswers(w)
	go p.readOutput(w)
	go p.live(ctx, w.Owner, command, theirs)
	time.AfterFunc(startLimit, func() {
		if !p.ready.Load() {
			p.kill(errors.New("it took longer than a minute to begin"))
		}
	})
	return p, nil
}

// connect gives the command its ends of three pipes, which are returned.
func (p *interpreter) connect(c *process.Command) (theirs []*os.File, err error) {
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
	p.requests, p.answers, p.output = files[1], files[2], files[4]
	return []*os.File{files[0], files[3], files[5]}, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// live waits for the end of the process. What it left running goes on, unless
// its end was asked for: it may be the very fault, or what a rollback started.
func (p *interpreter) live(ctx context.Context, owner *process.Owner, c process.Command, theirs []*os.File) {
	p.exit, p.err = owner.Run(ctx, c)
	closeAll(theirs)
	for _, read := range []chan struct{}{p.replied, p.printed} {
		select {
		case <-read:
		case <-time.After(drainTime):
		}
	}
	p.answers.Close()
	p.requests.Close()
	close(p.ended)
	p.kill(nil)
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// send begins an exchange with the body of a request, a mapping that is not
// empty. It does not wait for the interpreter, which reads nothing while it is busy.
func (p *interpreter) send(body []byte) *exchange {
	e := &exchange{printed: make(chan struct{}), answered: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.number++
	e.number = p.number
	p.open[e.number] = e
	go p.write(append(fmt.Appendf(nil, `{"id": %d, `, e.number), body[1:]...))
	return e
}

// write writes a line, whole: a file lets one write at a time. What cannot be
// written has no reader, because the process is about to end.
func (p *interpreter) write(line []byte) { p.requests.Write(append(line, '\n')) }

func (p *interpreter) exchange(number int64) *exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open[number]
}

func (p *interpreter) forget(number int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, number)
}

// readAnswers reads what the process has to say to us, line by line.
func (p *interpreter) readAnswers(w *Worker) {
	defer close(p.replied)
	in := bufio.NewReaderSize(p.answers, 1<<16)
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
		if err != nil || !ok || !p.accept(w, said) {
			p.kill(fmt.Errorf("it said what no worker of ours says: %s", bytes.TrimSpace(line)))
			return
		}
	}
}

// accept acts on one message, and is false for what is none.
func (p *interpreter) accept(w *Worker, said *value.Map) bool {
	if said.Has("ready") {
		p.ready.Store(true)
		return true
	}
	if !p.ready.Load() {
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
	if e := p.exchange(n); e != nil {
		p.await(e)
		if listening, _ := said.Get("listening"); listening == true {
			p.listening.Store(true)
		}
		e.answer = said
		close(e.answered)
		p.forget(n) // the same twice would be one too many
	}
	return ok
}

// await lets what was printed before an answer be logged before it.
func (p *interpreter) await(e *exchange) {
	if isClosed(e.printed) {
		return
	}
	late := time.NewTimer(time.Second) // a function wrote over the mark
	defer late.Stop()
	select {
	case <-e.printed:
	case <-p.printed:
	case <-late.C:
	}
}

// readOutput logs what is printed, line by line, and looks for the marks.
func (p *interpreter) readOutput(w *Worker) {
	defer close(p.printed)
	in := bufio.NewReaderSize(p.output, 1<<16)
	for {
		line, err := in.ReadString('\n')
		printed, number, marked := strings.Cut(line, "\x00")
		n, bad := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if !marked || bad != nil {
			printed, n = line, 0
		}
		if printed != "" {
			printed = strings.TrimRight(printed, "\r\n")
			p.mu.Lock()
			p.last = printed
			p.mu.Unlock()
			w.log("", printed)
		}
		if e := p.exchange(n); e != nil && !isClosed(e.printed) { // a function may print what looks like a mark
			close(e.printed)
		}
		if err != nil {
			return
		}
	}
}

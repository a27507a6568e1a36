package worker

import (
	"bufio"
	"bytes"
	"context"
	_ "embed" // for the worker's program
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/python"
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
	drainTime  = 300 * time.Millisecond // to read what is left in a pipe after the end of the process; another one may hold it open
)

// interpreter is one running process. The pipes are ours, not the Owner's: that
// one ends all that a process left running, but not if its output is a file.
type interpreter struct {
	path     string
	requests *os.File
	answers  *os.File
	output   *os.File
	kill     context.CancelCauseFunc          // ends the process and all that calls under way started
	called   func() func(grace time.Duration) // as process.Command.Share returns it

	replied, printed chan struct{} // closed when that pipe has been read to its end
	ended            chan struct{}
	exit             process.Exit // as err, to be read once ended
	err              error

	ready     atomic.Bool  // it has said that it is a worker
	listening atomic.Bool  // a control has registered a handler of events
	number    atomic.Int64 // of the last request
	open      sync.Map     // exchanges that wait for an answer, by their numbers
	last      atomic.Value // the last line of output, a string
}

// exchange is a request and its answer.
type exchange struct {
	number   int64
	printed  chan struct{} // closed once what was printed before the answer has been read
	answered chan struct{}
	answer   atomic.Pointer[value.Map] // nil until answered
}

// find returns the interpreter for functions that are not built in: the one that the
// user gave, as a path or as a program's name, else what python.Find finds. Its error
// is a *problem.Problem, which says what Python is needed for.
func find(given string, env func(name string) (string, bool), neededFor string) (string, error) {
	what := "Python is needed for " + neededFor + ", and "
	if given != "" {
		if path, err := exec.LookPath(given); err == nil {
			return path, nil
		}
		return "", problem.New(problem.Usage, what+"there is no Python interpreter '"+given+"'", "give --python the path of one, as in --python /usr/bin/python3")
	}
	if path := python.Find(env); path != "" {
		return path, nil
	}
	return "", problem.New(problem.Invalid, what+"no Python interpreter is found, neither in an active virtual environment nor as "+strings.Join(python.Names(), " or ")+" on PATH",
		"install Python 3, activate the virtual environment that has it, or give --python its path")
}

// start starts the process and what reads from it.
func (w *Worker) start(path string) (*interpreter, error) {
	stdin, requests, noRequests := os.Pipe()
	answers, stdout, noAnswers := os.Pipe()
	output, stderr, noOutput := os.Pipe()
	if err := errors.Join(noRequests, noAnswers, noOutput); err != nil {
		return nil, err
	}
	ctx, kill := context.WithCancelCause(context.Background())
	p := &interpreter{path: path, requests: requests, answers: answers, output: output, kill: kill,
		replied: make(chan struct{}), printed: make(chan struct{}), ended: make(chan struct{})}
	command := w.command(path)
	command.Stdin, command.Stdout, command.Stderr = stdin, stdout, stderr
	p.called = command.Share()
	go p.readAnswers(w)
	go p.readOutput(w)
	go func() {
		p.exit, p.err = w.Owner.Run(ctx, command)
		for _, theirs := range []*os.File{stdin, stdout, stderr} {
			theirs.Close()
		}
		p.finish()
	}()
	time.AfterFunc(startLimit, func() {
		if !p.ready.Load() {
			kill(errors.New("it took longer than a minute to begin"))
		}
	})
	return p, nil
}

func (w *Worker) command(path string) process.Command {
	return process.Command{Args: []string{path, "-u", "-c", lineScript + valueScript + taskScript}, Env: w.Env, Grace: endGrace}
}

// finish follows the end of the process. What it left running goes on, unless
// its end was asked for: it may be the very fault, or what a rollback started.
func (p *interpreter) finish() {
	late, end := context.WithTimeout(context.Background(), drainTime)
	defer end()
	for _, read := range []chan struct{}{p.replied, p.printed} {
		select {
		case <-read:
		case <-late.Done():
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

// begin begins an exchange.
func (p *interpreter) begin() *exchange {
	e := &exchange{number: p.number.Add(1), printed: make(chan struct{}), answered: make(chan struct{})}
	p.open.Store(e.number, e)
	return e
}

// write writes a line, whole: a file lets one write at a time. What cannot be
// written has no reader, because the process is about to end.
func (p *interpreter) write(line []byte) { p.requests.Write(append(line, '\n')) }

// exchange finds one that waits for its answer; nil where there is none.
func (p *interpreter) exchange(number int64) *exchange {
	found, _ := p.open.Load(number)
	e, _ := found.(*exchange)
	return e
}

// readAnswers reads what the process has to say to us, line by line.
func (p *interpreter) readAnswers(w *Worker) {
	defer close(p.replied)
	in := bufio.NewReaderSize(p.answers, 1<<16)
	for {
		line, n, err := readLine(in, mostAnswer)
		if err != nil {
			return
		}
		message, err := parse(line, n)
		said, ok := message.(*value.Map)
		if err == nil && ok && bytes.Contains(line, []byte(`\u0000`)) {
			said, ok = unmark(said).(*value.Map)
		}
		if err != nil || !ok || !p.accept(w, said) {
			p.kill(fmt.Errorf("it sent an unexpected line: %s", bytes.TrimSpace(line[:min(len(line), 1000)])))
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
	n, ok := said.Value("id").(int64)
	if logged := texts(said, "log"); len(logged) == 2 {
		w.log(logLine{n, logged[0], logged[1]})
		return true
	}
	if signal := said.Text("signal"); signal != "" {
		w.Signal(signal)
		return true
	}
	if e := p.exchange(n); e != nil {
		late := time.NewTimer(time.Second) // a function wrote over the mark
		defer late.Stop()
		select { // what was printed before the answer is logged before it
		case <-e.printed:
		case <-p.printed:
		case <-late.C:
		}
		if listening, _ := said.Get("listening"); listening == true {
			p.listening.Store(true)
		}
		e.answer.Store(said)
		close(e.answered)
		p.open.Delete(n) // the same twice would be one too many
	}
	return ok
}

// readOutput logs what is printed, line by line, and looks for the marks.
func (p *interpreter) readOutput(w *Worker) {
	defer close(p.printed)
	in := bufio.NewReaderSize(p.output, 1<<16)
	for {
		whole, length, err := readLine(in, mostPrinted)
		line := printed(whole, length)
		text, number, marked := strings.Cut(line, "\x00")
		n, bad := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if !marked || bad != nil {
			text, n = line, 0
		}
		if text != "" {
			text = strings.TrimRight(text, "\r\n")
			p.last.Store(text)
			w.log(logLine{text: text})
		}
		if e := p.exchange(n); e != nil && !isClosed(e.printed) { // a function may print what looks like a mark
			close(e.printed)
		}
		if err != nil {
			return
		}
	}
}

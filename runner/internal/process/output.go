package process

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
)

// output carries what a process writes to the writers that want it. The pipes
// are ours, not exec.Cmd's, because its Wait can either hang on a pipe that a
// grandchild holds or cut it off after a while, but not decide later.
type output struct {
	pipes   []pipe
	open    atomic.Int32
	drained chan struct{} // closed when every pipe has been read to its end

	once sync.Once
	err  error // the first that a writer gave; to be read once drained
}

type pipe struct {
	ours, theirs *os.File
	to           io.Writer
}

func (o *output) connect(cmd *exec.Cmd, stdout, stderr io.Writer) (err error) {
	o.drained = make(chan struct{})
	if cmd.Stdout, err = o.lead(stdout); err != nil {
		return err
	}
	if same(stdout, stderr) {
		cmd.Stderr = cmd.Stdout
		return nil
	}
	if cmd.Stderr, err = o.lead(stderr); err != nil {
		o.cut()
	}
	return err
}

func (o *output) lead(to io.Writer) (io.Writer, error) {
	if file, ok := to.(*os.File); ok || to == nil {
		if file == nil {
			return nil, nil
		}
		return file, nil
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	o.pipes = append(o.pipes, pipe{ours, theirs, to})
	return theirs, nil
}

// begin copies, once the process has its own ends of the pipes.
func (o *output) begin() {
	if len(o.pipes) == 0 {
		close(o.drained)
		return
	}
	o.open.Store(int32(len(o.pipes)))
	for _, p := range o.pipes {
		p.theirs.Close()
		go o.copy(p)
	}
}

func (o *output) copy(p pipe) {
	_, err := io.Copy(p.to, p.ours)
	if err != nil && !errors.Is(err, os.ErrClosed) {
		o.once.Do(func() { o.err = err })
		io.Copy(io.Discard, p.ours) // a writer's trouble must not stop the process
	}
	p.ours.Close()
	if o.open.Add(-1) == 0 {
		close(o.drained)
	}
}

// finish reads what is left. Somebody outside the group may hold a pipe for
// ever, so it does not wait long.
func (o *output) finish() {
	select {
	case <-o.drained:
	case <-time.After(settle):
		o.cut()
		<-o.drained
	}
}

// cut closes the pipes, whoever holds their other ends.
func (o *output) cut() {
	for _, p := range o.pipes {
		p.theirs.Close()
		p.ours.Close()
	}
}

func same(a, b io.Writer) bool {
	return a != nil && reflect.TypeOf(a).Comparable() && a == b
}

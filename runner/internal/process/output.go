package process

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// output copies what a process writes to the writers that its Command names. It
// makes the pipes itself: Wait of an exec.Cmd either waits as long as any child
// holds a pipe, or stops after a fixed time, and cannot decide that later.
type output struct {
	pipes   []pipe
	drained chan struct{} // closed when every pipe has been read to its end

	once sync.Once
	err  error // the first error of a writer; to be read once drained
}

type pipe struct {
	read, write *os.File
	to          io.Writer
}

// connect opens the pipes for a command. After an error, interrupt closes them.
func (o *output) connect(cmd *exec.Cmd, stdout, stderr io.Writer) (err error) {
	o.drained = make(chan struct{})
	cmd.Stdout, err = o.open(stdout)
	cmd.Stderr = cmd.Stdout
	if err == nil && (stdout == nil || stdout != stderr) {
		cmd.Stderr, err = o.open(stderr)
	}
	return err
}

// open returns what the process gets for a writer: a file as it is, nothing for
// nil, and for another writer the end of a pipe.
func (o *output) open(to io.Writer) (io.Writer, error) {
	if _, isFile := to.(*os.File); isFile || to == nil {
		return to, nil
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	o.pipes = append(o.pipes, pipe{read, write, to})
	return write, nil
}

// begin starts to copy, once the process has its own ends of the pipes.
func (o *output) begin() {
	var copying sync.WaitGroup
	for _, p := range o.pipes {
		p.write.Close()
		copying.Go(func() {
			defer p.read.Close()
			if _, err := io.Copy(p.to, p.read); err != nil && !errors.Is(err, os.ErrClosed) {
				o.once.Do(func() { o.err = err })
				io.Copy(io.Discard, p.read) // a writer that fails must not stop the process
			}
		})
	}
	go func() {
		copying.Wait()
		close(o.drained)
	}()
}

// finish reads what is left. A process outside the group may hold a pipe for
// ever, so it does not wait long.
func (o *output) finish() {
	select {
	case <-o.drained:
	case <-time.After(settle):
		o.interrupt()
		<-o.drained
	}
}

// interrupt closes the pipes, even if a process still holds their other ends.
func (o *output) interrupt() {
	for _, p := range o.pipes {
		p.write.Close()
		p.read.Close()
	}
}

package cli

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// output is a stream that perhaps nobody reads: a pipe whose reader sleeps, a terminal that was
// stopped with Ctrl-S. A write waits for its reader, but not once somebody has asked to stop.
type output struct {
	file  *os.File
	hurry <-chan struct{} // closed when somebody has
	begin sync.Once
	texts chan written
	stuck atomic.Bool // a text was given up, and is perhaps still being written
}

// written is a text to be written.
type written struct {
	text []byte
	done chan error // has room for the answer: perhaps nobody waits for it
}

var errUnread = errors.New("nobody reads the output")

// Write writes a text, after all others.
func (o *output) Write(text []byte) (int, error) {
	o.begin.Do(func() {
		o.texts = make(chan written)
		go func() {
			for w := range o.texts {
				_, err := o.file.Write(w.text)
				w.done <- err
			}
		}()
	})
	w := written{bytes.Clone(text), make(chan error, 1)}
	if o.stuck.Load() {
		select {
		case o.texts <- w: // somebody reads again
			o.stuck.Store(false)
			return len(text), nil
		default:
			return 0, errUnread
		}
	}
	var late <-chan time.Time
	hurry, texts := o.hurry, o.texts
	for {
		select {
		case texts <- w:
			texts = nil
		case err := <-w.done:
			if err != nil {
				return 0, err
			}
			return len(text), nil
		case <-hurry:
			hurry, late = nil, time.After(200*time.Millisecond) // so long a reader may take now
		case <-late:
			o.stuck.Store(true)
			return 0, errUnread
		}
	}
}

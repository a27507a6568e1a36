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
	file     *os.File
	hurry    <-chan struct{} // closed when somebody has
	begin    sync.Once
	texts    chan written
	patience atomic.Int64 // so long a reader may take for a text from then on
}

// How long the output waits for a reader: for a text, for one after another was given up, and for the last.
const usually, hardly, lastly = 200 * time.Millisecond, time.Millisecond, 400 * time.Millisecond

// written is a text to be written.
type written struct {
	text []byte
	done chan error // has room for the answer: perhaps nobody waits for it
}

var errUnread = errors.New("nobody reads the output")

// Write writes a text, after all others.
func (o *output) Write(text []byte) (int, error) {
	o.begin.Do(func() {
		o.patience.CompareAndSwap(0, int64(usually))
		o.texts = make(chan written)
		go func() {
			for w := range o.texts {
				_, err := o.file.Write(w.text)
				w.done <- err
			}
		}()
	})
	w := written{bytes.Clone(text), make(chan error, 1)}
	var late <-chan time.Time
	hurry, texts := o.hurry, o.texts
	for {
		select {
		case texts <- w:
			texts = nil
		case err := <-w.done:
			o.patience.CompareAndSwap(int64(hardly), int64(usually)) // somebody reads again
			if err != nil {
				return 0, err
			}
			return len(text), nil
		case <-hurry:
			hurry, late = nil, time.After(time.Duration(o.patience.Load()))
		case <-late:
			o.patience.Store(int64(hardly))
			return 0, errUnread
		}
	}
}

// insist is for the last text: who reads, however slowly, is to have it.
func (o *output) insist() { o.patience.Store(int64(lastly)) }

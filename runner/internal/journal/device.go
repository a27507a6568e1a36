package journal

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// openDevice finds out whether what is no ordinary file can be written to.
func openDevice(path string, mask func(any) any) (*Journal, error) {
	// Without O_NONBLOCK a pipe would wait for a reader, perhaps for ever.
	device, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ENXIO) {
		return nil, problem.New(problem.Usage, fmt.Sprintf("the journal's path %s is a pipe that nobody reads", path), "name a file, or /dev/stdout")
	} else if err != nil {
		return nil, unwritable(path, err)
	}
	if _, err := device.Write(nil); err != nil { // as /dev/full
		device.Close()
		return nil, problem.Wrap(problem.Usage, bare(err), "the journal cannot be written to "+path, "name a file: --journal-path journal.json")
	}
	return &Journal{Path: path, mask: mask, device: device}, nil
}

// toDevice writes the journal to what is no ordinary file. After Stop the reader of a pipe has
// one more second.
func (j *Journal) toDevice(v any) error {
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-j.Stop:
			j.device.SetWriteDeadline(time.Now().Add(time.Second)) // what has no deadlines needs no reader
		case <-over:
		}
	}()
	err := value.WriteJSON(j.device, v, "  ")
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.New("nobody reads it")
	}
	return err
}

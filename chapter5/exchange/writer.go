package exchange

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"
	"time"
)

// layout is ISO 8601 with microseconds: always 26 characters.
const layout = "2006-01-02T15:04:05.000000"

// writer keeps the date and time in the exchange file.
type writer struct {
	path     string
	interval time.Duration
}

// write puts the local date and time into the file, and creates it if it is
// missing. It writes a file beside it and renames that, so that a reader never
// sees half of the contents.
func (w writer) write() error {
	draft := fmt.Sprintf("%s.%d.new", w.path, os.Getpid())
	err := os.WriteFile(draft, []byte(time.Now().Format(layout)), 0o666)
	if err == nil {
		err = rename(draft, w.path)
	}
	if err == nil {
		return nil
	}
	os.Remove(draft)
	if info, statErr := os.Stat(w.path); statErr == nil && info.IsDir() {
		err = errors.New("a folder has its name")
	} else if cause := errors.Unwrap(err); cause != nil {
		err = cause // without the name of the draft
	}
	return fmt.Errorf("cannot write the exchange file %s: %w", w.path, err)
}

// update writes the file after each interval until ctx ends. It logs a failure
// and tries again after the next interval.
func (w writer) update(ctx context.Context) {
	tick := time.NewTicker(w.interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := w.write(); err != nil {
			log.Print(err)
		}
	}
}

// rename is os.Rename, tried a few times on Windows, which refuses to replace a
// file while another program reads it.
func rename(from, to string) error {
	err := os.Rename(from, to)
	for tries := 0; err != nil && runtime.GOOS == "windows" && tries < 10; tries++ {
		time.Sleep(5 * time.Millisecond)
		err = os.Rename(from, to)
	}
	return err
}

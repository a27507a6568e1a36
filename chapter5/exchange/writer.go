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

// layout is ISO 8601 with microseconds: 26 characters, always.
const layout = "2006-01-02T15:04:05.000000"

// writer keeps the date and time in the exchange file.
type writer struct {
	file     string
	interval time.Duration
}

// write puts the local date and time into the file, and creates it if it is
// not there. Readers see the old contents or the new, never a part: the new
// ones are written beside the file and then take its name.
func (w writer) write() error {
	beside := fmt.Sprintf("%s.%d.new", w.file, os.Getpid())
	err := os.WriteFile(beside, []byte(time.Now().Format(layout)), 0o666)
	if err == nil {
		err = rename(beside, w.file)
	}
	if err != nil {
		os.Remove(beside)
		return fmt.Errorf("cannot write the exchange file %s: %w", w.file, reason(err, w.file))
	}
	return nil
}

// rewrite writes the file after each interval until ctx ends. A failure is
// logged, and the next interval is another chance.
func (w writer) rewrite(ctx context.Context) {
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

// rename is os.Rename with some patience on Windows, which does not let a
// file be replaced while someone reads it.
func rename(from, to string) error {
	err := os.Rename(from, to)
	for tries := 0; err != nil && runtime.GOOS == "windows" && tries < 10; tries++ {
		time.Sleep(5 * time.Millisecond)
		err = os.Rename(from, to)
	}
	return err
}

// reason is the core of an error, without the name of the file beside, which
// would only puzzle.
func reason(err error, file string) error {
	if info, statErr := os.Stat(file); statErr == nil && info.IsDir() {
		return errors.New("a folder has its name")
	}
	if core := errors.Unwrap(err); core != nil {
		return core
	}
	return err
}

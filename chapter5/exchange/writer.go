package exchange

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"syscall"
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
// missing. The file is emptied first: a reader may see it before the new contents
// are in it. The error names the file and says why it cannot be written.
func (w writer) write() error {
	err := os.WriteFile(w.path, []byte(time.Now().Format(layout)), 0o666)
	if err == nil {
		return nil
	}
	cause := errors.Unwrap(err) // without the path, which the message has
	if errors.Is(err, syscall.EISDIR) {
		cause = errors.New("a folder has its name")
	}
	return fmt.Errorf("cannot write the exchange file %s: %w", w.path, cause)
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
			if err := w.write(); err != nil {
				log.Print(err)
			}
		}
	}
}

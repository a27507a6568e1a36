package atomicfile

import (
	"errors"
	"time"

	"golang.org/x/sys/windows"
)

// patience is how long another program may have a file: a scanner for viruses, or who has just read
// or replaced it.
const patience = time.Second

// patiently does what Windows refuses while another program has the file, until it can be done.
func patiently(do func() error) error {
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		err := do()
		busy := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
		if !busy || time.Since(begun) > patience {
			return err
		}
	}
}

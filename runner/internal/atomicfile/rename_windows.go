package atomicfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// patience is how long a file may be open in another program that is replaced: a scanner for
// viruses, or who has just read it.
const patience = time.Second

// rename moves a file to the place of another, which Windows refuses while somebody has that open.
func rename(from, to string) error {
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		err := os.Rename(from, to)
		busy := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
		if !busy || time.Since(begun) > patience {
			return err
		}
	}
}

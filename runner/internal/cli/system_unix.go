//go:build unix

package cli

import (
	"errors"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// columns is the width of the terminal that f is; 0 where it is none.
func columns(f *os.File) int {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}

// nobodyReads tells whether a pipe could not be written to because its reader has closed it.
func nobodyReads(err error) bool { return errors.Is(err, syscall.EPIPE) }

// stopThere is how a user ends a run that is under way in another terminal.
const stopThere = "stop it with Ctrl-C in its terminal (if it is suspended there, type fg first)"

// placesOfNotes are for what tells of commands that run, where there is no folder for temporary files.
var placesOfNotes = []string{"/tmp", "/dev/shm"}

// renameReplaces tells whether os.rename of Python replaces a file that is in its way.
const renameReplaces = true

// readInBackground keeps the system from stopping the program when it reads from its terminal while
// it is in the background: nobody could end it then.
func readInBackground() { signal.Ignore(syscall.SIGTTIN) }

// inBackground tells whether a read failed because of that.
func inBackground(err error) bool { return errors.Is(err, syscall.EIO) }

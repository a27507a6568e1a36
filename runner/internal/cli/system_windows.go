package cli

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// columns is the width of the terminal that f is; 0 where it is none.
func columns(f *os.File) int {
	var info windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(windows.Handle(f.Fd()), &info) != nil {
		return 0
	}
	return int(info.Window.Right-info.Window.Left) + 1
}

// nobodyReads tells whether a pipe could not be written to because its reader has closed it.
func nobodyReads(err error) bool {
	return errors.Is(err, windows.ERROR_NO_DATA) || errors.Is(err, windows.ERROR_BROKEN_PIPE)
}

// stopThere is how a user ends a run that is under way in another terminal.
const stopThere = "stop it with Ctrl-C in its terminal"

// placesOfNotes: Windows always has a folder for temporary files.
var placesOfNotes []string

// renameReplaces tells whether os.rename of Python replaces a file that is in its way.
const renameReplaces = false

// There is no background that could read from a terminal.
func readInBackground()       {}
func inBackground(error) bool { return false }

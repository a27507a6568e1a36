package cli

import (
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

// stopThere is how a user ends a run that is under way in another terminal.
const stopThere = "stop it with Ctrl-C in its terminal"

// placesOfNotes: Windows always has a folder for temporary files.
var placesOfNotes []string

// renameReplaces tells whether os.rename of Python replaces a file that is in its way.
const renameReplaces = false

// There is no background that could read from a terminal.
func readInBackground()       {}
func inBackground(error) bool { return false }

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

// There is no background that could read from a terminal.
func readInBackground()       {}
func inBackground(error) bool { return false }

package native

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

const (
	separators = `\/`

	notFolder  = syscall.Errno(267) // ERROR_DIRECTORY
	folderOpen = syscall.ERROR_ACCESS_DENIED
)

// describe finds the class of an error number of Windows, and its text, which Python shows
// without the full stop. The class follows the table by which Microsoft's C library makes error
// numbers of Windows into those of POSIX, as far as files can come to it.
func describe(number syscall.Errno) (class, text string) {
	text = fmt.Sprintf("[WinError %d] %s", int(number), strings.TrimRight(number.Error(), ". \r\n"))
	switch {
	case number == 2, number == 3, number == 15, number == 18, number == 53, number == 67, number == 161, number == 206:
		return "FileNotFoundError", text
	case number == 5, number == 16, 19 <= number && number <= 36, number == 65, number == 82, number == 83, number == 108:
		return "PermissionError", text
	case number == 80, number == 183:
		return "FileExistsError", text
	case number == notFolder:
		return "NotADirectoryError", text
	}
	return "OSError", text
}

// replaceFile is not syscall.Rename, which refuses a name that is taken, as
// os.rename does in Python on Windows.
func replaceFile(from, to string) error { return os.Rename(from, to) }

// makePipe cannot work: named pipes of Windows are no files. Python has no os.mkfifo there.
func makePipe(string) error { return syscall.EWINDOWS }

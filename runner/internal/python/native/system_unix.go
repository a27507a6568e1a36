//go:build !windows

package native

import (
	"cmp"
	"fmt"
	"strings"
	"syscall"
)

const (
	separators = "/"

	notFolder  = syscall.ENOTDIR
	folderOpen = syscall.EISDIR
)

// describe finds the class of an error number, as PEP 3151 has it, and its text:
// the C library's, which Go has with a small first letter.
func describe(number syscall.Errno) (class, text string) {
	text = number.Error()
	text = fmt.Sprintf("[Errno %d] %s", int(number), strings.ToUpper(text[:1])+text[1:])
	return cmp.Or(classes[number], "OSError"), text
}

var classes = map[syscall.Errno]string{
	syscall.ENOENT:  "FileNotFoundError",
	syscall.EEXIST:  "FileExistsError",
	syscall.EACCES:  "PermissionError",
	syscall.EPERM:   "PermissionError",
	syscall.EISDIR:  "IsADirectoryError",
	syscall.ENOTDIR: "NotADirectoryError",
}

func replaceFile(from, to string) error { return syscall.Rename(from, to) }

func makePipe(path string) error { return syscall.Mkfifo(path, 0o666) }

//go:build !windows

package native

import (
	"fmt"
	"strings"
	"syscall"
)

const (
	separators = "/"

	notFolder  = syscall.ENOTDIR
	folderOpen = syscall.EISDIR
)

// describe finds the class of an error number, and its text: the C library's,
// which Go has with a small first letter.
func describe(number syscall.Errno) (class, text string) {
	text = number.Error()
	return classOf(number), fmt.Sprintf("[Errno %d] %s", int(number), strings.ToUpper(text[:1])+text[1:])
}

// classOf follows PEP 3151, as far as files can come to it.
func classOf(number syscall.Errno) string {
	switch number {
	case syscall.ENOENT:
		return "FileNotFoundError"
	case syscall.EEXIST:
		return "FileExistsError"
	case syscall.EACCES, syscall.EPERM:
		return "PermissionError"
	case syscall.EISDIR:
		return "IsADirectoryError"
	case syscall.ENOTDIR:
		return "NotADirectoryError"
	}
	return "OSError"
}

func replaceFile(from, to string) error { return syscall.Rename(from, to) }

//go:build !windows

package python

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

const (
	platformModule = "posix"
	separators     = "/"

	notFolder  = syscall.ENOTDIR
	folderOpen = syscall.EISDIR
	notOpen    = syscall.EBADF
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
	case syscall.ETIMEDOUT:
		return "TimeoutError"
	case syscall.EINTR:
		return "InterruptedError"
	case syscall.EAGAIN:
		return "BlockingIOError"
	}
	return "OSError"
}

func replaceFile(from, to string) error { return syscall.Rename(from, to) }

func makeLink(target, link string, _ bool) error { return syscall.Symlink(target, link) }

// chmodLink changes the mode of what is there and follows no link, which needs
// what Linux does not have once it is a link.
func chmodLink(name string, mode uint32) error {
	info, err := os.Lstat(name)
	if err != nil {
		return err
	}
	if info.Mode()&os.ModeSymlink != 0 {
		return errNoLinkMode
	}
	return syscall.Chmod(name, mode)
}

//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// Lock keeps an open file from all others that lock it; false: somebody has it. Where a file
// system knows no locks, everybody has it.
func Lock(f *os.File) bool {
	return !errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

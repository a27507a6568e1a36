//go:build unix

package journal

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps an open file from all others that lock it; false: somebody has it. Where a file
// system knows no locks, everybody has it.
func lock(f *os.File) bool {
	return !errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

// isOwn tells whether a file belongs to the user.
func isOwn(info os.FileInfo) bool {
	of, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(of.Uid) == os.Getuid()
}

package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// Lock keeps an open file from all others that lock it; false: somebody has it. The byte that is
// locked is far behind the text, which others may read.
func Lock(f *os.File) bool {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
	return !errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

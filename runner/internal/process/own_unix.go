//go:build unix

package process

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// owner is whose a file is, and whether that is this user.
func owner(info os.FileInfo) (name string, own bool) {
	of, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return "somebody", false
	}
	if int(of.Uid) == os.Getuid() {
		return "", true
	}
	id := strconv.FormatUint(uint64(of.Uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username, false
	}
	return "user " + id, false
}

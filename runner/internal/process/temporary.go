package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// MkdirTemp makes a folder for this program alone. Its name begins with name, and tells whose it is.
func MkdirTemp(within, name string) (string, error) {
	return os.MkdirTemp(within, fmt.Sprintf("%s%d-", name, os.Getpid()))
}

// RemoveTemporary removes the folders of MkdirTemp whose programs are gone. The error names one that
// cannot be removed.
func RemoveTemporary(within, name string) (err error) {
	entries, _ := os.ReadDir(within)
	for _, e := range entries {
		pid := whose(e.Name(), name)
		if pid == 0 || !e.IsDir() || startTime(pid) != "" && !isZombie(pid) {
			continue
		}
		if failed := os.RemoveAll(filepath.Join(within, e.Name())); failed != nil {
			err = failed
		}
	}
	return err
}

// whose is the process in the name of something temporary, PREFIX-PID-RANDOM; 0 for another name.
func whose(name, prefix string) (pid int) {
	rest, is := strings.CutPrefix(name, prefix)
	number, random, has := strings.Cut(rest, "-")
	pid, wrong := strconv.Atoi(number)
	if _, odd := strconv.ParseUint(random, 10, 64); !is || !has || wrong != nil || odd != nil {
		return 0
	}
	return max(pid, 0)
}

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
		whose, is := strings.CutPrefix(e.Name(), name)
		number, random, has := strings.Cut(whose, "-")
		pid, _ := strconv.Atoi(number)
		if _, wrong := strconv.ParseUint(random, 10, 64); !is || !has || wrong != nil || !e.IsDir() || pid <= 0 || startTime(pid) != "" && !isZombie(pid) {
			continue
		}
		if failed := os.RemoveAll(filepath.Join(within, e.Name())); failed != nil {
			err = failed
		}
	}
	return err
}

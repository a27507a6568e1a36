package python

import (
	"os/exec"
	"path/filepath"
	"runtime"
)

// Names are the programs that Find looks for on PATH, in this order.
func Names() []string {
	if runtime.GOOS == "windows" {
		return []string{"python", "py"}
	}
	return []string{"python3", "python"}
}

// Find returns the interpreter that the user works with: that of the active virtual
// environment, else the first one on PATH; empty if there is none. Variables of the
// environment are looked up with env.
func Find(env func(name string) (string, bool)) string {
	names := Names()
	if environment, _ := env("VIRTUAL_ENV"); environment != "" {
		inside := map[bool]string{true: "Scripts", false: "bin"}[runtime.GOOS == "windows"]
		names = append([]string{filepath.Join(environment, inside, "python")}, names...)
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

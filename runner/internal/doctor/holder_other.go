//go:build !linux

package doctor

import (
	"fmt"
	"runtime"
)

// holder tells how to find the program that listens on a port: this system does not tell it
// without the help of another program.
func holder(_ string, port int) string {
	if runtime.GOOS == "windows" {
		return someone(fmt.Sprintf("this shows which one: netstat -ano | findstr :%d", port))
	}
	return someone(fmt.Sprintf("this shows which one: lsof -nP -iTCP:%d", port))
}

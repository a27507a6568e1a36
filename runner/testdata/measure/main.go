// Program measure runs a command and writes into a file what it took: its peak memory in KiB, its
// time on processors in nanoseconds, and its exit code. A small program has to start what is
// measured: Linux counts the memory of who starts it, too.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

func main() {
	cmd := exec.Command(os.Args[2], os.Args[3:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Run()
	if cmd.ProcessState == nil {
		os.Exit(1)
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	text := fmt.Sprintln(used.Maxrss, int64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()), cmd.ProcessState.ExitCode())
	if os.WriteFile(os.Args[1], []byte(text), 0o600) != nil {
		os.Exit(1)
	}
}

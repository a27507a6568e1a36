package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
	"unsafe"
)

// loseOutput takes the reader away from a run, in four ways, and stops it where it would go on for
// long. Its rollbacks must be played.
func loseOutput(t *try) {
	t.meet(t.number%4 != 0)
	c := t.command("run", "experiment.yaml", "--rollback-strategy", "always")
	lose := []func(*exec.Cmd) error{t.closedPipe, t.fullPipe, t.closedTerminal, t.stoppedTerminal}[t.number%4]
	if err := lose(c); err != nil {
		t.fail("%v", err)
		return
	}
	t.ends(c, 10*time.Second)
	if !t.isThere("file") || t.isThere("moved") {
		t.fail("the fault is still on")
	}
	t.readable(t.folder)
}

// moment waits for a random moment of the run.
func (t *try) moment() { time.Sleep(t.upTo(900 * time.Millisecond)) }

func (t *try) closedPipe(c *exec.Cmd) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	c.Stdout, c.Stderr = write, write
	if err := c.Start(); err != nil {
		return err
	}
	write.Close()
	t.moment()
	return read.Close()
}

func (t *try) fullPipe(c *exec.Cmd) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	c.Stdout, c.Stderr = write, write
	for err == nil {
		write.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
		_, err = write.Write(make([]byte, 4096))
	}
	if err := c.Start(); err != nil {
		return err
	}
	time.AfterFunc(15*time.Second, func() { read.Close(); write.Close() })
	t.moment()
	return c.Process.Signal(syscall.SIGINT)
}

func (t *try) closedTerminal(c *exec.Cmd) error {
	keyboard, err := onTerminal(c)
	if err != nil {
		return err
	}
	t.moment()
	return keyboard.Close()
}

func (t *try) stoppedTerminal(c *exec.Cmd) error {
	keyboard, err := onTerminal(c)
	if err != nil {
		return err
	}
	time.AfterFunc(15*time.Second, func() { keyboard.Close() })
	t.moment()
	if _, err := keyboard.WriteString("\x13"); err != nil { // Ctrl-S
		return err
	}
	time.Sleep(100 * time.Millisecond)
	_, err = keyboard.WriteString("\x03") // Ctrl-C
	return err
}

// onTerminal starts a command on a terminal of its own. What it prints is read for as long as the
// terminal is open.
func onTerminal(c *exec.Cmd) (keyboard *os.File, err error) {
	fd, err := syscall.Open("/dev/ptmx", syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	keyboard = os.NewFile(uintptr(fd), "/dev/ptmx") // not blocking, so that it can be closed while it is read
	var unlock, number int32
	for request, at := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlock, syscall.TIOCGPTN: &number} {
		if _, _, wrong := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(at))); wrong != 0 {
			return nil, wrong
		}
	}
	screen, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	defer screen.Close()
	c.Stdin, c.Stdout, c.Stderr = screen, screen, screen
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		return nil, err
	}
	go func() {
		for buffer := make([]byte, 4096); ; {
			if _, err := keyboard.Read(buffer); err != nil {
				return
			}
		}
	}()
	return keyboard, nil
}

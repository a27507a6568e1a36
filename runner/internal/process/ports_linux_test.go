package process

import (
	"net"
	"os/exec"
	"slices"
	"testing"
	"time"
)

// The ports of a group are those on which its processes listen, and no others. The process
// here inherits the listener of a program that starts it.
func TestPorts(t *testing.T) {
	var want []int
	c := exec.Command("/bin/sleep", "1000")
	c.SysProcAttr = ownGroup()
	for _, address := range []string{"127.0.0.1:0", "[::]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		file, err := l.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		c.ExtraFiles = append(c.ExtraFiles, file)
		want = append(want, l.Addr().(*net.TCPAddr).Port)
	}
	slices.Sort(want)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	g := group{id: c.Process.Pid}
	if got := g.ports(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	g.kill()
	c.Wait()
	if !g.vanishes(after(time.Second)) || g.ports() != nil {
		t.Error("there are ports after the end")
	}
}

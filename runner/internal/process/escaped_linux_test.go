package process

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The processes that move to a session of their own: at once, after their parent
// has ended, and one that ignores the request to end.
var escapes = map[string]string{
	"child":      `setsid sh -c 'echo ready $$; sleep 20; true' & wait`,
	"orphan":     `(setsid sh -c 'echo ready $$; sleep 20; true' &) ; sleep 20; true`,
	"ignores it": `setsid sh -c 'trap "" TERM; echo ready $$; sleep 20; true' & wait`,
}

// TestEscaped: what left the group is ended with it, and what a command of
// before left running on purpose is not.
func TestEscaped(t *testing.T) {
	for name, script := range escapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := guarded(t)
			stay := shell(`setsid sh -c 'echo ready $$; exec sleep 20 >/dev/null' &`)
			stays, _ := whenReady(t, &stay, func() {})
			if _, err := o.Run(t.Context(), stay); err != nil {
				t.Fatal(err)
			}
			daemon := group{id: <-stays}
			defer daemon.kill()

			why := errors.New("interrupt")
			ctx, cancel := context.WithCancelCause(t.Context())
			c := shell(script)
			c.Grace = 200 * time.Millisecond
			escaped, said := whenReady(t, &c, func() { cancel(why) })
			if _, err := o.Run(ctx, c); err != why {
				t.Errorf("got %v", err)
			}
			// A process that is about to end has no environment any more.
			if id := <-escaped; !(group{id: id}).vanishes(after(settle)) {
				t.Errorf("process %d still runs", id)
				syscall.Kill(-id, syscall.SIGKILL)
			}
			said()
			if !daemon.alive() {
				t.Error("what was left running on purpose was ended")
			}
		})
	}
}

// TestShared: of a process that many calls share, what a call has left running stays, also with what
// this starts later. What was started in a call that did not come to its end is ended.
func TestShared(t *testing.T) {
	c := shell(`while read name; do setsid sh -c 'trap "sleep 20 >/dev/null & echo child \$!" USR1
		echo $0 $$; sleep 20 >/dev/null & while :; do wait $!; done' $name & done`)
	stdin, names, bad := os.Pipe()
	lines, stdout, worse := os.Pipe()
	if err := errors.Join(bad, worse); err != nil {
		t.Fatal(err)
	}
	defer names.Close()
	defer lines.Close()
	begin := c.Share()
	c.Stdin, c.Stdout = stdin, stdout
	ctx, cancel := context.WithCancel(t.Context())
	o, over := guarded(t), make(chan error)
	go func() {
		_, err := o.Run(ctx, c)
		over <- err
	}()
	said := bufio.NewReader(lines)
	pids := map[string]int{}
	heard := func() {
		var who string
		var pid int
		if _, err := fmt.Fscanln(said, &who, &pid); err != nil {
			t.Fatal(err)
		}
		pids[who] = pid
	}
	call := func(name string) (end func(time.Duration)) {
		end = begin()
		names.WriteString(name + "\n")
		heard()
		return end
	}
	call("before")(0)
	defer func() { group{id: pids["before"]}.kill() }()
	end := call("interrupted")
	syscall.Kill(pids["before"], syscall.SIGUSR1)
	heard()
	end(time.Second)
	call("after")(0)
	defer func() { group{id: pids["after"]}.kill() }()
	end = call("stopped")
	cancel()
	if err := <-over; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	end(time.Second)
	for who, stays := range map[string]bool{"before": true, "child": true, "interrupted": false, "after": true, "stopped": false} {
		if stays && isZombie(pids[who]) {
			t.Errorf("%s was ended", who)
		} else if !stays && !(group{id: pids[who]}).vanishes(after(settle)) {
			t.Errorf("%s still runs", who)
			group{id: pids[who]}.kill()
		}
	}
}

// TestManyEnd: many commands that are ended at once share their looks at all processes.
func TestManyEnd(t *testing.T) {
	const many = 200
	o := new(Owner)
	defer o.Close()
	var all []*Running
	for range many {
		p, err := o.Start(shell("exec sleep 30"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	before := looks.times.Load()
	var stopping sync.WaitGroup
	for _, p := range all {
		stopping.Go(func() { p.Stop(t.Context()) })
	}
	stopping.Wait()
	if n := looks.times.Load() - before; n > many {
		t.Errorf("%d looks at all processes to end %d commands", n, many)
	}
}

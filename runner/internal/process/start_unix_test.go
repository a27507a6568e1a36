//go:build unix

package process

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestStartStop(t *testing.T) {
	o := guarded(t)
	for _, test := range interruptions {
		if test.code == 0 && test.name != "polite and successful" {
			continue // it ends by itself, see TestStartEnds
		}
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ready := make(chan struct{})
			c := shell(test.script)
			c.Grace, c.Records, c.Port = test.grace, t.TempDir(), 8080
			group, said := whenReady(t, &c, func() { close(ready) })
			p, err := o.Start(c)
			if err != nil {
				t.Fatal(err)
			}
			<-ready
			if left, _, err := Leftovers(c.Records); err != nil || len(left) != 1 || left[0].PID != p.PID() || left[0].Port != 8080 {
				t.Errorf("the record says %v, %v", left, err)
			}
			begin := time.Now()
			exit := p.Stop(t.Context())
			if took := time.Since(begin); exit.Code != test.code || took > 10*time.Second {
				t.Errorf("got %v after %v", exit, took)
			}
			said()
			if id := <-group; id != p.PID() || p.group.alive() {
				t.Errorf("the group is %d, alive: %v, and the process %d", id, p.group.alive(), p.PID())
			}
			if files, err := os.ReadDir(c.Records); err != nil || len(files) != 0 {
				t.Errorf("left in the records: %v, %v", files, err)
			}
			if again := p.Stop(t.Context()); again != exit {
				t.Errorf("a second Stop says %v", again)
			}
		})
	}
}

// TestNoRoomForAProcess: what has been ended may hold its place for a moment.
func TestNoRoomForAProcess(t *testing.T) {
	defer func(start func(*exec.Cmd) error) { startProgram = start }(startProgram)
	for failures, works := range map[int]bool{3: true, math.MaxInt: false} {
		times := 0
		startProgram = func(c *exec.Cmd) error {
			if times++; times <= failures {
				return &os.PathError{Op: "fork/exec", Path: c.Path, Err: syscall.EAGAIN}
			}
			return c.Start()
		}
		p, err := guarded(t).Start(shell("true"))
		if (err == nil) != works || times < 2 {
			t.Errorf("after %d times: %v", times, err)
		}
		if p != nil {
			p.Stop(t.Context())
		}
	}
}

// TestStartEnds: when a service ends by itself, its group is ended.
func TestStartEnds(t *testing.T) {
	c := shell(`trap '' TERM; sleep 20 & echo ready $$; exit 4`)
	c.Grace = time.Minute
	group, said := whenReady(t, &c, func() {})
	p, err := guarded(t).Start(c)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	said()
	if <-group; p.Exit().Code != 4 || p.group.alive() {
		t.Errorf("got %v, group alive: %v", p.Exit(), p.group.alive())
	}
}

// TestStopAtOnce: the end of the context cuts the grace short.
func TestStopAtOnce(t *testing.T) {
	c := shell(`trap '' TERM; echo ready $$; sleep 20; true`)
	c.Grace = time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	_, said := whenReady(t, &c, cancel)
	p, err := new(Owner).Start(c)
	if err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if exit := p.Stop(ctx); exit.Code != -9 {
		t.Errorf("got %v", exit)
	}
	said()
}

func TestStartWithoutRecord(t *testing.T) {
	c := shell(`sleep 20`)
	c.Records = filepath.Join(os.DevNull, "records")
	if p, err := new(Owner).Start(c); err == nil {
		t.Errorf("process %d runs without its record", p.PID())
	}
}

// TestRecordIsPrivate: an argument may be a secret.
func TestRecordIsPrivate(t *testing.T) {
	c := shell(`sleep 20`)
	c.Records = t.TempDir()
	p, err := new(Owner).Start(c)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop(t.Context())
	files, _ := os.ReadDir(c.Records)
	if len(files) != 1 {
		t.Fatalf("there are %v", files)
	}
	if info, err := files[0].Info(); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestRecords: a process that differs from its record is left alone.
func TestRecords(t *testing.T) {
	p, err := new(Owner).Start(shell(`exec sleep 20`))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop(t.Context())
	true_ := Record{PID: p.PID(), Group: p.PID(), Started: startTime(p.PID()), Boot: bootID(), Command: []string{"sleep"}}
	for _, test := range []struct {
		name   string
		change func(*Record)
	}{
		{"another start", func(r *Record) { r.Started += "1" }},
		{"no start", func(r *Record) { r.Started = "" }},
		{"another boot", func(r *Record) { r.Boot = "before" }},
		{"another group", func(r *Record) { r.Group = os.Getpid() }},
		{"gone", func(r *Record) { r.PID, r.Group = 1<<30, 1<<30 }},
	} {
		r := true_
		test.change(&r)
		folder := keep(t, r)
		if stopped, _, err := Stop(folder, nil, time.Second); err != nil || len(stopped) != 0 {
			t.Errorf("%s: stopped %v, %v", test.name, stopped, err)
		}
		if files, _ := os.ReadDir(folder); len(files) != 1 || files[0].Name() != "notes.txt" {
			t.Errorf("%s: left are %v", test.name, files)
		}
		select {
		case <-p.Done():
			t.Fatalf("%s: another process was ended", test.name)
		default:
		}
	}
	true_.Mark = p.group.mark
	folder := keep(t, true_)
	if stopped, _, err := Stop(folder, nil, time.Second); err != nil || len(stopped) != 1 {
		t.Errorf("stopped %v, %v", stopped, err)
	}
	<-p.Done()
	if stopped, _, err := Stop(folder, nil, time.Second); err != nil || len(stopped) != 0 {
		t.Errorf("the second time stopped %v, %v", stopped, err)
	}
	if stopped, _, err := Stop(filepath.Join(folder, "none"), nil, time.Second); err != nil || stopped != nil {
		t.Errorf("without a folder stopped %v, %v", stopped, err)
	}
}

// TestOwned: what another program has started that is alive is left alone, and so is a record that is
// being written.
func TestOwned(t *testing.T) {
	var all [2]*Running
	for i := range all {
		p, err := new(Owner).Start(shell(`exec sleep 20`))
		if err != nil {
			t.Fatal(err)
		}
		defer p.Stop(t.Context())
		all[i] = p
	}
	p, runner := all[0], all[1]
	r := Record{PID: p.PID(), Group: p.PID(), Started: startTime(p.PID()), Boot: bootID(), Mark: p.group.mark, Command: []string{"sleep"}, Owner: stampOf(runner.PID())}
	folder := keep(t, r)
	if err := os.WriteFile(filepath.Join(folder, "process-7.json.draft"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(folder, "process-8.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	if stopped, _, err := Stop(folder, nil, time.Second); err != nil || len(stopped) != 0 {
		t.Errorf("stopped %v, %v", stopped, err)
	}
	if _, owned, err := Leftovers(folder); err != nil || len(owned) != 1 || owned[0].Owner.PID != runner.PID() {
		t.Errorf("owned are %v, %v", owned, err)
	}
	if files, _ := os.ReadDir(folder); len(files) != 4 {
		t.Errorf("left are %v", files)
	}
	runner.Stop(t.Context())
	if stopped, _, err := Stop(folder, nil, time.Second); err != nil || len(stopped) != 1 {
		t.Errorf("stopped %v, %v", stopped, err)
	}
	<-p.Done()
}

// TestRecordsOfEverybody only looks: a mistake would end every process of the
// machine.
func TestRecordsOfEverybody(t *testing.T) {
	for _, number := range []int{1, 0, -1, -os.Getpid(), math.MaxInt, 1<<32 + 1} {
		r := Record{PID: number, Group: number, Started: startTime(1), Boot: bootID(), Command: []string{"init"}}
		if left, _, err := Leftovers(keep(t, r)); err != nil || len(left) != 0 {
			t.Errorf("%d counts as ours: %v, %v", number, left, err)
		}
		if err := send(number, 0); err != syscall.ESRCH {
			t.Errorf("%d can be signalled: %v", number, err)
		}
	}
}

// keep writes a record, a broken record and another file.
func keep(t *testing.T, r Record) (folder string) {
	t.Helper()
	folder = t.TempDir()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{recordName(r.PID): text, "process-.json": []byte("{"), "notes.txt": nil} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

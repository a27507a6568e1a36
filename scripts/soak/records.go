package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// shareJournal runs six experiments at once, with one journal.
func shareJournal(t *try) {
	t.write(map[string]string{"experiment.yaml": `title: one of six
description: They all write one journal.
method:
  - {type: probe, name: quick, provider: {type: process, path: sleep, arguments: ["0.05"]}}
`})
	var all sync.WaitGroup
	codes := make([]int, 6)
	for i := range codes {
		c := t.command("run", "experiment.yaml")
		if err := c.Start(); err != nil {
			t.fail("%v", err)
			continue
		}
		all.Go(func() {
			c.Wait()
			codes[i] = c.ProcessState.ExitCode()
		})
		time.Sleep(t.upTo(30 * time.Millisecond))
	}
	all.Wait()
	for _, code := range codes {
		if code != 0 {
			t.fail("exit codes %v", codes)
			break
		}
	}
	if t.readable(t.folder); !t.isThere("journal.json") {
		t.fail("there is no journal")
	}
}

// forge writes records of processes that are not ours, and lets stop look at them.
func forge(t *try) {
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		t.fail("%v", err)
		return
	}
	defer func() {
		other.Process.Kill()
		other.Wait()
	}()
	records := filepath.Join(t.folder, ".workshop")
	err := os.MkdirAll(records, 0o755)
	if err == nil {
		err = os.Mkdir(filepath.Join(t.folder, "targets"), 0o755)
	}
	for _, r := range []map[string]any{
		{"pid": other.Process.Pid, "pgid": other.Process.Pid, "started": "12345"},
		{"pid": os.Getppid(), "pgid": os.Getpid(), "started": ""},
		{"pid": 1, "pgid": 1, "started": "1"}, {"pid": -1, "pgid": -1}, {"pid": os.Getpid(), "pgid": os.Getpid(), "started": "1", "mark": "x"},
	} {
		text, _ := json.Marshal(r)
		if err == nil {
			err = os.WriteFile(filepath.Join(records, fmt.Sprintf("process-%d.json", r["pid"])), text, 0o600)
		}
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(records, "process-x.json"), []byte("{"), 0o600)
	}
	if err == nil {
		err = syscall.Mkfifo(filepath.Join(records, "process-9.json"), 0o600)
	}
	if err != nil {
		t.fail("%v", err)
		return
	}
	c := t.command("stop")
	if err := c.Start(); err != nil {
		t.fail("%v", err)
		return
	}
	if code := t.ends(c, 10*time.Second); code != 0 {
		t.fail("stop: exit code %d", code)
	}
	if err := other.Process.Signal(syscall.Signal(0)); err != nil {
		t.fail("a process that is not ours has ended: %v", err)
	}
}

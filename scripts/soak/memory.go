package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// size is the memory of a process in kB, and how many files it has open.
func size(pid int) (kB, files int) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if found := regexp.MustCompile(`VmRSS:\s+(\d+)`).FindSubmatch(text); found != nil {
		kB, _ = strconv.Atoi(string(found[1]))
	}
	open, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return kB, len(open)
}

// flat looks at a process a third into a time and at its end. It may grow by a quarter and 8 MB, and
// by what is allowed besides.
func (t *try) flat(pid int, within time.Duration, allowed func() int) {
	time.Sleep(within / 3)
	kB, files := size(pid)
	time.Sleep(within - within/3)
	nowKB, nowFiles := size(pid)
	if kB == 0 || nowKB == 0 {
		t.fail("process %d has ended", pid)
	}
	if most := kB*5/4 + 8<<10 + allowed(); nowKB > most {
		t.fail("memory grew from %d kB to %d kB; %d would be flat", kB, nowKB, most)
	}
	if nowFiles > files+50 {
		t.fail("open files grew from %d to %d", files, nowFiles)
	}
}

// load asks a service for all that it can answer, while its file comes and goes.
func load(t *try) {
	program, missing := "service", 500
	if t.number%2 == 1 {
		program, missing = "resilient-service", 503
	}
	c := exec.Command(filepath.Join(t.root, ".workshop", "bin", program), "--port", "0", "--interval", "1h")
	c.Dir, c.Env, c.SysProcAttr = t.folder, append(os.Environ(), t.mark), &syscall.SysProcAttr{Setpgid: true}
	log, err := c.StderrPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.fail("%v", err)
		return
	}
	lines := bufio.NewScanner(log)
	address := ""
	for address == "" && lines.Scan() {
		address = regexp.MustCompile(`http://\S+|\blocalhost:\d+|127\.0\.0\.1:\d+`).FindString(lines.Text())
	}
	go io.Copy(io.Discard, log)
	if !strings.HasPrefix(address, "http") {
		address = "http://" + address
	}
	ctx, over := context.WithTimeout(context.Background(), t.lasts())
	defer over()
	var all sync.WaitGroup
	statuses := make([]map[int]int, 4)
	for i := range statuses {
		statuses[i] = map[int]int{}
		all.Go(func() {
			for ctx.Err() == nil {
				answer, err := http.Get(address)
				if err != nil {
					statuses[i][0]++
					continue
				}
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				statuses[i][answer.StatusCode]++
			}
		})
	}
	all.Go(func() {
		file := filepath.Join(t.folder, "exchange.dat")
		for tick := time.NewTicker(50 * time.Millisecond); ctx.Err() == nil; <-tick.C {
			if os.Rename(file, file+".away") != nil {
				os.Rename(file+".away", file)
			}
		}
		os.Rename(file+".away", file)
	})
	t.flat(c.Process.Pid, t.lasts()-time.Second, func() int { return 0 })
	all.Wait()
	sum := map[int]int{}
	for _, some := range statuses {
		for status, n := range some {
			sum[status] += n
		}
	}
	for status := range sum {
		if status != 200 && status != missing {
			t.fail("%s answered %v", program, sum)
			break
		}
	}
	if sum[200] == 0 || sum[missing] == 0 {
		t.fail("%s answered only %v", program, sum)
	}
	c.Process.Signal(syscall.SIGTERM)
	t.ends(c, 5*time.Second)
}

// checkOften checks a hypothesis all the time.
func checkOften(t *try) {
	t.write(map[string]string{"experiment.yaml": fmt.Sprintf(`title: many checks
description: Its memory is that of its journal.
steady-state-hypothesis:
  title: there is a file
  probes:
    - {type: probe, name: there, tolerance: true, provider: {type: python, module: os.path, func: exists, arguments: {path: experiment.yaml}}}
method:
  - {type: action, name: wait, provider: {type: process, path: sleep, arguments: ["%d"], timeout: 100}}
`, int(t.lasts().Seconds())+2)})
	c := t.command("run", "experiment.yaml", "--hypothesis-strategy", "continuously", "--hypothesis-frequency", "0.01")
	if err := c.Start(); err != nil {
		t.fail("%v", err)
		return
	}
	t.flat(c.Process.Pid, t.lasts(), func() int {
		partial, _ := filepath.Glob(filepath.Join(t.folder, "journal.json.partial-*"))
		for _, path := range partial {
			if info, err := os.Stat(path); err == nil {
				return int(info.Size()>>10) * 8 // what is a text there is many values in memory
			}
		}
		return 0
	})
	if code := t.ends(c, 20*time.Second); code != 0 {
		t.fail("exit code %d", code)
	}
}

// watchLive opens and closes pages of a live session and presses its buttons, three in a second, where a teacher
// presses one in five. It kills the session in the middle of that, and plays another.
func watchLive(t *try) {
	killed := t.lasts()/4 + t.upTo(t.lasts()/4)
	t.session(killed, syscall.SIGKILL)
	t.session(t.lasts()-killed, syscall.SIGINT)
}

// session is one live session, which a signal ends while pages are opened and buttons pressed.
func (t *try) session(lasts time.Duration, end syscall.Signal) {
	c := t.command("live", "weak", "resilient", "--root", t.root, "--port", "0", "--record", "lesson.html")
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.fail("%v", err)
		return
	}
	lines := bufio.NewScanner(out)
	lines.Scan()
	address := strings.TrimSuffix(regexp.MustCompile(`http://\S+`).FindString(lines.Text()), "/")
	go io.Copy(io.Discard, out)
	ctx, over := context.WithCancel(context.Background())
	var ending atomic.Bool
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for ctx.Err() == nil {
				short, enough := context.WithTimeout(ctx, 50*time.Millisecond) // a page is open so long
				request, _ := http.NewRequestWithContext(short, http.MethodGet, address+"/events", nil)
				if answer, err := http.DefaultClient.Do(request); err == nil {
					io.Copy(io.Discard, answer.Body)
					answer.Body.Close()
				}
				enough()
			}
		})
	}
	all.Go(func() {
		for _, button := range strings.Fields(strings.Repeat("take back play ", 1000)) {
			if err := press(address, button); err != nil && !ending.Load() {
				t.fail("the button %s: %v", button, err)
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(300 * time.Millisecond):
			}
		}
	})
	t.flat(c.Process.Pid, lasts, func() int { return 16 << 10 }) // the record grows
	ending.Store(true)
	c.Process.Signal(end)
	code := t.ends(c, 5*time.Second)
	over()
	all.Wait()
	if end == syscall.SIGINT && code != 128+int(end) {
		t.fail("%v: exit code %d", end, code)
	}
	if text, err := os.ReadFile(filepath.Join(t.folder, "lesson.html")); err != nil || !bytes.Contains(text, []byte("</html>")) {
		t.fail("the record: %v", err)
	}
}

// press presses a button of the page.
func press(address, button string) error {
	answer, err := http.Get(address + "/")
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	token := regexp.MustCompile(`name="token" value="(\w+)"`).FindSubmatch(text)
	if err != nil || token == nil {
		return fmt.Errorf("the page has no token: %w", err)
	}
	request, err := http.NewRequest(http.MethodPost, address+"/do", strings.NewReader(url.Values{"do": {button}, "token": {string(token[1])}}.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Origin", address)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err = http.DefaultTransport.RoundTrip(request)
	if err == nil {
		answer.Body.Close()
	}
	return err
}

//go:build unix

package bench

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

const (
	thousand      = 1_000
	fiveThousand  = 5_000
	fiftyThousand = 50_000
)

// work is an activity that is done many times, and what the journal then says
// for each: the proof that it was done.
type work struct{ activity, proof string }

var (
	native = work{`"type": "probe", "tolerance": true, "provider": {
		"type": "python", "module": "os.path", "func": "exists", "arguments": {"path": "."}}`, `"output": true`}
	module = work{`"type": "probe", "tolerance": true, "provider": {
		"type": "python", "module": "calendar", "func": "isleap", "arguments": {"year": 2024}}`, `"output": true`}
	process = work{`"type": "action", "provider": {"type": "process", "path": "true"}`, `"status": 0`}
)

func BenchmarkChapter(b *testing.B) {
	dir, port := service(b, "resilient-service")
	ours := chapter(b, dir, port, program(b, "runner"))
	theirs := bare(b, dir, "chapter", "http://localhost:"+port+"/")
	theirs.prepare = ours.prepare
	report(b, "the chapter's experiment, against a bare loop", "times-bare", wanted{most: 1.4}, times(inTurns(b, 10, ours, theirs)))
}

func BenchmarkChapterToolkit(b *testing.B) {
	const row = "the chapter's experiment, against the toolkit"
	toolkit := chaos(b, row)
	dir, port := service(b, "resilient-service")
	pairs := inTurns(b, 2, chapter(b, dir, port, program(b, "runner")), chapter(b, dir, port, toolkit...))
	report(b, row, "times-toolkit", wanted{most: 0.03}, times(pairs))
}

// chapter runs the chapter's experiment beside its service, whose file gets its
// name back before each run.
func chapter(b *testing.B, dir, port string, program ...string) command {
	file, err := filepath.Abs(filepath.Join(root, "chapter5", "experiment.json"))
	if err != nil {
		b.Fatal(err)
	}
	return command{
		args: append(program, "run", "--journal-path", "journal.json", file), env: []string{"EXCHANGE_PORT=" + port}, dir: dir,
		prepare: func() error {
			err := os.Rename(filepath.Join(dir, "exchange.dat.old"), filepath.Join(dir, "exchange.dat"))
			if errors.Is(err, os.ErrNotExist) {
				return nil // the first run
			}
			return err
		},
		done: func() error { return journalHas(dir, map[string]int{`"status": 200`: 1, `"status": 503`: 1}) },
	}
}

func BenchmarkHTTP(b *testing.B) {
	dir, port := service(b, "service")
	url := "http://127.0.0.1:" + port + "/"
	probe := work{`"type": "probe", "tolerance": 200, "provider": {"type": "http", "url": "` + url + `"}`, `"status": 200`}
	pairs := inTurns(b, 1, many(b, dir, thousand, probe, program(b, "runner")), bare(b, dir, "requests", url))
	report(b, "1,000 http probes, against a bare loop", "times-bare", wanted{most: 1.25}, times(pairs))
}

func BenchmarkProcess(b *testing.B) {
	dir := b.TempDir()
	pairs := inTurns(b, 1, many(b, dir, thousand, process, program(b, "runner")), bare(b, dir, "processes"))
	report(b, "1,000 process actions, against a bare loop", "times-bare", wanted{most: 1.2}, times(pairs))
}

func BenchmarkNative(b *testing.B) {
	const time, memory = "5,000 native Python probes, against the toolkit: time", "the same: peak memory"
	toolkit, dir := chaos(b, time, memory), b.TempDir()
	pairs := inTurns(b, 1, many(b, dir, fiveThousand, native, program(b, "runner")), many(b, dir, fiveThousand, native, toolkit...))
	report(b, time, "times-toolkit", wanted{most: 0.15}, times(pairs))
	report(b, memory, "memory/toolkit", wanted{most: 0.6}, peaks(b, pairs))
}

func BenchmarkModule(b *testing.B) {
	const row = "1,000 calls of a Python module, against the toolkit"
	toolkit, dir := chaos(b, row), b.TempDir()
	ours := many(b, dir, thousand, module, program(b, "runner"))
	ours.args = append(ours.args, "--python", filepath.Join(filepath.Dir(toolkit[0]), "python")) // the same for both
	report(b, row, "times-toolkit", wanted{most: 0.6}, times(inTurns(b, 1, ours, many(b, dir, thousand, module, toolkit...))))
}

func BenchmarkValidate(b *testing.B) {
	const time, memory = "validate 5,000 activities, against the toolkit: time", "the same: peak memory"
	toolkit, dir := chaos(b, time, memory), b.TempDir()
	file := experiment(b, dir, fiveThousand, native)
	pairs := inTurns(b, 1, command{args: []string{program(b, "runner"), "validate", file}, dir: dir},
		command{args: append(toolkit, "validate", file), dir: dir})
	report(b, time, "times-toolkit", wanted{most: 0.1}, times(pairs))
	report(b, memory, "memory/toolkit", wanted{most: 0.6}, peaks(b, pairs))
}

// BenchmarkLarge asks whether an activity costs the same in a long experiment.
func BenchmarkLarge(b *testing.B) {
	const time, memory = "50,000 activities, against 5,000: time", "50,000 activities, against the toolkit: peak memory"
	large, small := b.TempDir(), b.TempDir()
	pairs := inTurns(b, 1, many(b, large, fiftyThousand, native, program(b, "runner")),
		many(b, small, fiveThousand, native, program(b, "runner")))
	report(b, time, "times-5000", wanted{most: 10.5}, times(pairs))

	// The toolkit takes many seconds, and its peak hardly changes: one run will do.
	theirs := many(b, large, fiftyThousand, native, chaos(b, memory)...).measure(b)
	for i := range pairs {
		pairs[i].theirs = theirs
	}
	report(b, memory, "memory/toolkit", wanted{most: 1}, peaks(b, pairs))
}

// many runs an experiment of so many activities with a program.
func many(b *testing.B, dir string, count int, w work, program ...string) command {
	return command{
		args: append(program, "run", "--journal-path", "journal.json", experiment(b, dir, count, w)), dir: dir,
		done: func() error { return journalHas(dir, map[string]int{w.proof: count}) },
	}
}

// experiment writes one whose method is the same work again and again.
func experiment(b *testing.B, dir string, count int, w work) string {
	file, err := os.Create(filepath.Join(dir, "experiment.json"))
	if err != nil {
		b.Fatal(err)
	}
	text := bufio.NewWriter(file)
	fmt.Fprint(text, `{"version": "1.0.0", "title": "What does one activity cost?", "description": "The same activity, many times.", "method": [`)
	for i := range count {
		if i > 0 {
			fmt.Fprint(text, ",")
		}
		fmt.Fprintf(text, "\n{\"name\": \"activity-%05d\", %s}", i+1, w.activity)
	}
	fmt.Fprint(text, "\n]}\n")
	if err := errors.Join(text.Flush(), file.Close()); err != nil {
		b.Fatal(err)
	}
	return file.Name()
}

// journalHas counts the lines of the journal that have a text, and removes the
// journal. It reads line by line, as this process has to stay small: see peaks.
func journalHas(dir string, want map[string]int) error {
	file, err := os.Open(filepath.Join(dir, "journal.json"))
	if err != nil {
		return err
	}
	defer file.Close()
	found := map[string]int{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		for text := range want {
			if bytes.Contains(lines.Bytes(), []byte(text)) {
				found[text]++
			}
		}
	}
	for text, count := range want {
		if found[text] != count {
			return fmt.Errorf("the journal has %s %d times, not %d times", text, found[text], count)
		}
	}
	return errors.Join(lines.Err(), os.Remove(file.Name()))
}

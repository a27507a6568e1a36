package main_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// input is something that a person or an enemy gives to the runner.
type input struct {
	given string // in words; empty: its arguments
	args  []string
	env   []string // beside a small environment
	files map[string]string
}

// What one input may cost: memory in MiB, and time.
const (
	mostMemory = 300
	mostTime   = 10 * time.Second
)

// TestInputs gives the runner all that inputs make up. Each is answered by an exit code and a
// message, as testdata/inputs.txt has them, for little memory and time.
//
// go test ./runner -run TestInputs -record writes the file again: look at what has changed.
func TestInputs(t *testing.T) {
	const table = "testdata/inputs.txt"
	in := fixtures(t)
	mustSucceed(t, ".", "go build -o "+programs+"/measure ./testdata/measure")
	all := slices.Concat(inputFiles(), outputFiles(), documents(), flags(), environments(), addresses(), answers(t), programsOfOthers(), projects(), odds(), larges())
	lines := make([]string, len(all))
	var playing sync.WaitGroup
	places := make(chan struct{}, 2)
	for i, one := range all {
		playing.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			lines[i] = one.play(t, in)
		})
	}
	playing.Wait()
	got := strings.Join(lines, "\n")
	if *record {
		if err := os.WriteFile(table, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 200 {
		t.Errorf("there are only %d inputs", len(all))
	}
	for i, want := range strings.SplitAfter(string(text), "\n\n") {
		if i >= len(lines) || strings.TrimSpace(lines[i]) != strings.TrimSpace(want) {
			t.Errorf("got\n%s\nwant\n%s\n(if this is better: go test ./runner -run TestInputs -record)", lines[min(i, len(lines)-1)], want)
		}
	}
}

// play gives one input to the runner, and returns what it did as lines of the table.
func (one input) play(t *testing.T, in string) string {
	folder := t.TempDir()
	for name, text := range one.files {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Error(err)
		}
	}
	out := filepath.Join(folder, "out")
	if err := errors.Join(os.Symlink(in, filepath.Join(folder, "in")), os.Mkdir(out, 0o700), makeStrange(out, ".yaml"), makeStrange(out, ".html")); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 6*mostTime) // on a busy machine it may take longer than alone
	defer cancel()
	measured := filepath.Join(t.TempDir(), "measured")
	runner := exec.CommandContext(ctx, filepath.Join(programs, "measure"), slices.Concat([]string{measured, filepath.Join(programs, "runner")}, one.args)...)
	var stdout, stderr bytes.Buffer
	runner.Dir, runner.Stdout, runner.Stderr = folder, &stdout, &stderr
	runner.Env = append([]string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + folder, "TMPDIR=" + os.TempDir(), "LANG=C.UTF-8"}, one.env...)
	runner.WaitDelay = time.Second
	err := runner.Run()
	given := readable(cmp.Or(one.given, strings.Join(one.args, " ")))
	text, unmeasured := os.ReadFile(measured)
	if ctx.Err() != nil || err != nil || unmeasured != nil {
		t.Errorf("%s: %v\n%s", given, cmp.Or(err, unmeasured), stderr.String())
		return given
	}
	var memory, code int // in KiB
	var busy time.Duration
	if _, err := fmt.Sscan(string(text), &memory, &busy, &code); err != nil || memory>>10 >= mostMemory || busy >= mostTime {
		t.Errorf("%s took %d MiB and %v (%v)", given, memory>>10, busy, err)
	}
	said := strings.NewReplacer(folder, "FOLDER", in, "IN", programs, "PROGRAMS").Replace(message(stdout.String(), stderr.String()))
	for _, c := range []struct{ form, mask string }{{`127\.0\.0\.1:\d{4,5}`, "SERVER"}, {`port \d{4,5}`, "port PORT"}, {`after \d+ bytes`, "after N bytes"}} {
		said = regexp.MustCompile(c.form).ReplaceAllString(said, c.mask)
	}
	checkMessage(t, given, code, said)
	return fmt.Sprintf("$ %s\n%s(exit code %d)\n", given, said, code)
}

// readable is what was given, as far as somebody reads it.
func readable(given string) string {
	if len(given) > 300 {
		given = fmt.Sprintf("%s... (more than 300 bytes)", given[:100])
	}
	quoted := strconv.QuoteToASCII(given)
	return strings.ReplaceAll(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`), `\\`, `\`)
}

// logged begins a line of the log.
var logged = regexp.MustCompile(`^\[[-0-9]+ [:0-9]+ (\w+)\] +`)

// message is what the runner says beside its log: the verdict and what was seen, and what is wrong.
func message(stdout, stderr string) string {
	var said strings.Builder
	verdict := strings.TrimPrefix(stdout, "\n")
	for line := range strings.Lines(verdict) {
		if strings.HasPrefix(line, "  next ") {
			break
		}
		said.WriteString(line)
	}
	seen := strings.ReplaceAll(said.String(), "\n           ", " ") // where a line ends depends on what is masked
	said.Reset()
	said.WriteString(seen)
	inLog := false
	for line := range strings.Lines(stderr) {
		inLog = logged.MatchString(line) || inLog && strings.HasPrefix(line, "    ") // which goes on
		if !inLog {
			said.WriteString(line)
		}
	}
	return said.String()
}

// checkMessage: somebody is told what is wrong, in few lines, and in words.
func checkMessage(t *testing.T, given string, code int, said string) {
	bad := func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r == utf8.RuneError }
	switch {
	case code < 0 || code > 5:
		t.Errorf("%s: exit code %d\n%s", given, code, said)
	case code > 1 && strings.TrimSpace(said) == "":
		t.Errorf("%s: exit code %d, and not a word", given, code)
	case strings.ContainsFunc(said, bad):
		t.Errorf("%s: there is something unreadable: %q", given, said)
	case strings.Count(said, "\n") > 8 || utf8.RuneCountInString(said) > 2500:
		t.Errorf("%s: this is too much to read: %s", given, said)
	}
	for _, ours := range []string{"panic", "goroutine", "runtime error", "nil pointer", "%!", "0xc0"} {
		if strings.Contains(said, ours) {
			t.Errorf("%s: the runner breaks\n%s", given, said)
		}
	}
}

package cli

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// The order of precedence: the flag, NO_COLOR, FORCE_COLOR, CLICOLOR and TERM,
// and last whether anybody is looking.
func TestColored(t *testing.T) {
	pipe, _, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	for _, c := range []struct {
		when, variables string
		want            bool
	}{
		{"", "", false},
		{"auto", "", false},
		{"always", "", true},
		{"always", "NO_COLOR=1", true},
		{"never", "FORCE_COLOR=1", false},
		{"", "FORCE_COLOR=1", true},
		{"", "FORCE_COLOR=0", false},
		{"", "CLICOLOR_FORCE=1", true},
		{"", "NO_COLOR=1 FORCE_COLOR=1", false},
		{"", "NO_COLOR= FORCE_COLOR=1", true},
		{"", "CLICOLOR=0 FORCE_COLOR=1", true},
		{"", "TERM=dumb", false},
	} {
		w := World{Environment: environment(c.variables)}
		if got := colored(w, pipe, c.when); got != c.want {
			t.Errorf("--color=%s %s: coloured is %v", c.when, c.variables, got)
		}
	}
}

// Paths in problems begin where the user stands, as far as they are there.
func TestFromHere(t *testing.T) {
	for _, c := range []struct{ here, text, want string }{
		{"/srv/kit", "/srv/kit/a.json:3:1: did you mean '/srv/kit/b.json'?", "a.json:3:1: did you mean 'b.json'?"},
		{"/srv/kit", "open /srv/kit/a: no; /mnt/srv/kit/a, /srv/kit2/a, /srv/kit", "open a: no; /mnt/srv/kit/a, /srv/kit2/a, /srv/kit"},
		{"/", "/a.json", "/a.json"},
		{"", "/a.json", "/a.json"},
	} {
		c.here = filepath.FromSlash(c.here)
		if got := (&console{here: c.here}).fromHere(filepath.FromSlash(c.text)); got != filepath.FromSlash(c.want) {
			t.Errorf("from %s: %s", c.here, got)
		}
	}
}

func environment(variables string) func(string) (string, bool) {
	set := map[string]string{}
	for v := range strings.FieldsSeq(variables) {
		name, text, _ := strings.Cut(v, "=")
		set[name] = text
	}
	return func(name string) (string, bool) {
		text, ok := set[name]
		return text, ok
	}
}

func testConsole(when string) (*console, *bytes.Buffer, *bytes.Buffer) {
	c := newConsole(World{Environment: environment(""), Stdout: os.Stdin, Stderr: os.Stdin})
	c.setColor(when)
	var out, err bytes.Buffer
	c.out, c.err = &out, &err
	return c, &out, &err
}

// A line of the log is the toolkit's, whoever speaks in it.
func TestLog(t *testing.T) {
	c, out, said := testConsole("never")
	c.mask.Learn(value.MapOf("a", "hunter2"))
	log := slog.New(logHandler{c})
	log.Debug("not shown")
	log.Info("one")
	log.Warn("two \x1b[2J hunter2")
	log.Error("three\nfour")
	log.Log(context.Background(), engine.LevelCritical, "five")
	shape := regexp.MustCompile(`(?m)^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ([A-Z]+)\] `)
	want := "INFO one\nWARNING two ␛[2J *****\nERROR three\n    four\nCRITICAL five\n"
	if got := shape.ReplaceAllString(said.String(), "$1 "); got != want || out.Len() > 0 {
		t.Errorf("got %q, want %q, and %q on standard output", got, want, out)
	}
	c, _, said = testConsole("never")
	c.level = slog.LevelDebug
	slog.New(logHandler{c}).Debug("shown")
	if !strings.Contains(said.String(), " DEBUG] shown") {
		t.Errorf("verbose: %q", said)
	}
	c, _, said = testConsole("always")
	slog.New(logHandler{c}).Log(context.Background(), slog.LevelError, "loud")
	if !strings.Contains(said.String(), "\x1b[1;7;38;5;130mERROR\x1b[") {
		t.Errorf("coloured: %q", said)
	}
}

// Every verdict has its block: its word stands in it without colour too, the journal comes
// last, and no line is wider than it may be.
func TestBlock(t *testing.T) {
	for word, want := range map[string]string{
		verdict.Held:        "HELD: the system survived the fault\n",
		verdict.Explored:    "EXPLORED: the method ran, and no hypothesis was checked\n",
		verdict.Deviated:    "WEAKNESS FOUND (deviated): the system did not survive the fault\n",
		verdict.NoVerdict:   "NO VERDICT: this run cannot say if the system is weak\n",
		verdict.NotUndone:   "!!!!!!!!\nNOT UNDONE: the fault may still be on\n",
		verdict.Interrupted: "INTERRUPTED: the run was stopped before its end\n",
	} {
		c, _, _ := testConsole("never")
		r := &verdict.Result{Verdict: verdict.Verdict{Word: word, Reason: strings.Repeat("because ", 20) + "\x1b"}}
		block := c.block(r, closing{journal: "j.json", next: "go on"})
		for _, part := range []string{want, "  why      because because ", " ␛\n", "  next     go on\n  journal  j.json\n"} {
			if !strings.Contains(block, part) {
				t.Errorf("%s: %q is not in\n%s", word, part, block)
			}
		}
		for line := range strings.Lines(block) {
			if letters(line) > 81 {
				t.Errorf("%s: a line is wider than 80 columns: %s", word, line)
			}
		}
	}
}

// Where there is no journal, no block names one, and the block tells what a 4 in place of
// a 0 is about. Any other exit code is about the verdict.
func TestUnwrittenJournal(t *testing.T) {
	const because, again = "  journal  it could not be written, and this is why the exit code is 4\n", "then run again\n"
	for word, want := range map[string]exitCode{verdict.Held: 4, verdict.Explored: 4, verdict.Deviated: 1, verdict.NoVerdict: 4, verdict.NotUndone: 5} {
		c, out, errors := testConsole("never")
		r := &verdict.Result{Verdict: verdict.Verdict{Word: word}}
		code := (&session{console: c}).conclude(r, closing{journal: "j.json"}, r.Code(), os.ErrClosed)
		held := r.Code() == problem.OK
		if code != want || strings.Contains(out.String(), "j.json") || !strings.Contains(out.String(), "  journal  it could not be written") || !strings.Contains(errors.String(), os.ErrClosed.Error()) {
			t.Errorf("%s: exit code %d, %s%s", word, code, errors, out)
		}
		if strings.Contains(out.String(), because) != held || strings.Contains(out.String(), again) != held {
			t.Errorf("%s: it must be clear what the exit code is about:\n%s", word, out)
		}
		c, out, _ = testConsole("never")
		code = (&session{console: c}).conclude(r, closing{journal: "j.json", lost: os.ErrClosed}, r.Code(), nil)
		if told := strings.Contains(out.String(), strings.Replace(because, "journal", "report ", 1)); code != want && held || told != held {
			t.Errorf("%s, without a report: exit code %d, %s", word, code, out)
		}
	}
}

// The README's table of exit codes is the one that the program prints.
func TestExitCodesInReadme(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (\d+)[^|]*\| ([^|]+) \|$`).FindAllStringSubmatch(string(readme), -1)
	if len(rows) != 7 {
		t.Fatalf("the README names %d exit codes", len(rows))
	}
	plain := strings.NewReplacer("*", "", ";", ",")
	for _, row := range rows {
		first, _, _ := strings.Cut(plain.Replace(row[2]), ":")
		first, _, _ = strings.Cut(first, ",")
		if line := regexp.MustCompile(`(?m)^  ` + row[1] + `\+? .*`).FindString(exitCodes); !strings.Contains(line, strings.TrimSpace(first)) && !strings.Contains(line, "signal") {
			t.Errorf("exit code %s: the README says %q, the program %q", row[1], first, line)
		}
	}
}

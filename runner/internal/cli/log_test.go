package cli

import (
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// tiny is an experiment with a warning, and with a secret in an error.
const tiny = `title: Tiny
description: It names a secret.
secrets: {s: {token: hunter2hunter2}}
tag: []
method:
  - {name: move, type: action, provider: {type: python, module: os, func: rename, arguments: {src: "${token}", dst: x}, secrets: [s]}}
`

// project is a folder of its own with the experiment tiny in it.
func project(t *testing.T) string {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("tiny.yaml", []byte(tiny), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

var fileLine = regexp.MustCompile(`^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (DEBUG|INFO|WARNING|ERROR)\] (\[[a-z_]+:\d+\] )?(.*)\n$`)

// A log file is written where one is asked for, from its own level on, and ever
// longer.
func TestLogFile(t *testing.T) {
	project(t)
	levels := func(args string, want ...string) {
		t.Helper()
		os.Remove("l.log")
		runWith(t, strings.Fields(args)...)
		var got []string
		text, _ := os.ReadFile("l.log")
		for line := range strings.Lines(string(text)) {
			m := fileLine.FindStringSubmatch(line)
			if m == nil {
				t.Errorf("%s: %q is no line of a log", args, line)
			} else if !slices.Contains(got, m[1]) {
				got = append(got, m[1])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: levels %q, want %q\n%s", args, got, want, text)
		}
	}
	levels("run tiny.yaml")
	levels("--log-file l.log --no-log-file run tiny.yaml")
	levels("run tiny.yaml --log-file l.log", "DEBUG", "INFO", "WARNING", "ERROR")
	levels("--log-file l.log --log-file-level debug run tiny.yaml", "DEBUG", "INFO", "WARNING", "ERROR")
	levels("--log-file l.log --log-file-level info run tiny.yaml", "INFO", "WARNING", "ERROR")
	levels("--log-file l.log --log-file-level warning run tiny.yaml", "WARNING", "ERROR")
	levels("--log-file l.log --log-file-level error run tiny.yaml", "ERROR")
	levels("--log-file l.log --log-file-level error run none.yaml", "ERROR")

	first, _ := os.ReadFile("l.log")
	runWith(t, "run", "none.yaml", "--log-file", "l.log")
	if both, _ := os.ReadFile("l.log"); !strings.HasPrefix(string(both), string(first)) || len(both) <= len(first) {
		t.Errorf("the second call left %q of %q", both, first)
	}
}

// The log file stays where the user stands, and is never a file that the command
// reads or writes.
func TestPlaceOfLogFile(t *testing.T) {
	folder := project(t)
	os.Mkdir("below", 0o700)
	runWith(t, "--change-dir", "below", "--log-file", "l.log", "validate", "../tiny.yaml")
	if text, err := os.ReadFile(filepath.Join(folder, "l.log")); !strings.Contains(string(text), "Moving to below") {
		t.Errorf("%v: %s", err, text)
	}
	t.Chdir(folder)
	os.WriteFile("journal.json", []byte("{}"), 0o600)
	for _, name := range []string{"tiny.yaml", "journal.json"} {
		before, _ := os.ReadFile(name)
		code, _, errors := runWith(t, "run", "tiny.yaml", "--log-file", name)
		if code != 2 || !strings.Contains(errors, "the log would be written into ") {
			t.Errorf("%s: exit code %d, %s", name, code, errors)
		}
		if after, _ := os.ReadFile(name); string(after) != string(before) {
			t.Errorf("%s was changed:\n%s", name, after)
		}
	}
	code, _, errors := runWith(t, "run", "tiny.yaml", "--log-file", folder)
	if code != 2 || !strings.Contains(errors, "cannot be opened") {
		t.Errorf("a folder: exit code %d, %s", code, errors)
	}
}

// No file that the user names is lost to a log or a journal, however its path is written.
func TestNothingIsOverwritten(t *testing.T) {
	folder := project(t)
	t.Setenv("HOME", folder)
	t.Setenv("USERPROFILE", folder)
	os.Mkdir(".chaostoolkit", 0o700)
	inputs := map[string]string{"tiny.yaml": "", "s.yaml": "{}", "v.json": "{}", "v.env": "A=b", "c.json": "{}", ".chaostoolkit/settings.yaml": "{}"}
	for name, text := range inputs {
		if text != "" {
			os.WriteFile(name, []byte(text), 0o600)
		}
		inputs[name] = contents(name)
	}
	if os.Symlink("v.json", "link"); contents("link") == "" {
		t.Log("NOT TESTED: symbolic links, which cannot be made here")
		os.Remove("link")
		os.Link("v.json", "link")
	}
	os.Link("c.json", "other")
	for _, args := range []string{"--settings s.yaml #s.yaml", "--settings s.yaml #./s.yaml", "--settings s.yaml #.chaostoolkit/../s.yaml",
		"--var-file v.json #link", "--var-file v.env --var-file v.json #v.json", "--var-file v.env #v.env", "--control-file c.json #other",
		"--control-file link --control-file c.json #c.json", "--settings none.yaml #./none.yaml", "--python python #python",
		"#.chaostoolkit/settings.yaml", "#tiny.yaml", "#./tiny.yaml"} {
		given, name, _ := strings.Cut(args, "#")
		for _, written := range [][]string{{"--log-file", name}, {"--journal-path", name}, {"--log-file", "new.log", "--journal-path", name}, {"--log-file", name, "--no-log-file", "--journal-path", name}} {
			code, out, errors := runWith(t, slices.Concat([]string{"run", "tiny.yaml"}, strings.Fields(given), written)...)
			if code != 2 || out != "" || !strings.Contains(errors, " would ") || strings.Count(errors, "\n") != 1 {
				t.Errorf("%s, %s: exit code %d\n%s%s", args, written, code, errors, out)
			}
		}
	}
	if code, _, errors := runWith(t, "run", "tiny.yaml", "--log-file", "x", "--journal-path", "./x"); code != 2 || !strings.Contains(errors, "into the journal ./x; ") {
		t.Errorf("one file for both: exit code %d\n%s", code, errors)
	}
	if code, _, errors := runWith(t, "run", "tiny.yaml", "--journal-path", os.DevNull, "--log-file", os.DevNull); code != 4 {
		t.Errorf("a device: exit code %d\n%s", code, errors)
	}
	for name, before := range inputs {
		if after := contents(name); after != before || after == "" {
			t.Errorf("%s was changed:\n%s", name, after)
		}
	}
	for _, name := range []string{"new.log", "none.yaml", "python", "x", "journal.json"} {
		if text := contents(name); text != "" {
			t.Errorf("%s was written:\n%s", name, text)
		}
	}
}

// contents are those of a file, empty where there is none.
func contents(name string) string {
	text, _ := os.ReadFile(name)
	return string(text)
}

// Secrets are hidden in a log file, and what could steer a terminal is cleaned;
// nothing is cut. Text that does not fit any more is told once.
func TestTextOfLogFile(t *testing.T) {
	c, _, said := testConsole("never")
	c.mask.Learn(value.MapOf("a", "hunter2"))
	name := filepath.Join(t.TempDir(), "l.log")
	if err := (&session{console: c}).openLogFile(name); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("long ", 2000)
	slog.New(logHandler{c}).Debug("one\nhunter2 \x1b[2J" + long)
	text, _ := os.ReadFile(name)
	if m := fileLine.FindStringSubmatch(string(text[:strings.Index(string(text), "\n")+1])); m == nil || m[3] != "one" || !strings.HasPrefix(m[2], "[log_test:") {
		t.Errorf("%q", m)
	}
	if want := "\n    ***** ␛[2J" + long + "\n"; !strings.HasSuffix(string(text), want) || said.Len() > 0 {
		t.Errorf("%q\n%s", text, said)
	}
	c.closeFile()
	c.file = full{}
	slog.New(logHandler{c}).Warn("first")
	slog.New(logHandler{c}).Warn("second")
	if strings.Count(said.String(), "the log file ends here: no space left") != 1 || !strings.Contains(said.String(), "second") {
		t.Errorf("%s", said)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// A JSON log has the toolkit's keys in its order, on the console alone.
func TestLogFormat(t *testing.T) {
	project(t)
	code, out, errors := runWith(t, "--log-format", "json", "run", "--log-file", "l.log", "tiny.yaml")
	if code != 4 || !strings.Contains(out, "NO VERDICT") || strings.Contains(errors, "hunter2") {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
	keys := regexp.MustCompile(`^\{"process":\d+,"asctime":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}","levelname":"[A-Z]+","module":"[a-z_]+","lineno":\d+,"message":".*",` +
		`"context_id":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}","timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"\}\n$`)
	contexts := map[string]bool{}
	var messages []string
	for line := range strings.Lines(errors) {
		if !keys.MatchString(line) {
			t.Errorf("%s", line)
		}
		var entry struct {
			Levelname, Message string
			Context            string `json:"context_id"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		contexts[entry.Context] = true
		messages = append(messages, entry.Levelname+" "+entry.Message)
	}
	noFile := "[Errno 2] No such file or directory"
	if runtime.GOOS == "windows" {
		noFile = "[WinError 2] " + strings.TrimSuffix(syscall.Errno(2).Error(), ".")
	}
	for _, want := range []string{"INFO Running experiment: Tiny", "INFO Action: move", "ERROR   => failed: FileNotFoundError: " + noFile + ": '*****' -> 'x'", "INFO Experiment ended with status: completed"} {
		if !slices.Contains(messages, want) {
			t.Errorf("no %q in %q", want, messages)
		}
	}
	if !strings.HasPrefix(messages[1], `WARNING tiny.yaml:4:1: warning: the key 'tag' is not known`) || len(contexts) != 1 {
		t.Errorf("%q, %d contexts", messages, len(contexts))
	}
	if text, _ := os.ReadFile("l.log"); strings.Contains(string(text), "{") || strings.Contains(string(text), "hunter2") {
		t.Errorf("the log file:\n%s", text)
	}
	_, _, errors = runWith(t, "--log-format", "json", "validate", "none.yaml")
	if !keys.MatchString(errors) || !strings.Contains(errors, `"levelname":"ERROR","module":"cli","lineno":0,"message":"none.yaml: does not exist; `) {
		t.Errorf("%s", errors)
	}
}

// What the flag for versions says is true: it does nothing.
func TestNoVersionCheck(t *testing.T) {
	project(t)
	code, out, errors := runWith(t, "--no-version-check", "validate", "tiny.yaml")
	if code != 0 || out != "" || !strings.Contains(errors, "experiment syntax and semantic look valid") {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
}

// A setting that names no strategy stops a run before anything is done.
func TestSettingsWithUnknownStrategy(t *testing.T) {
	project(t)
	os.WriteFile("s.yaml", []byte("runtime: {hypothesis: {strategy: zzz}}"), 0o600)
	os.WriteFile("empty.yaml", nil, 0o600)
	code, out, errors := runWith(t, "run", "tiny.yaml", "--settings", "s.yaml")
	if code != 3 || out != "" || !strings.HasPrefix(errors, `s.yaml:1:34: there is no hypothesis strategy "zzz"; choose one of: default, `) {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
	if _, err := os.Stat("journal.json"); err == nil {
		t.Error("there is a journal")
	}
	_, _, plain := runWith(t, "validate", "tiny.yaml")
	if _, _, errors = runWith(t, "validate", "tiny.yaml", "--settings", "empty.yaml"); strings.Count(errors, "\n") != strings.Count(plain, "\n") {
		t.Errorf("empty settings:\n%s", errors)
	}
}

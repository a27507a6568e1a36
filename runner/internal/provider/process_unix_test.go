//go:build unix

package provider

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
)

// TestProcessRecorded needs sh and a few programs that every Unix has.
func TestProcessRecorded(t *testing.T) {
	here := t.TempDir()
	for name, text := range map[string]string{"say": "#!/bin/sh\necho \"$@\"\n", "bare": "echo no line says who reads this\n"} {
		if err := os.WriteFile(filepath.Join(here, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", here)
	t.Setenv("KIT_WORD", "word")
	replay(t, "testdata/process.json", map[string]string{"here": here})
}

// The shell's own words differ among shells, so they are not recorded.
func TestProcessWithoutItsProgram(t *testing.T) {
	output := must(t, providers(), activity("probe", "type", "process", "path", "no-such-program", "arguments", "x"))
	status, _ := output.Get("status")
	stderr, _ := output.Get("stderr")
	if status != int64(127) || !strings.Contains(stderr.(string), "None") {
		t.Errorf("got %s, want 127 from a shell that was given None", shown(output))
	}
	_, err := providers().Perform(t.Context(), activity("probe", "type", "process", "path", "no-such-program"))
	if err == nil || err.Error() != "path 'no-such-program' cannot be found, in activity 'a'; install the program, or write its full path" {
		t.Errorf("without a shell: %v", err)
	}
}

func TestProcessReadsOurInput(t *testing.T) {
	file := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(file, []byte("input"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	p := providers()
	for _, want := range []string{"", "input"} {
		if got, _ := must(t, p, activity("probe", "type", "process", "path", "cat")).Get("stdout"); got != want {
			t.Errorf("cat printed %q, want %q", got, want)
		}
		p.Stdin = in
	}
}

// A timeout ends what a shell started as well; the toolkit ends the shell alone.
func TestProcessTimeoutEndsTheWholeGroup(t *testing.T) {
	left := filepath.Join(t.TempDir(), "left")
	a := activity("probe", "type", "process", "path", "sleep", "arguments", "2; echo alive > "+left, "timeout", 0.1)
	start := time.Now()
	_, err := providers().Perform(t.Context(), a)
	var failed *experiment.Failed
	if !errors.As(err, &failed) || failed.Reason != "process activity took too long to complete" {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took > 1500*time.Millisecond {
		t.Errorf("it took %v to end", took)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("the shell's second command ran")
	}
}

func TestStoppingInterruptsAProcess(t *testing.T) {
	reason := errors.New("stopped by hand")
	ctx, stop := context.WithCancelCause(t.Context())
	time.AfterFunc(50*time.Millisecond, func() { stop(reason) })
	_, err := providers().Perform(ctx, activity("probe", "type", "process", "path", "sleep", "arguments", []any{"5"}, "timeout", int64(4)))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestProcessDebugLine(t *testing.T) {
	for want, arguments := range map[string]any{`['%s', 'a', '1']`: []any{"a", int64(1), nil}, `%s a 1`: "a 1"} {
		var log bytes.Buffer
		p := providers()
		p.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		must(t, p, activity("probe", "type", "process", "path", "true", "arguments", arguments))
		path, _ := Program("true")
		if want = "Running: " + strings.Replace(want, "%s", path, 1); !strings.Contains(log.String(), want) {
			t.Errorf("logged %q, want %q", log.String(), want)
		}
	}
}

func TestProgram(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	for name, mode := range map[string]os.FileMode{"program": 0o755, "text": 0o644} {
		if err := os.WriteFile(name, nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		path, name, want string
	}{
		{folder, "program", filepath.Join(folder, "program")},
		{"/nowhere:" + folder, "program", filepath.Join(folder, "program")},
		{"", "program", ""},
		{".", "program", "program"},
		{"", "./program", "./program"},
		{folder, "text", ""},
		{folder, "other", ""},
		{folder, "", ""},
		{folder, ".", ""},
		{folder, folder, ""},
	}
	for _, test := range tests {
		t.Setenv("PATH", test.path)
		if got, advice := Program(test.name); got != test.want || (advice == "") != (test.want != "") {
			t.Errorf("PATH=%s: %q is %q (%s), want %q", test.path, test.name, got, advice, test.want)
		}
	}
}

func TestProgramAdvice(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("script.sh", []byte("#!/bin/sh\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"./script.sh": "run chmod +x ./script.sh", "echo hello there": `the path, "echo", and the rest as the arguments: "hello there"`,
		"no-such one": "install the program", "no-such": "install the program", ".": "is a folder", "~/x": "~ has no meaning", "${p}/x": "not replaced",
	} {
		if found, got := Program(path); found != "" || !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
	for path, want := range map[string]string{"./script.sh": "; it is not executable: run chmod +x ./script.sh", "true x": `the arguments: "x"`} {
		if _, err := providers().Perform(t.Context(), activity("action", "type", "process", "path", path)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is run: got %v, want %q", path, err, want)
		}
	}
	for _, path := range []any{nil, int64(5)} {
		a := activity("action", "type", "process", "path", path, "arguments", "x")
		if _, err := providers().Perform(t.Context(), a); err == nil || !strings.Contains(err.Error(), "no path that is text") {
			t.Errorf("the path %v: got %v", path, err)
		}
	}
}

func TestExpandHome(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	for path, want := range map[string]string{"~": "/home/me", "~/bin/x": "/home/me/bin/x", "a~": "a~", "./~": "./~",
		"~no-such-user/x": "~no-such-user/x", "": ""} {
		if got := expandHome(path); got != want {
			t.Errorf("%q is %q, want %q", path, got, want)
		}
	}
}

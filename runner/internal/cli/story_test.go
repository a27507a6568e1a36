package cli

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// A step has one line, whatever came of it; secrets and controls of a terminal are not in it.
func TestTell(t *testing.T) {
	yes, no := true, false
	answer := value.MapOf("status", int64(500), "headers", value.MapOf(), "body", "internal\n\x1b[2J server hunter2\n")
	exists := value.MapOf("provider", value.MapOf("module", "os.path", "func", "exists", "arguments", value.MapOf("path", "f")))
	for want, c := range map[string]struct {
		part string
		run  verdict.Run
	}{
		"before    p: 500 internal ␛[2J server ***** (steady)":              {"before", verdict.Run{Output: answer, ToleranceMet: &yes}},
		"after     p: 500 internal ␛[2J server ***** (wanted 200 or *****)": {"after", verdict.Run{Output: answer, ToleranceMet: &no, Wanted: "200 or hunter2"}},
		"during    p: 7 (wanted 8)":                                         {"during", verdict.Run{Output: int64(7), ToleranceMet: &no, Wanted: "8"}},
		"after     p failed: no *****":                                      {"after", verdict.Run{Status: "failed", Reason: "no hunter2", ToleranceMet: &no}},
		"before    p: skipped":                                              {"before", verdict.Run{Skipped: true, ToleranceMet: &yes}},
		"fault     p: done":                                                 {"method", verdict.Run{Action: true}},
		"fault     the action 'p' ended with exit code 1":                   {"method", verdict.Run{Action: true, Unproven: "the action 'p' ended with exit code 1"}},
		"probe     p: true":                                                 {"method", verdict.Run{Output: true}},
		"proof     f is gone (the fault is on)":                             {"method", verdict.Run{Output: false, Proves: true, Activity: exists}},
		"proof     f is gone (the fault was on all the time)":               {"proof", verdict.Run{Output: false, Proves: true, Activity: exists}},
		"proof     p: wanted false, got true (the fault is not proven)":     {"proof", verdict.Run{Output: true, Proves: true, Unproven: "p: wanted false, got true"}},
		"undo      p: done":                                                 {"rollback", verdict.Run{Action: true}},
	} {
		console, out, said := testConsole("never")
		console.mask.Learn(value.MapOf("a", "hunter2"))
		c.run.Name = "p"
		if c.run.Status == "" {
			c.run.Status = "succeeded"
		}
		console.tell(c.part, &c.run)
		if got := said.String(); got != want+"\n" || out.Len() > 0 {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

// Before a step stands what it will do, in a sentence.
func TestAnnounce(t *testing.T) {
	http := value.MapOf("type", "http", "url", "http://h/", "method", "post")
	process := value.MapOf("type", "process", "path", "kill", "arguments", []any{"-9", int64(1)})
	python := value.MapOf("type", "python", "module", "os", "func", "rename", "arguments", value.MapOf("src", "a", "dst", "b"))
	for want, c := range map[string]struct {
		part       string
		activities []*value.Map
	}{
		"the runner checks if the system is steady before the fault: a asks POST http://h/ (tolerance [200, 503]), b": {"before", []*value.Map{
			value.MapOf("type", "probe", "name", "a", "provider", http, "tolerance", []any{int64(200), int64(503)}), value.MapOf("ref", "b")}},
		"the runner causes the fault: k runs kill ['-9', 1]":           {"method", []*value.Map{value.MapOf("type", "action", "name", "k", "provider", process)}},
		"the runner undoes the fault: m calls os.rename(a, b)":         {"rollback", []*value.Map{value.MapOf("type", "action", "name", "m", "provider", python)}},
		"the runner looks at the system: a asks GET http://h/":         {"method", []*value.Map{value.MapOf("type", "probe", "name", "a", "provider", value.MapOf("type", "http", "url", "http://h/"))}},
		"the runner proves that the fault was on all the time: *****!": {"proof", []*value.Map{value.MapOf("type", "probe", "name", "hunter2!", "tolerance", true)}},
	} {
		console, _, said := testConsole("never")
		console.mask.Learn(value.MapOf("a", "hunter2"))
		console.announce(3, c.part, c.activities)
		text := strings.Join(strings.Fields(said.String()), " ")
		if !strings.HasPrefix(text, "step 3 "+want+" ") && !strings.HasPrefix(text, "step 3 "+want+" (tolerance true) ") || !strings.Contains(text, "What do you expect? ") {
			t.Errorf("got  %q\nwant %q", text, want)
		}
	}
	for _, part := range []string{"before", "after", "proof", "rollback", "method"} {
		for _, proves := range []bool{true, false} {
			if words := chapters[evidence.Chapter(part, false, proves)]; words.next == "" || words.question == "" {
				t.Errorf("%s has no words", part)
			}
		}
	}
}

// A story leaves out what its steps tell, and keeps all other warnings and errors. A log
// file has everything.
func TestRetold(t *testing.T) {
	c, _, said := testConsole("never")
	var file strings.Builder
	c.story, c.level, c.file, c.atLeast = true, slog.LevelWarn, &file, slog.LevelDebug
	log := slog.New(logHandler{c})
	log.Debug("one")
	log.Info("two")
	log.Info("three", engine.InStory, "10 s, after p")
	log.Log(context.Background(), engine.LevelCritical, "four", engine.InStory, "")
	log.Warn("five")
	if got := said.String(); !strings.HasPrefix(got, "pause     10 s, after p\n[") || !strings.HasSuffix(got, "WARNING] five\n") || strings.Count(got, "\n") != 2 {
		t.Errorf("on the screen: %q", got)
	}
	if strings.Count(file.String(), "\n") != 5 {
		t.Errorf("in the file: %q", &file)
	}
}

// What takes long extends one line; whatever comes next begins another one.
func TestWaiting(t *testing.T) {
	c, out, said := testConsole("never")
	c.Waiting("building x", 1e9)
	c.Waiting("building x", 3100e6)
	c.result("a result")
	c.Say("x")
	if said.String() != "building x: 1 s 3 s\nx\n" || out.String() != "a result\n" {
		t.Errorf("%q, %q", said, out)
	}
	said.Reset()
	for second := time.Duration(10); second < 60; second += 2 {
		c.Waiting("a step", second*1e9)
	}
	if lines := strings.Split(said.String(), "\n"); len(lines) != 2 || len(lines[0]) > 80 || !strings.HasPrefix(lines[1], "  38 s 40 s ") {
		t.Errorf("a long one: %q", lines)
	}
	c.json = true
	c.Waiting("building y", 1e9)
	if strings.Contains(said.String(), "y") {
		t.Errorf("in a JSON log: %q", said)
	}
}

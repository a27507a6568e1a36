//go:build unix

package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// ownTarget writes a target of somebody's own, whose experiment takes the file away and then does more.
func ownTarget(t *testing.T, more, rollback string) (project string) {
	t.Helper()
	project = t.TempDir()
	if err := copyProject(project); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{
		"targets/own.yaml": `title: a service of somebody's own
build: [go, build, -buildvcs=false, -o, "${bin}/own", ./chapter5/service]
start: ["${bin}/own", --port, "${port}"]
ready: {url: "http://127.0.0.1:${port}/"}
environment: {EXCHANGE_PORT: "${port}"}
experiment: own.yaml
expect: deviated
`, "own.yaml": `title: is it there?
description: its file is moved away
configuration: {port: {type: env, key: EXCHANGE_PORT}}
steady-state-hypothesis:
  title: it answers
  probes: [{type: probe, name: answer, tolerance: 200, provider: {type: http, url: "http://localhost:${port}/"}}]
method:
  - {type: action, name: move, provider: {type: python, module: os, func: rename, arguments: {src: ./exchange.dat, dst: ./old}}}
  - {type: probe, name: gone, tolerance: false, provider: {type: python, module: os.path, func: exists, arguments: {path: ./exchange.dat}}}
  - ` + more + `
rollbacks:
  - {type: action, name: back, provider: {type: python, module: os, func: rename, arguments: {src: ` + rollback + `, dst: ./exchange.dat}}}
`} {
		if err := os.WriteFile(filepath.Join(project, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return project
}

// TestLiveStopped: a stop during an experiment is told as a demo tells it, with its exit code.
func TestLiveStopped(t *testing.T) {
	for rollback, want := range map[string]struct {
		code int
		told []string
	}{
		"./old":     {130, []string{"INTERRUPTED", "all rollbacks were played"}},
		"./nothing": {5, []string{"!!!!!!!!\nNOT UNDONE", "the rollback 'back' failed"}},
	} {
		project := ownTarget(t, `{type: probe, name: long, pauses: {before: 3600}, provider: {type: python, module: os, func: getcwd}}`, rollback)
		s := goLive(t, project, nil, "own", "--port", "0")
		s.press(t, "play")
		s.until(t, "the experiment is told while it is played", func(p onPage) bool { return p.Does == "own: proof, ./exchange.dat is gone (the fault is on)" })
		s.Process.Signal(syscall.SIGINT)
		if code := s.end(t); code != want.code {
			t.Errorf("exit code %d, want %d", code, want.code)
		}
		for _, text := range append(want.told, "report.html\n", "journal.json\n") {
			if !strings.Contains(s.out.String(), text) {
				t.Errorf("%q is missing in\n%s\n%s", text, s.out, s.said)
			}
		}
		if ended := strings.HasSuffix(s.said.String(), "stopped: the page and the services have ended\n"); ended != (want.code == 130) {
			t.Errorf("it ends with\n%s", s.said)
		}
		if pages, _ := filepath.Glob(filepath.Join(project, ".workshop/runs/*/report.html")); len(pages) != 1 {
			t.Errorf("pages %v", pages)
		}
	}
}

// TestLiveWithoutJournal: why there is no journal is said once, on the page too, and nobody reads it.
func TestLiveWithoutJournal(t *testing.T) {
	project := ownTarget(t, `{type: action, name: no place, provider: {type: process, path: mkdir, arguments: journal.json}}`, "./old")
	s := goLive(t, project, nil, "own", "--port", "0")
	s.press(t, "play")
	s.until(t, "the hint", func(p onPage) bool {
		return p.Lanes[0].Verdict == "deviated" && strings.HasSuffix(p.Does, "its journal could not be written")
	})
	s.Process.Signal(syscall.SIGINT)
	s.end(t)
	if said := s.said.String(); strings.Count(said, "runner: ") != 1 || !strings.Contains(said, "the journal could not be written") || !strings.Contains(said, "own: WEAKNESS FOUND") {
		t.Errorf("it says\n%s", said)
	}
}

// TestLiveEnded: a service that has ended gets no verdict, and the others are played.
func TestLiveEnded(t *testing.T) {
	project := t.TempDir()
	if err := copyProject(project); err != nil {
		t.Fatal(err)
	}
	s := goLive(t, project, nil, "weak", "resilient", "--port", "0")
	s.until(t, "both answer", func(p onPage) bool { return p.states() == "held, held" })
	s.press(t, "play")
	s.until(t, "both verdicts", func(p onPage) bool { return p.Lanes[0].Verdict == "deviated" && p.Lanes[1].Verdict == "held" })
	records, _ := filepath.Glob(filepath.Join(project, ".workshop/process-*.json"))
	for _, record := range records {
		var process struct {
			PID     int
			Command []string
		}
		if text, err := os.ReadFile(record); err != nil || json.Unmarshal(text, &process) != nil {
			t.Fatalf("%s: %v", record, err)
		}
		if filepath.Base(process.Command[0]) == "service" {
			syscall.Kill(process.PID, syscall.SIGKILL)
		}
	}
	s.until(t, "the end of a service", func(p onPage) bool { return p.Lanes[0].Last == "the service has ended" })
	s.until(t, "the file of the other one", func(p onPage) bool { return p.Lanes[1].Instead == "" })
	s.press(t, "play")
	s.until(t, "what to do", func(p onPage) bool {
		return p.Lanes[0].Verdict == "" && p.Does == "the service of weak has ended: stop live (q or Ctrl-C), and start it again"
	})
	s.until(t, "the other one is played", func(p onPage) bool {
		return p.Does == "the experiment was played with resilient" && p.Lanes[0].Verdict == ""
	})
	s.Process.Signal(syscall.SIGINT)
	s.end(t)
}

//go:build unix

package main_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/python"
)

// inCI are the commands of the docs that .ci/run runs, with the network or alone, and how it
// calls them: this test is part of one, and the others take long, some of them hours.
var inCI = map[string]string{
	"make test":        "make test",
	"make lint":        "make lint",
	"make conformance": "make conformance",
	"make prepare":     "make prepare",
	"make fuzz":        "make fuzz FUZZTIME=20s",
	"make soak":        "make soak SOAK_FLAGS=-short",
	"make demo-docker": "make demo-docker",
	"make bundle":      "make release", // which makes the bundle, too; and both need the history of git
	"make release":     "make release",

	"make demo-kubernetes CONTEXT=kind-kind": `.ci/kubernetes "$tools"`,
	"make demo-kubernetes":                   `.ci/kubernetes "$tools"`,

	"make fuzz FUZZTIME=20s":      "make fuzz FUZZTIME=20s",
	"make soak SOAK_FLAGS=-short": "make soak SOAK_FLAGS=-short",
}

// measuring takes long, and its figures are for people: the figure of a busy
// machine says nothing. That it measures is seen with one pair of runs.
const measuring = "make bench"

// TestCommandsInDocs runs every command that the README and the docs show, in a
// copy of the project, as after git clone. It compares what comes with the sessions.
func TestCommandsInDocs(t *testing.T) {
	ci, err := os.ReadFile(filepath.Join("..", ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	project := copyOfProject(t)
	ran := 0
	for _, command := range commandsInDocs(t) {
		switch {
		case *record:
		case needsPython(t, command):
		case command == measuring:
			measure(t, project)
		case inCI[command] != "":
			if !regexp.MustCompile(`(?m)^\t*(?:alone )?` + regexp.QuoteMeta(inCI[command]) + `$`).Match(ci) {
				t.Errorf("%q is neither run here nor in .ci/run", command)
			}
		default:
			ran++
			runInProject(t, project, command)
		}
	}
	if !*record {
		t.Run("in the chapter's folder", func(t *testing.T) { inChapterFolder(t, project) })
	}
	t.Run("sessions", func(t *testing.T) { sessionsInDocs(t, project) })
	if ran < 5 && !*record {
		t.Errorf("only %d commands were found in the docs", ran)
	}
}

// needsPython tells whether commands need Python, where there is none.
func needsPython(t *testing.T, commands string) bool {
	if !strings.Contains(commands, "IN=python") || python.Find(os.LookupEnv) != "" {
		return false
	}
	t.Logf("%q is not run: there is no Python here", commands)
	return true
}

// commandsInDocs are the lines of the blocks that are marked sh, and whatever
// the text names as `make ...`. Those of sessions are played with them.
func commandsInDocs(t *testing.T) []string {
	var commands, played []string
	for _, page := range pages(t) {
		for _, block := range fenced.FindAllStringSubmatch(page.text, -1) {
			if block[1] == "sh" {
				commands = append(commands, strings.Split(block[3], "\n")...)
			}
		}
		for _, inline := range regexp.MustCompile("(?:`|<code>)(make [^`<]+)(?:`|</code>)").FindAllStringSubmatch(page.text, -1) {
			commands = append(commands, inline[1])
		}
	}
	for _, page := range sessionPages {
		for _, typed := range regexp.MustCompile(`(?m)^\$ (.*)`).FindAllStringSubmatch(readPage(t, page.name), -1) {
			played = append(played, typed[1])
		}
	}
	var once []string
	for _, command := range commands {
		command, _, _ = strings.Cut(command, "#")
		if command = strings.TrimSpace(command); command != "" && !slices.Contains(once, command) && !slices.Contains(played, command) {
			once = append(once, command)
		}
	}
	return once
}

// runInProject runs a command that must end well. Those of the book's two
// terminals need each other.
func runInProject(t *testing.T, project, command string) {
	switch {
	case strings.HasPrefix(command, "make start-"):
		withService(t, project, command, func(string) {})
	case strings.HasPrefix(command, "make watch"):
		untilInterrupted(t, project, command, watching, func(string) {})
	case strings.HasPrefix(command, "make live"):
		untilInterrupted(t, project, command, regexp.MustCompile(`open this page in a (browser): http://127`), func(string) {})
	case strings.HasPrefix(command, ".workshop/bin/runner report"):
		mustSucceed(t, project, `make demo-weak && cp "$(ls .workshop/runs/*-weak/journal.json | head -n 1)" .workshop/journal.json && `+command)
	case strings.HasPrefix(command, "make init"):
		needsTerminal(t, project, command)
	case strings.HasPrefix(command, "make experiment FILE="):
		withOwnExperiment(t, project, command)
	case strings.HasPrefix(command, "make experiment"):
		withService(t, project, "make start-weak", func(port string) { mustSucceed(t, project, command+" PORT="+port) })
	default:
		mustSucceed(t, project, command)
	}
}

// mustSucceed runs a command of a shell, which must end with exit code 0.
func mustSucceed(t *testing.T, project, command string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir = project
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", command, err, out)
	}
}

// measure runs one pair of the chapter's rows. The copy of the project has no
// toolkit, which the table has to say.
func measure(t *testing.T, project string) {
	cmd := exec.CommandContext(t.Context(), "make", "bench", "BENCH_FLAGS=-benchtime 1x -bench Chapter")
	cmd.Dir = project
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("make bench: %v\n%s", err, out)
	}
	for _, row := range []string{
		`(?m)^the chapter's experiment, against a bare loop +\d+\.\d+ +\d.* at most 1\.4 +(ok|missed)$`,
		`(?m)^the chapter's experiment, against the toolkit +left out: .*make conformance installs it$`,
	} {
		if !regexp.MustCompile(row).Match(out) {
			t.Errorf("make bench has no line %s:\n%s", row, out)
		}
	}
}

func copyOfProject(t *testing.T) string {
	out, err := exec.Command("git", "-C", "..", "ls-files", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Fatalf("the project's files cannot be listed: %v", err)
	}
	project, err := os.MkdirTemp("", "") // its path is short: paths in sessions must fit into a line
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(project) })
	for name := range strings.Lines(string(out)) {
		name = strings.TrimSpace(name)
		text, err := os.ReadFile(filepath.Join("..", name))
		if os.IsNotExist(err) {
			continue // removed, and not committed yet
		}
		info, statErr := os.Stat(filepath.Join("..", name))
		if err != nil || statErr != nil {
			t.Fatal(err, statErr)
		}
		to := filepath.Join(project, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	if err := asItCame(project); err != nil {
		t.Fatal(err)
	}
	return project
}

//go:build unix

package main_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var record = flag.Bool("record", false, "write into the pages what their sessions show now, where that differs: go test ./runner -run TestCommandsInDocs -record")

// sessionPages are the pages with sessions, in the order in which they are played, and a program
// that each needs.
var sessionPages = []struct{ name, needs string }{
	{"README.md", "make"}, {"docs/targets.md", "python3"}, {"docs/workshop.md", "make"}, {"docs/instructor.md", "make"},
}

// sessionsInDocs types what the sessions of these pages show, in a copy of the project that gets
// the files of the pages.
func sessionsInDocs(t *testing.T, project string) {
	caches := goEnv(t, "GOCACHE", "GOMODCACHE")
	t.Setenv("GOCACHE", caches[0])
	t.Setenv("GOMODCACHE", caches[1])
	mustSucceed(t, project, "make stop") // builds the runner
	t.Run("recording", func(t *testing.T) { compareRecording(t, project) })
	for _, page := range sessionPages {
		t.Run(page.name, func(t *testing.T) {
			if _, err := exec.LookPath(page.needs); err != nil {
				t.Skipf("%s is not installed", page.needs)
			}
			before := readPage(t, page.name)
			after := playPage(t, project, before)
			if !*record || t.Failed() || after == before {
				return
			}
			if err := os.WriteFile(filepath.Join("..", page.name), []byte(after), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// playPage plays the sessions of a page, as a learner would who begins with it. It returns the page
// with what they show now. These words may stand behind console:
//   - terminal=1: the session goes on while the next block is played, which has terminal=2
//   - solved=N: before it, the learner has solved exercise N
//   - port=free: the usual port may be in use on this computer
func playPage(t *testing.T, project, page string) string {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(project, ".workshop", "kept")); err != nil {
		t.Fatal(err)
	}
	if err := asItCame(project); err != nil {
		t.Fatal(err)
	}
	blocks := fenced.FindAllStringSubmatch(page, -1)
	for _, block := range blocks {
		if name := attributes(block[2])["file"]; name != "" {
			if err := os.WriteFile(filepath.Join(project, name), []byte(block[3]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	played := 0
	replace := func(block []string, shown string) {
		played++
		page = strings.Replace(page, block[0], strings.TrimSuffix(block[0], block[3]+"```")+shown+"```", 1)
	}
	for i, block := range blocks {
		about := attributes(block[2])
		if block[1] != "console" || about["terminal"] == "2" || needsPython(t, block[3]) {
			continue
		}
		if number := about["solved"]; number != "" {
			solve(t, project, number)
		}
		if about["terminal"] == "1" {
			command, shown, _ := strings.Cut(strings.TrimPrefix(block[3], "$ "), "\n")
			said := withService(t, project, command, func(port string) {
				replace(blocks[i+1], playSession(t, project, blocks[i+1][3], port))
			})
			replace(block, "$ "+command+"\n"+compared(t, command, said, shown))
			continue
		}
		port := ""
		if about["port"] == "free" {
			port = freePort(t)
		}
		replace(block, playSession(t, project, block[3], port))
	}
	if played == 0 {
		t.Error("the page shows no session")
	}
	return page
}

// playSession types the commands of a session in a folder, on a port if it is not empty, and
// returns the session with what they show now.
func playSession(t *testing.T, folder, session, port string) string {
	t.Helper()
	var after strings.Builder
	for _, part := range regexp.MustCompile(`(?m)^\$ `).Split(session, -1)[1:] {
		command, shown, _ := strings.Cut(part, "\n")
		line := command
		if port != "" {
			line += " PORT=" + port
		}
		said, _ := typed(t, folder, "", line)
		after.WriteString("$ " + command + "\n" + compared(t, command, said, shown))
	}
	return after.String()
}

// waits are the lines that tell how long something takes: a fast machine shows none.
const waits = `(?m)^((building|playing exercise) .*|[a-z][-a-z0-9 ]*:( \d+ s)+)\n(  \d+ s.*\n)*`

// changing is what differs from run to run: times, ports, folders of runs.
var changing = []struct{ form, mask string }{
	{`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d{6})?`, "TIME"},
	{`\d\d:\d\d:\d\d`, "TIME"},
	{`\(\d+\.\d\d ms\)`, "(MS)"},
	{` +\d+\.\d s\b`, " S"},
	{`in \d+ s\b`, "in S"},
	{`(port |localhost:)\d+`, "${1}PORT"},
	{` PORT=\d+`, ""},
	{`/\S+(/\.workshop/(journal\.json|report\.html))`, "FOLDER$1"},
	{`((?:runs|kept)/)\d{8}-\d{6}(-(?:\d-)?[a-z]+(?:-[a-z]+)*)(-\d+)?`, "$1$2"},
	{`(?m)^port PORT is taken.*\n`, ""}, // by another program of this machine
	{waits, ""},
}

func masked(text string) string {
	for _, c := range changing {
		text = regexp.MustCompile(c.form).ReplaceAllString(text, c.mask)
	}
	return text
}

// compared compares what a command said with what the page shows, but for what changes; a line of
// three dots stands for any lines. A service's lines may come a little before or after the runner's, so
// they are compared apart, where the page shows them. It returns what the page should show.
func compared(t *testing.T, command, said, shown string) string {
	t.Helper()
	saidLane, saidRest := lane(masked(said))
	shownLane, shownRest := lane(masked(shown))
	var pattern strings.Builder
	for line := range strings.Lines(shownRest) {
		if line == "...\n" {
			pattern.WriteString(`(?:.*\n)*`)
		} else {
			pattern.WriteString(regexp.QuoteMeta(line))
		}
	}
	switch {
	case (shownLane == "" || shownLane == saidLane) && regexp.MustCompile(`\A`+pattern.String()+`\z`).MatchString(saidRest):
	case *record:
		return recorded(said, shown)
	default:
		t.Errorf("$ %s\n%s\nthe page shows:\n%s(if the page is old: go test ./runner -run TestCommandsInDocs -record)", command, said, shown)
	}
	return shown
}

// recorded is what a command said, as a page shows it. Three dots stay where they are: the lines before
// the first ones are as many as they were, the lines behind some begin with the same line.
func recorded(said, shown string) string {
	for _, c := range []struct{ form, usual string }{
		{`(?m)^port \d+ is taken.*\n`, ""}, {waits, ""}, {`(port |localhost:)\d+`, "${1}8080"}, {` PORT=\d+`, ""},
		{`/\S+(/\.workshop/(journal\.json|report\.html))`, "/home/you/workshop$1"},
	} {
		said = regexp.MustCompile(c.form).ReplaceAllString(said, c.usual)
	}
	parts := strings.Split("\n"+shown, "\n...\n")
	if len(parts) == 1 {
		return said
	}
	lines := slices.Collect(strings.Lines(said))
	at := min(strings.Count(parts[0], "\n"), len(lines))
	after := slices.Clone(lines[:at])
	for i, part := range parts[1:] {
		after = append(after, "...\n")
		if part == "" {
			continue
		}
		old := slices.Collect(strings.Lines(part))
		first := masked(strings.TrimSuffix(old[0], "\n") + "\n")
		if found := slices.IndexFunc(lines[at:], func(line string) bool { return masked(line) == first }); found >= 0 {
			at += found
		} else {
			at = max(at, len(lines)-len(old))
		}
		to := min(at+len(old), len(lines))
		if i == len(parts)-2 {
			to = len(lines)
		}
		after = append(after, lines[at:to]...)
		at = to
	}
	return strings.Join(after, "")
}

// lane parts the lines of a demo's service from the others.
func lane(text string) (service, rest string) {
	form := regexp.MustCompile(`(?m)^[a-z]+ +\| .*\n`)
	return strings.Join(form.FindAllString(text, -1), ""), form.ReplaceAllString(text, "")
}

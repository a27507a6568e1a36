//go:build unix

package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// example is one experiment of docs/experiments.md, and the sessions with it
// that the page shows.
type example struct {
	name     string
	verdict  string // a word of the journal's, or invalid
	env      string // KEY=VALUE, where it needs one
	needs    string // a program that may be missing
	sessions []string
}

// examplePage is the page: examples in their order, and the files that each of
// them finds in its folder.
type examplePage struct {
	examples []*example
	files    map[string]string
}

// fenced is a block of a page: its language, what else is said about it, and its text.
var fenced = regexp.MustCompile("(?ms)^```(\\w+)(?: ([^\\n]*))?\\n(.*?)^```$")

func readExamples(t *testing.T) examplePage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "experiments.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := examplePage{files: map[string]string{}}
	for _, block := range fenced.FindAllStringSubmatch(string(text), -1) {
		language, info, content := block[1], attributes(block[2]), block[3]
		switch {
		case info["experiment"] != "":
			page.files[info["experiment"]] = content
			page.examples = append(page.examples, &example{name: info["experiment"], verdict: info["verdict"], env: info["env"], needs: info["needs"]})
		case info["file"] != "":
			for name := range strings.SplitSeq(info["file"], ",") {
				page.files[name] = content
			}
		case language == "console":
			last := page.examples[len(page.examples)-1]
			last.sessions = append(last.sessions, content)
		case language != "sh":
			t.Errorf("nobody tries this block:\n%s", block[0])
		}
	}
	return page
}

// TestExperimentsInDocs runs every experiment of docs/experiments.md, and types
// what its sessions show.
func TestExperimentsInDocs(t *testing.T) {
	page := readExamples(t)
	if len(page.examples) < 15 {
		t.Errorf("the page has only %d examples", len(page.examples))
	}
	for _, e := range page.examples {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(e.needs); e.needs != "" && err != nil {
				t.Skipf("%s is not installed; the conformance cases show what Python functions and controls do", e.needs)
			}
			page.conclude(t, e)
			for _, session := range e.sessions {
				if now := playSession(t, page.folder(t), session, ""); now != session { // only with -record
					t.Errorf("please write into the page:\n%s", now)
				}
			}
		})
	}
}

// conclude runs an example and compares how it ends.
func (p examplePage) conclude(t *testing.T, e *example) {
	codes := map[string]int{"held": 0, "explored": 0, "deviated": 1, "invalid": 3, "no-verdict": 4, "not-undone": 5}
	want, known := codes[e.verdict]
	if !known {
		t.Fatalf("there is no verdict %q", e.verdict)
	}
	folder, shop := p.folder(t), ""
	if e.name == "shop.yaml" || e.name == "body.json" {
		shop = newShop(t, folder)
	}
	said, code := typed(t, folder, shop, strings.TrimSpace(e.env+" runner run "+e.name))
	if code != want {
		t.Errorf("exit code %d, want %d\n%s", code, want, said)
	}
	text, err := os.ReadFile(filepath.Join(folder, "journal.json"))
	if e.verdict == "invalid" && os.IsNotExist(err) {
		return
	}
	var journal struct{ Verdict struct{ Word string } }
	if err := errors.Join(err, json.Unmarshal(text, &journal)); err != nil || journal.Verdict.Word != e.verdict {
		t.Errorf("verdict %q, want %q: %v\n%s", journal.Verdict.Word, e.verdict, err, said)
	}
}

func (p examplePage) folder(t *testing.T) string {
	folder := t.TempDir()
	for name, text := range p.files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// typed is what a terminal would show of a command, and its exit code.
func typed(t *testing.T, folder, shop, command string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // make rehearse plays everything
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "PATH="+programs+string(filepath.ListSeparator)+os.Getenv("PATH"),
		"HOME="+folder, "NO_COLOR=1", "PYTHONDONTWRITEBYTECODE=1", "SHOP_URL="+shop)
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v\n%s", command, err, said)
	}
	return string(said), cmd.ProcessState.ExitCode()
}

func attributes(info string) map[string]string {
	all := map[string]string{}
	for field := range strings.FieldsSeq(info) {
		key, v, _ := strings.Cut(field, "=")
		all[key] = v
	}
	return all
}

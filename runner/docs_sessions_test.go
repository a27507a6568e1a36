//go:build unix

package main_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sessionsInDocs types what the sessions of the README and of docs/targets.md show, in a copy
// of the project that gets the files of these pages.
func sessionsInDocs(t *testing.T, project string) {
	mustSucceed(t, project, "make stop") // builds the runner
	for page, needs := range map[string]string{"README.md": "make", "docs/targets.md": "python3"} {
		t.Run(page, func(t *testing.T) {
			if _, err := exec.LookPath(needs); err != nil {
				t.Skipf("%s is not installed", needs)
			}
			played := 0
			blocks := fenced.FindAllStringSubmatch(readPage(t, page), -1)
			for _, block := range blocks {
				if name := attributes(block[2])["file"]; name != "" {
					if err := os.WriteFile(filepath.Join(project, name), []byte(block[3]), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, block := range blocks {
				if block[1] == "console" {
					compareSession(t, project, block[3])
					played++
				}
			}
			if played == 0 {
				t.Error("the page shows no session")
			}
		})
	}
}

// TestKeysOfTargets compares the tables of docs/targets.md with the schema.
func TestKeysOfTargets(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("internal", "schema", "target.json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Required   []string
		Properties map[string]any
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	page, described := readPage(t, "docs/targets.md"), map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| (yes)? ?\\|").FindAllStringSubmatch(page, -1) {
		described[row[1]] = true
		if required := row[2] == "yes"; required != slices.Contains(schema.Required, row[1]) {
			t.Errorf("%s is required: %v", row[1], required)
		}
	}
	for key := range schema.Properties {
		if !described[key] {
			t.Errorf("the page has no row for %s", key)
		}
		delete(described, key)
	}
	for key := range described {
		t.Errorf("a target has no key %s", key)
	}
	compareWords(t, page, "(?m)^\\| `\\$\\{([a-z]+)\\}` \\|", string(text), "text")
	compareWords(t, page, "(?m)^\\| `\\$\\{([a-z]+)\\}` \\|.*\\| yes \\|$", string(text), "buildText")
}

// compareWords compares the words that a form finds in the page with those that a
// definition of the schema allows as ${word}.
func compareWords(t *testing.T, page, form, schema, definition string) {
	t.Helper()
	found := regexp.MustCompile(`"` + definition + `": \{\s+.*\n.*\(\?:([a-z|]+)\)`).FindStringSubmatch(schema)
	if found == nil {
		t.Fatalf("the schema has no %s with words", definition)
	}
	var words []string
	for _, row := range regexp.MustCompile(form).FindAllStringSubmatch(page, -1) {
		words = append(words, row[1])
	}
	if want := strings.Split(found[1], "|"); !slices.Equal(words, want) {
		t.Errorf("the page has the words %v, and the schema %v", words, want)
	}
}

func readPage(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// changing is what differs from run to run: times, ports, folders of runs.
var changing = []struct{ form, mask string }{
	{`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{6})?`, "TIME"},
	{`\d\d:\d\d:\d\d`, "TIME"},
	{`\(\d+\.\d\d ms\)`, "(MS)"},
	{`(port |localhost:)\d+`, "${1}PORT"},
	{`((?:runs|kept)/)\d+-\d+(-[a-z]+)(-\d+)?`, "$1$2"},
	{`(?m)^port PORT is taken.*\n`, ""}, // by another program of this machine
	{`(?m)^building .*\n`, ""},          // on a slow machine
}

func masked(text string) string {
	for _, c := range changing {
		text = regexp.MustCompile(c.form).ReplaceAllString(text, c.mask)
	}
	return text
}

// compareSession types the commands of a session in a folder. What comes is what the page shows, but
// for what changes; a line of three dots stands for any lines. A service's lines may come a
// little before or after the runner's, so they are compared apart, where the page shows them.
func compareSession(t *testing.T, folder, session string) {
	t.Helper()
	for _, part := range regexp.MustCompile(`(?m)^\$ `).Split(session, -1)[1:] {
		command, shown, _ := strings.Cut(part, "\n")
		said, _ := typed(t, folder, "", command)
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
		if shownLane != "" && shownLane != saidLane || !regexp.MustCompile(`\A`+pattern.String()+`\z`).MatchString(saidRest) {
			t.Errorf("$ %s\n%s\nthe page shows:\n%s", command, said, shown)
		}
	}
}

// lane parts the lines of a demo's service from the others.
func lane(text string) (service, rest string) {
	form := regexp.MustCompile(`(?m)^[a-z]+ +\| .*\n`)
	return strings.Join(form.FindAllString(text, -1), ""), form.ReplaceAllString(text, "")
}

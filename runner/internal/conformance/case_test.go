//go:build unix

package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// The names in an archive that are about the case and not part of its folder.
const (
	toolkitFile = "toolkit.json"
	oursFile    = "ours.json"
	verdictFile = "verdict.json"
)

// Case is one experiment with all that surrounds it, and what came of it.
// testdata/README.md describes how it is written.
type Case struct {
	Name          string // the file's name without .txtar
	About         string // what it shows, one line
	Command       string // run or validate
	Needs         string // features beyond the basics, or "basic"
	Args          []string
	Settings      string
	Source        string // the experiment's file or address; "-" for none
	Env           []string
	Signals       []Signal
	Observe       []string
	BOM           string
	Log           string // "", "set" or "none"
	NoDuring      bool
	Unordered     bool   // entries of run and rollbacks in the order of their JSON
	ReferenceOnly string // why the case says nothing of our runner

	Files   []txtar.File // of the folder, the server's address still to be filled in
	Toolkit Outcome      // nil before it is recorded
	Ours    Outcome      // nil where ours does as the toolkit does
	Verdict Verdict
	Mutated bool // controls change what the verdict is made of; only for random cases

	path    string
	archive *txtar.Archive
}

// Verdict is what our runner owes.
type Verdict struct {
	Word     string   `json:"word,omitempty"`
	Exit     int      `json:"exit"`
	Mentions []string `json:"mentions,omitempty"` // texts that its output must contain
}

// Signal is sent to the program once a file exists, and a while has passed.
type Signal struct {
	Name  string // as INT, TERM
	When  string
	Delay time.Duration
}

// Load reads every case, in the order of their names.
func Load(t *testing.T) []*Case {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "cases", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no cases: %v", err)
	}
	cases := make([]*Case, len(paths))
	for i, path := range paths {
		if cases[i], err = loadCase(path); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return cases
}

func loadCase(path string) (*Case, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	c := &Case{Name: strings.TrimSuffix(filepath.Base(path), ".txtar"), Command: "run", path: path, archive: archive}
	about, header, _ := strings.Cut(string(archive.Comment), "\n")
	c.About = about
	for line := range strings.Lines(header) {
		key, text, _ := strings.Cut(strings.TrimSpace(line), ":")
		if err := c.readKey(key, strings.TrimSpace(text)); err != nil {
			return nil, fmt.Errorf("header line %q: %w", line, err)
		}
	}
	for _, file := range archive.Files {
		switch file.Name {
		case toolkitFile:
			err = decode(file.Data, &c.Toolkit)
		case oursFile:
			err = decode(file.Data, &c.Ours)
		case verdictFile:
			err = json.Unmarshal(file.Data, &c.Verdict)
		default:
			if strings.HasPrefix(file.Name, "experiment.") && c.Source == "" {
				c.Source = file.Name
			}
			c.Files = append(c.Files, file)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return c, nil
}

func (c *Case) readKey(key, text string) (err error) {
	one := map[string]*string{"command": &c.Command, "needs": &c.Needs, "settings": &c.Settings,
		"source": &c.Source, "bom": &c.BOM, "log": &c.Log, "reference_only": &c.ReferenceOnly}
	many := map[string]*[]string{"flag": &c.Args, "env": &c.Env, "observe": &c.Observe}
	switch {
	case one[key] != nil:
		*one[key] = text
	case many[key] != nil:
		*many[key] = append(*many[key], text)
	case key == "flags":
		c.Args = append(c.Args, strings.Fields(text)...)
	case key == "during" && text == "none":
		c.NoDuring = true
	case key == "order" && text == "none":
		c.Unordered = true
	case key == "signal":
		var s Signal
		var delay string
		if _, err = fmt.Sscanf(text, "%s when=%s delay=%s", &s.Name, &s.When, &delay); err == nil {
			s.Delay, err = time.ParseDuration(delay)
		}
		c.Signals = append(c.Signals, s)
	case key != "topic" && key != "":
		err = fmt.Errorf("unknown key or value")
	}
	return err
}

// save writes the case with outcome as its recorded one.
func (c *Case) save(outcome Outcome) error {
	data := outcome.format()
	i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == toolkitFile })
	if i < 0 {
		i = len(c.archive.Files)
		c.archive.Files = append(c.archive.Files, txtar.File{Name: toolkitFile})
	}
	c.archive.Files[i].Data = data
	return os.WriteFile(c.path, txtar.Format(c.archive), 0o644)
}

// complaints says what is wrong with a case itself.
func (c *Case) complaints(rows string) (list []string) {
	complain := func(is bool, text string) {
		if is {
			list = append(list, text)
		}
	}
	word, exit := c.Verdict.Word, c.Verdict.Exit
	exits := map[string]int{"held": 0, "explored": 0, "deviated": 1, "no-verdict": 4, "not-undone": 5}
	want, known := exits[word]
	name, _ := c.Ours["difference"].(string)
	complain(c.Toolkit == nil, "the toolkit's outcome is not recorded: see TestReplay's -record")
	complain(word == "" && exit != 2 && exit != 3 && (exit != 0 || c.Command == "run"), "its exit code has no verdict")
	complain(word == "interrupted" && exit <= 128 || known && want != exit || word != "" && word != "interrupted" && !known, "the verdict does not fit the exit code")
	complain(!strings.HasSuffix(c.About, ".") || c.Source == "" || c.Needs == "", "a sentence, an experiment, or needs is missing")
	complain(c.Toolkit["crash"] != nil && exit < 2 && c.Ours == nil, "the toolkit crashes, ours does not, and ours.json does not say so")
	complain(c.Ours != nil && (name == "" || !strings.Contains(rows, "`"+name+"`")), "docs/differences.md has no row "+name)
	return list
}

// TestCases checks the cases themselves, without running any.
func TestCases(t *testing.T) {
	rows, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "differences.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := Load(t)
	for _, c := range all {
		for _, complaint := range c.complaints(string(rows)) {
			t.Errorf("%s: %s", c.Name, complaint)
		}
	}
	for n := 1; n <= 36; n++ {
		if name := fmt.Sprintf("quirk-%02d-", n); !slices.ContainsFunc(all, func(c *Case) bool { return strings.HasPrefix(c.Name, name) }) {
			t.Errorf("no case shows %s", name)
		}
	}
}

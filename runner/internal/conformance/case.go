package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
type Case struct {
	Name          string // the file's name without .txtar
	About         string // what it shows, one line
	Command       string // run or validate
	Needs         string // a feature beyond the basics, or "basic"
	Topic         string
	Args          []string // flags of the command
	Settings      string
	Source        string // the experiment's file or address
	Env           []string
	Signals       []Signal
	Observe       []string
	BOM           string
	Log           string // "", "set" or "none"
	NoDuring      bool
	Unordered     bool // entries of run and rollbacks in the order of their JSON
	ReferenceOnly string

	Files   []txtar.File // of the folder, the address of the server still to be filled in
	Toolkit Outcome      // nil before it is recorded
	Ours    Outcome      // nil where ours does as the toolkit does
	Verdict Verdict

	path    string
	archive *txtar.Archive
}

// Verdict is what our runner owes.
type Verdict struct {
	Word     string   `json:"word,omitempty"`
	Exit     int      `json:"exit"`
	Mentions []string `json:"mentions,omitempty"`
}

// Signal is sent to the program once a file exists, and a while has passed.
type Signal struct {
	Name  string // as INT, TERM
	When  string
	Delay time.Duration
}

// Load reads every case of a folder, in the order of their names.
func Load(folder string) ([]*Case, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil {
		return nil, err
	}
	cases := make([]*Case, 0, len(paths))
	for _, path := range paths {
		c, err := loadCase(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func loadCase(path string) (*Case, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	c := &Case{
		Name: strings.TrimSuffix(filepath.Base(path), ".txtar"), Command: "run",
		path: path, archive: archive,
	}
	if err := c.readHeader(string(archive.Comment)); err != nil {
		return nil, err
	}
	for _, file := range archive.Files {
		if err := c.readFile(file); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return c, c.check()
}

func (c *Case) readFile(file txtar.File) error {
	switch file.Name {
	case toolkitFile:
		return decode(file.Data, &c.Toolkit)
	case oursFile:
		return decode(file.Data, &c.Ours)
	case verdictFile:
		return json.Unmarshal(file.Data, &c.Verdict)
	}
	if strings.HasPrefix(file.Name, "experiment.") && c.Source == "" {
		c.Source = file.Name
	}
	c.Files = append(c.Files, file)
	return nil
}

func (c *Case) check() error {
	switch {
	case c.About == "":
		return fmt.Errorf("the first line does not say what the case shows")
	case c.Command != "run" && c.Command != "validate":
		return fmt.Errorf("command %q is neither run nor validate", c.Command)
	case c.Source == "":
		return fmt.Errorf("there is no experiment")
	case c.Needs == "" || c.Topic == "":
		return fmt.Errorf("the keys needs and topic are required")
	case c.Ours != nil && c.Ours["difference"] == nil:
		return fmt.Errorf("%s names no difference", oursFile)
	}
	return nil
}

// save writes the case back with outcome as its recorded one.
func (c *Case) save(outcome Outcome) error {
	data := outcome.format()
	for i := range c.archive.Files {
		if c.archive.Files[i].Name == toolkitFile {
			c.archive.Files[i].Data = data
			return os.WriteFile(c.path, txtar.Format(c.archive), 0o644)
		}
	}
	c.archive.Files = append(c.archive.Files, txtar.File{Name: toolkitFile, Data: data})
	return os.WriteFile(c.path, txtar.Format(c.archive), 0o644)
}

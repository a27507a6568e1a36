package exercise

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"chaosworkshop.example/runner/internal/problem"
)

// Progress is what a learner has done so far. It is kept in a file of the project.
type Progress struct {
	Solved    map[string]bool   // by the key of the exercise
	Predicted map[string]string // what the learner said, in words; empty for an answer that was left out
	Hint      struct {          // the last hint that was shown
		Exercise, State string
		Step            int
	}

	file string
}

// LoadProgress reads the progress of a project. Without one, nothing is solved.
func LoadProgress(root string) (*Progress, error) {
	p := &Progress{Solved: map[string]bool{}, Predicted: map[string]string{}, file: filepath.Join(root, ".workshop", "kept", "progress.json")}
	text, err := os.ReadFile(p.file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(text, p)
	}
	if err != nil {
		return nil, problem.Wrap(problem.Invalid, err, "your progress cannot be read: "+p.file, "remove this file: solved exercises are found again when they are played")
	}
	return p, nil
}

// Save writes the progress. The file is whole at each moment.
func (p *Progress) Save() error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(p.file), 0o755)
	}
	if err == nil {
		err = os.WriteFile(p.file+".new", append(text, '\n'), 0o644)
	}
	if err == nil {
		err = os.Rename(p.file+".new", p.file)
	}
	if err != nil {
		return problem.Wrap(problem.NoVerdict, err, "your progress cannot be kept", "check free space and permissions of the project's folder")
	}
	return nil
}

// Current is the first exercise that is not solved; nil where all are.
func (p *Progress) Current(all []*Exercise) *Exercise {
	for _, e := range all {
		if !p.Solved[e.Key()] {
			return e
		}
	}
	return nil
}

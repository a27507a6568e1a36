package exercise

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
)

// Progress is what a learner has done so far. It is kept in a file of the project.
type Progress struct {
	Solved    map[string]bool   // by the key of the exercise
	Predicted map[string]string // by its name: what the learner said, in words; empty for an answer that was left out
	Saw       map[string]string // what came of the file as it was at the start
	Hint      struct {          // the last hint that was shown
		Exercise, State, Message string // the latter of a file that cannot be played
		Step                     int
	}

	file string
}

// LoadProgress reads the progress of a project. Without one, nothing is solved.
func LoadProgress(root string) (*Progress, error) {
	p := &Progress{file: filepath.Join(root, ".workshop", "kept", "progress.json")}
	return p, p.read()
}

func (p *Progress) read() error {
	now := Progress{Solved: map[string]bool{}, Predicted: map[string]string{}, Saw: map[string]string{}, file: p.file}
	text, err := original.Read(p.file)
	if err == nil {
		err = json.Unmarshal(text, &now)
	}
	if err == nil && (now.Solved == nil || now.Predicted == nil || now.Saw == nil) {
		err = errors.New("a part is null")
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return problem.Wrap(problem.Invalid, err, "your progress cannot be read: "+p.file, "remove this file, and play your solved exercises again: they are found solved")
	}
	*p = now
	return nil
}

// Change changes the progress and writes it. What another runner has written meanwhile stays, and
// the file is whole at each moment.
func (p *Progress) Change(change func()) error {
	err := os.MkdirAll(filepath.Dir(p.file), 0o755)
	if err == nil {
		if err := p.read(); err != nil {
			return err
		}
		change()
		var text []byte
		if text, err = json.MarshalIndent(p, "", "  "); err == nil {
			err = atomicfile.WriteFile(p.file, append(text, '\n'), 0o644)
		}
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

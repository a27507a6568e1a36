// Package exercise has the exercises of the workshop: what is played, what is wanted, which
// hint fits, and what was solved. It reads chapter5/exercises, and plays nothing itself.
package exercise

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
)

// Exercise is one exercise, as its file exercise.yaml has it. All paths begin at the
// project's folder.
type Exercise struct {
	Number   int    `yaml:"-"`
	Name     string `yaml:"-"` // of its folder, as in 3-emptied
	Language string `yaml:"-"` // of the learner's file: go or python

	Title   string
	Kind    string // repair, catch or experiment
	Task    string
	Look    string   // where to look first
	Place   string   // where to look once the learner's file is changed
	Learned string   // what one knows after it
	Not     []string // the systems (GOOS) on which it cannot be played
	Files   map[string]Files
	Given   []string          // experiments that must be as they came, with an original
	Uses    []string          // other files that must be as they came: see GivenChanged
	Setup   map[string]string // files that a run finds in its folder
	Predict struct {
		Question string
		Choices  []string
	}
	Plays []Play
	Hints []Hint

	sums []byte // of chapter5/exercises/SHA256SUMS
}

// Files are the file that the learner changes, the same as it came, and a solution.
type Files struct{ Edit, Original, Solution string }

// Play is one experiment on one target, and what it should show.
type Play struct {
	Name       string // empty where an exercise has one play
	Target     string
	Experiment string
	Verdict    string // held or deviated; measured for either of them
	Before     []Answer
	After      []Answer // each of them is right
	Fault      string   // gone: the file must be away for a time; replaced: by what is no file, and undone at the end
	Wanted     string   // in words
}

// Load reads all exercises of a project for a language, go or python, in their order. Those
// that cannot be played on this system are left out.
func Load(root, language string) ([]*Exercise, error) {
	folder := filepath.Join(root, "chapter5", "exercises")
	var common []Hint
	if err := read(filepath.Join(folder, "hints.yaml"), &common); err != nil {
		return nil, err
	}
	if len(common) < 2 {
		return nil, damaged(filepath.Join(folder, "hints.yaml"))
	}
	sums, err := original.Read(filepath.Join(folder, "SHA256SUMS"))
	if err != nil {
		return nil, unreadable(err, filepath.Join(folder, "SHA256SUMS"))
	}
	names, err := fs.Glob(os.DirFS(folder), "[0-9]*-*")
	if err != nil || len(names) == 0 {
		return nil, problem.New(problem.Invalid, "there are no exercises in "+folder, "get the project again, from where it came")
	}
	var all []*Exercise
	for _, name := range names {
		file := filepath.Join(folder, name, "exercise.yaml")
		e := &Exercise{Name: name, Language: language, sums: sums}
		if err := read(file, e); err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(e.Name, "-")
		if e.Number, err = strconv.Atoi(number); err != nil {
			return nil, problem.New(problem.Invalid, "the folder "+e.Name+" does not begin with the number of the exercise", "name it as in 3-emptied")
		}
		if len(e.Plays) == 0 || len(e.Hints) == 0 || e.Learner().Edit == "" {
			return nil, damaged(file)
		}
		e.Hints = e.inOrder(common)
		if language != "go" {
			for i, play := range e.Plays {
				other := strings.TrimSuffix(play.Target, ".yaml") + "-" + language + ".yaml"
				isLearners := e.Kind == "repair" || strings.HasPrefix(other, "targets/")
				if _, err := os.Stat(filepath.Join(root, other)); err == nil && isLearners {
					e.Plays[i].Target = other
				}
			}
		}
		if !slices.Contains(e.Not, runtime.GOOS) {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b *Exercise) int { return cmp.Compare(a.Number, b.Number) })
	return all, nil
}

func damaged(file string) error {
	return problem.New(problem.Invalid, "a part of this file is missing: "+file, "get the file again, from where the project came")
}

// inOrder are the common hints and those of the exercise, in the order in which they are tried:
// the first of both, about files, then the rest, and last the one that always fits. One of the
// exercise takes the place of a common one with the same state. All common ones but the first and the
// last are about services.
func (e *Exercise) inOrder(common []Hint) []Hint {
	last := len(common) - 1
	if e.Kind != "repair" {
		return append(append([]Hint{common[0]}, e.Hints...), common[last])
	}
	all := append([]Hint{common[0], e.Hints[0]}, common[1:last]...)
	for _, hint := range e.Hints[1:] {
		if i := slices.IndexFunc(all, func(other Hint) bool { return other.State == hint.State }); i >= 0 {
			all[i] = hint
		} else {
			all = append(all, hint)
		}
	}
	return append(all, common[last])
}

func read(file string, into any) error {
	text, err := original.Read(file)
	if err == nil {
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		decoder.KnownFields(true)
		err = decoder.Decode(into)
	}
	if err != nil {
		return unreadable(err, file)
	}
	return nil
}

func unreadable(err error, file string) error {
	return problem.Wrap(problem.Invalid, err, "an exercise cannot be read: "+file, "get the file again, from where the project came")
}

// SetUp writes the files that a run finds in its folder, the current one.
func (e *Exercise) SetUp() error {
	for name, text := range e.Setup {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Learner are the files of the learner's language.
func (e *Exercise) Learner() Files {
	if files, ok := e.Files[e.Language]; ok {
		return files
	}
	return e.Files["any"]
}

// Changed tells whether the learner has changed their file, in the project's folder root.
func (e *Exercise) Changed(root string) bool {
	f := e.Learner()
	return original.IsChanged(filepath.Join(root, f.Edit), filepath.Join(root, f.Original))
}

// HypothesisChanged tells whether the learner's experiment asks something else of the service than
// the one that came. One that cannot be read is for the check of experiments to tell.
func (e *Exercise) HypothesisChanged(root string) bool {
	var asked [2]any
	for i, file := range []string{e.Learner().Edit, e.Learner().Original} {
		var written struct {
			Hypothesis struct{ Probes any } `yaml:"steady-state-hypothesis"`
		}
		text, err := original.Read(filepath.Join(root, file))
		if err != nil || yaml.Unmarshal(text, &written) != nil {
			return false
		}
		asked[i] = written.Hypothesis.Probes
	}
	return !reflect.DeepEqual(asked[0], asked[1])
}

// Key names the exercise in the progress: what is solved in one language is not in another.
func (e *Exercise) Key() string {
	if _, ok := e.Files[e.Language]; ok && e.Language != "go" {
		return fmt.Sprintf("%s/%s", e.Name, e.Language)
	}
	return e.Name
}

// Editables are the files to change, in all languages, and the given ones.
func (e *Exercise) Editables() (all []Files) {
	for _, language := range slices.Sorted(maps.Keys(e.Files)) {
		all = append(all, e.Files[language])
	}
	return append(all, e.given()...)
}

func (e *Exercise) given() (all []Files) {
	for _, file := range e.Given {
		all = append(all, Files{Edit: file, Original: strings.Replace(file, "chapter5/", "chapter5/originals/", 1)})
	}
	return all
}

// GivenChanged is the first of the files beside the learner's that is not as it came, or
// empty: it could make an exercise solved whose service is not repaired. Given files are compared
// with their originals, the others with SHA256SUMS. A file that is not in this list is not compared.
func (e *Exercise) GivenChanged(root string) string {
	for _, f := range e.given() {
		if original.IsChanged(filepath.Join(root, f.Edit), filepath.Join(root, f.Original)) {
			return f.Edit
		}
	}
	for line := range strings.Lines(string(e.sums)) {
		sum, file, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if text, err := original.Read(filepath.Join(root, file)); e.uses(file) && (err != nil || sum != sumOf(text)) {
			return file
		}
	}
	return ""
}

func sumOf(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

// uses tells whether a file beside the learner's and the given ones decides about the exercise.
func (e *Exercise) uses(file string) bool {
	inFolder := func(folder string) bool { return strings.HasPrefix(file, folder+"/") }
	isTarget := func(p Play) bool { return p.Target == file }
	return !slices.ContainsFunc(e.Editables(), func(f Files) bool { return f.Edit == file }) &&
		(inFolder("chapter5/exercises/"+e.Name) || slices.ContainsFunc(e.Plays, isTarget) || slices.ContainsFunc(e.Uses, inFolder))
}

// Complete is an error where an original or a solution is missing.
func (e *Exercise) Complete(root string) error {
	for _, f := range e.Editables() {
		for _, file := range []string{f.Original, f.Solution} {
			if file == "" {
				continue
			}
			if _, err := original.Read(filepath.Join(root, file)); err != nil {
				return unreadable(err, file)
			}
		}
	}
	return nil
}

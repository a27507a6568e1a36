package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v4"

	"chaosworkshop.example/runner/internal/exercise"
)

// attempt is what a learner may do in an exercise, and the state in which the hints see it:
// testdata/exercises has a file of them for each exercise.
type attempt struct {
	Name  string
	Hint  string      // the name of the state; empty: the exercise is solved
	From  string      // solution: the edits begin with it, and not with the file as it came
	File  string      // the file of the edits, in the project, beside the learner's; empty: the learner's own
	Edits [][2]string // what is replaced, and with what
	Add   string      // what comes after all that
	Whole string      // the whole file
}

// learner has a copy of the project for one exercise.
type learner struct {
	*testing.T
	*exercise.Exercise
	root    string
	changed string // a file that is no learner's, and that the last attempt changed
}

// TestExercises plays each exercise as a learner may: as it came, solved, cheated, and in each
// wrong state that the hints know.
func TestExercises(t *testing.T) {
	all, err := exercise.Load("..", "go")
	inPython, err2 := exercise.Load("..", "python")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	inPython = slices.DeleteFunc(inPython, func(e *exercise.Exercise) bool { return e.Files["python"].Edit == "" })
	if _, err := exec.LookPath("python3"); err != nil {
		t.Log("LEFT OUT: there is no Python here, so the exercises in Python are not played")
		inPython = nil
	}
	var reached sync.Map // states of hints, by exercise/state
	t.Run("attempts", func(t *testing.T) {
		for _, e := range slices.Concat(all, inPython) {
			t.Run(e.Key(), func(t *testing.T) {
				t.Parallel()
				l := &learner{T: t, Exercise: e, root: filepath.Join(t.TempDir(), "kit")}
				if err := copyProject(l.root); err != nil {
					t.Fatal(err)
				}
				l.play(1, "NOT SOLVED YET")
				l.apply(attempt{From: "solution"})
				l.play(0, "\nSOLVED\n")
				for _, a := range l.attempts() {
					l.apply(a)
					state := l.hint()
					reached.Store(e.Name+"/"+state, true)
					reached.Store(state, true)
					if state != a.Hint {
						t.Errorf("%s: the state is %q, want %q\n%s", a.Name, state, a.Hint, l.said("exercise"))
					}
				}
			})
		}
	})
	exercises := map[string]int{} // how many have this hint: all, or the one
	for _, e := range all {
		for _, hint := range e.Hints {
			exercises[hint.State+hint.Steps[0]]++
		}
	}
	for _, e := range all {
		for _, hint := range e.Hints {
			key := hint.State
			if exercises[hint.State+hint.Steps[0]] == 1 {
				key = e.Name + "/" + key
			}
			if _, is := reached.Load(key); !is {
				t.Errorf("no attempt reaches the hint %s", key)
			}
		}
	}
}

// attempts are those of the exercise's file.
func (l *learner) attempts() (all []attempt) {
	text, err := os.ReadFile(filepath.Join("testdata", "exercises", strings.ReplaceAll(l.Key(), "/", "-")+".yaml"))
	if err == nil {
		decoder := yaml.NewDecoder(strings.NewReader(string(text)))
		decoder.KnownFields(true)
		err = decoder.Decode(&all)
	}
	if err != nil {
		l.Fatal(err)
	}
	return all
}

// apply makes the attempt, in a project that is otherwise as it came.
func (l *learner) apply(a attempt) {
	l.Helper()
	if l.changed != "" {
		text, err := os.ReadFile(filepath.Join("..", l.changed))
		if err == nil {
			err = os.WriteFile(filepath.Join(l.root, l.changed), text, 0o644)
		}
		if err != nil {
			l.Fatal(err)
		}
	}
	if err := asItCame(l.root); err != nil {
		l.Fatal(err)
	}
	l.changed = a.File
	files := l.Learner()
	file := filepath.Join(l.root, files.Edit)
	text := l.read(map[string]string{"": files.Edit, "solution": files.Solution}[a.From])
	if a.File != "" {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			l.Fatal(err)
		}
		file, text = filepath.Join(l.root, a.File), l.read(a.File)
	}
	for _, edit := range a.Edits {
		if !strings.Contains(text, edit[0]) {
			l.Fatalf("%s: there is no %q in the file", a.Name, edit[0])
		}
		text = strings.ReplaceAll(text, edit[0], edit[1])
	}
	if a.Whole != "" {
		text = a.Whole
	}
	if err := os.WriteFile(file, []byte(text+a.Add), 0o644); err != nil {
		l.Fatal(err)
	}
}

func (l *learner) read(file string) string {
	text, err := os.ReadFile(filepath.Join(l.root, file))
	if err != nil {
		l.Fatal(err)
	}
	return string(text)
}

// play plays the exercise, which must end with an exit code and say a text.
func (l *learner) play(code int, want string) {
	l.Helper()
	if said := l.said("exercise"); !strings.Contains(said, want) || !strings.Contains(said, fmt.Sprintf("exit code %d", code)) {
		l.Errorf("want %q and exit code %d in\n%s", want, code, said)
	}
}

// said is all that a command of the exercise prints, and its exit code.
func (l *learner) said(command string) string {
	c := exec.Command(filepath.Join(programs, "runner"), command, "--exercise", fmt.Sprint(l.Number), "--in", l.Language)
	c.Dir = l.root
	out, _ := c.CombinedOutput() // the exit code is looked at
	return fmt.Sprintf("%sexit code %d", out, c.ProcessState.ExitCode())
}

// hint asks for a hint, and returns the state that it is for; empty where none is needed.
func (l *learner) hint() (state string) {
	file := filepath.Join(l.root, ".workshop", "kept", "progress.json")
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		l.Fatal(err)
	}
	said := l.said("hint")
	if strings.Contains(said, fmt.Sprintf("exercise %d is solved, so there is no hint to give", l.Number)) {
		return ""
	}
	var progress exercise.Progress
	if err := json.Unmarshal([]byte(l.read(".workshop/kept/progress.json")), &progress); err != nil || !strings.Contains(said, "HINT 1 OF 3") {
		l.Fatalf("%v\n%s", err, said)
	}
	return progress.Hint.State
}

// TestHints: each hint has three steps. The first two have no code, and no line of the solution; nor
// does the line look of an exercise.
func TestHints(t *testing.T) {
	all, err := exercise.Load("..", "go")
	inPython, err2 := exercise.Load("..", "python")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	words := func(text string) string {
		return strings.ToLower(strings.Join(regexp.MustCompile(`[\pL\d]+`).FindAllString(text, -1), " "))
	}
	code := regexp.MustCompile(`[{}=;$<>\[\]"]|\w\(|\b(nil|goroutine|panic)\b|\berr\b|\b[a-z]+\.[A-Z]`)
	for _, e := range slices.Concat(all, inPython) {
		files := e.Learner()
		start, solution := lines(t, files.Original), lines(t, files.Solution)
		if e.Look == "" || e.Place == "" {
			t.Errorf("%s does not say where to look", e.Name)
		}
		for _, hint := range append(e.Hints, exercise.Hint{State: "look", Steps: []string{e.Look, e.Place}, Code: e.Hints[0].Code}) {
			if len(hint.Steps) != 2 || hint.Code[e.Language]+hint.Code["any"] == "" {
				t.Errorf("%s/%s has %d steps without code, or none with code", e.Name, hint.State, len(hint.Steps))
			}
			for _, step := range hint.Steps {
				if found := code.FindString(step); found != "" {
					t.Errorf("%s/%s: %q looks like code in: %s", e.Name, hint.State, found, step)
				}
				for _, line := range solution {
					if written := words(line); len(strings.Fields(written)) > 1 && !slices.Contains(start, line) && strings.Contains(words(step), written) {
						t.Errorf("%s/%s has this line of the solution: %s", e.Name, hint.State, line)
					}
				}
			}
		}
	}
}

func lines(t *testing.T, file string) []string {
	text, err := os.ReadFile(filepath.Join("..", file))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/exercise"
	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/target"
)

// resetCommand puts back what learners have changed.
func (s *session) resetCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "reset [TARGET...]", Short: "put back what you changed last, and keep your file",
		Example: "runner reset\nrunner reset weak\nrunner reset --exercise 3\nrunner reset --all",
		RunE: func(_ *cobra.Command, args []string) error {
			if (len(args) > 0 || s.options.all) && s.options.exercise != 0 || len(args) > 0 && s.options.all {
				return usage("reset takes targets, --exercise or --all, and not two of them", "leave one of them out")
			}
			return s.reset(args)
		},
	}
	c.Flags().BoolVar(&s.options.all, "all", false, "put back every file that you changed")
	s.exerciseFlag(c, "put back the files of the exercise with this `NUMBER`")
	word(c, c.Flags(), &s.options.in, "in", "only what is in this `LANGUAGE`: go or python (default: both)", []string{"go", "python"})
	s.rootFlag(c)
	return c
}

// editable is a file that learners may change, and the same file as it came; whole paths.
type editable struct {
	of               string // the name of a target or of an exercise
	source, original string
}

// name is the source as messages name it.
func (e editable) name(root string) string {
	short, _ := filepath.Rel(root, e.source)
	return filepath.ToSlash(short)
}

func (s *session) reset(names []string) error {
	root, err := s.root()
	if err != nil {
		return err
	}
	chosen, err := s.editables(root, names, s.options.exercise, s.console.problems)
	if other := map[string]string{"go": ".py", "python": ".go"}[s.chosenLanguage()]; other != "" && len(names) == 0 {
		chosen = slices.DeleteFunc(chosen, func(e editable) bool { return filepath.Ext(e.source) == other })
	}
	if len(chosen) == 0 {
		return err
	}
	if len(names) == 0 && s.options.exercise == 0 && !s.options.all {
		chosen = changedLast(chosen)
	}
	put := 0
	for _, d := range chosen {
		name := d.name(root)
		kept, done, failed := demo.Reset(root, d.of, d.source, d.original)
		switch {
		case failed != nil:
			err = cmp.Or(err, failed)
			continue
		case !done:
			continue
		case kept == "":
			s.console.prose(name + " was gone, and is back")
		default:
			s.console.prose(name + " is as it came;\nyour file is kept in " + s.nearby(kept))
		}
		put++
	}
	if err != nil {
		return err
	}
	left := s.changed(root)
	switch {
	case put > 0:
	case len(names) == 1 && len(chosen) == 1:
		s.console.prose(chosen[0].name(root) + " is as it came: nothing to reset")
	case left > 0:
		s.console.prose("nothing to reset: what you chose is as it came")
	default:
		s.console.prose("nothing to reset: each file is as it came")
	}
	if left > 0 {
		s.options.exercise = 0
		s.console.prose(fmt.Sprintf("changed files that are left: %d; to put back the next one: %s", left, s.command("reset")))
	}
	return nil
}

// changed is how many files of the project are not as they came. What cannot be read is told where
// it is chosen.
func (s *session) changed(root string) int {
	all, _ := s.editables(root, nil, 0, func(error) {})
	sources := map[string]bool{}
	for _, e := range all {
		if original.IsChanged(e.source, e.original) {
			sources[e.source] = true
		}
	}
	return len(sources)
}

// editables are the files of these targets or of the exercise with this number, or else of all. Then
// warn gets what is wrong with a target that cannot be read.
func (s *session) editables(root string, names []string, number int, warn func(error)) (all []editable, err error) {
	if number == 0 {
		known := names
		if len(names) == 0 {
			if known, err = target.List(filepath.Join(root, "targets")); err != nil {
				return nil, err
			}
		}
		for _, name := range known {
			targets, failed := s.targets(root, []string{name})
			var found problem.List
			switch {
			case failed != nil && len(names) == 0 && errors.As(failed, &found):
				for _, p := range found {
					p.Warning = true
				}
				warn(found)
			case failed != nil:
				err = cmp.Or(err, failed)
			case targets[0].Source != "":
				t := targets[0].In(target.Places{Root: root})
				all = append(all, editable{t.Name, t.Source, t.Original})
			}
		}
	}
	if len(names) > 0 || !isThere(root, "chapter5", "exercises") {
		return all, err
	}
	exercises, failed := exercise.Load(root, "go")
	if failed != nil {
		return all, cmp.Or(err, failed)
	}
	if number != 0 {
		c := &course{session: s, root: root, all: exercises}
		e, err := c.current()
		if err != nil {
			return nil, err
		}
		exercises = []*exercise.Exercise{e}
	}
	for _, e := range exercises {
		for _, f := range e.Editables() {
			all = append(all, editable{e.Name, filepath.Join(root, filepath.FromSlash(f.Edit)), filepath.Join(root, filepath.FromSlash(f.Original))})
		}
	}
	return all, err
}

// changedLast are the files that are gone, or where none is, the one that was changed last.
func changedLast(all []editable) (chosen []editable) {
	var last *editable
	var when time.Time
	gone := false
	for i, d := range all {
		info, err := os.Stat(d.source)
		switch {
		case err != nil || !isThere(d.original): // the latter is for the reset to tell
			chosen, gone = append(chosen, d), gone || err != nil
		case original.IsChanged(d.source, d.original) && (last == nil || info.ModTime().After(when)):
			last, when = &all[i], info.ModTime()
		}
	}
	if last != nil && !gone {
		chosen = append(chosen, *last)
	}
	return chosen
}

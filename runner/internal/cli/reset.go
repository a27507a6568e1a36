package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	all, err := s.editables(root, names)
	if len(all) == 0 {
		return err
	}
	left := 0
	if len(names) == 0 && s.options.exercise == 0 && !s.options.all {
		all, left = changedLast(all)
	}
	put := 0
	for _, d := range all {
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
	switch {
	case put == 0 && err == nil && len(names) == 1 && len(all) == 1:
		s.console.prose(all[0].name(root) + " is as it came: nothing to reset")
	case put == 0 && err == nil:
		s.console.prose("nothing to reset: each file is as it came")
	case left > 0 && err == nil:
		s.console.prose(fmt.Sprintf("changed files that are left: %d; to put back the next one: %s", left, s.command("reset")))
	}
	return err
}

// editables are the files of the chosen targets or exercise, or else of all. Then a target that
// cannot be read is only warned of.
func (s *session) editables(root string, names []string) (all []editable, err error) {
	if s.options.exercise == 0 {
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
				s.console.problems(found)
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
	c := &course{session: s, root: root, all: exercises}
	if s.options.exercise != 0 {
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

// changedLast are the files that are gone, or where none is, the one that was changed last. It
// returns how many changed ones are left.
func changedLast(all []editable) (chosen []editable, left int) {
	var last *editable
	var when time.Time
	gone, seen := false, map[string]bool{}
	for i, d := range all {
		info, err := os.Stat(d.source)
		switch {
		case err != nil || !isThere(d.original): // the latter is for the reset to tell
			chosen, gone = append(chosen, d), gone || err != nil
			continue
		case seen[d.source] || !original.IsChanged(d.source, d.original):
			continue
		}
		if seen[d.source], left = true, left+1; last == nil || info.ModTime().After(when) {
			last, when = &all[i], info.ModTime()
		}
	}
	if last != nil && !gone {
		return append(chosen, *last), left - 1
	}
	return chosen, left
}

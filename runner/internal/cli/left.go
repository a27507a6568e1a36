package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/report"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

// toRecover finds what a killed run has left at a path, and where its journal is to be written. It
// is nil without an error where nothing is to be undone, which is said.
func (s *session) toRecover(path string) (left *journal.Left, place string, err error) {
	all := journal.Leftovers(journal.Of(path))
	for _, l := range all {
		if l.Alive() && l.Recovers {
			return nil, "", s.undoing(l)
		} else if l.Alive() {
			return nil, "", problem.New(problem.NoVerdict, fmt.Sprintf("the run that writes %s is still going on, in process %d", s.nearby(l.Path), l.PID()),
				"wait for its end, or "+stopThere+": its rollbacks are played then")
		}
	}
	before, named := len(all), journal.Of(path) != path
	all = slices.DeleteFunc(all, func(l *journal.Left) bool {
		return isOver(l) || named && !l.Has(path)
	})
	switch {
	case len(all) > 1:
		return nil, "", s.severalLeft(path, all)
	case len(all) == 1:
		return s.recoverable(all[0], named)
	case journal.Refused(path) != nil:
		return nil, "", journal.Refused(path)
	case before == 0 && !isThere(path):
		if root, err := s.root(); err == nil && s.made() && same(path, filepath.Join(root, ".workshop", "journal.json")) { // nobody has named it
			if len(toUndoIn(root)) > 0 { // which is said
				return nil, "", exitCode(problem.NotUndone)
			}
			s.console.prose("nothing is to be undone here. If your run has its journal elsewhere: make recover FILE=journal.json")
			return nil, "", nil
		}
		return nil, "", problem.New(problem.Invalid, "no run has left anything at "+s.nearby(path), "name the journal of the run that is to be undone")
	}
	return nil, "", s.nothingLeft(journal.Of(path))
}

// undoing is the problem of a run that somebody undoes at this moment.
func (s *session) undoing(l *journal.Left) error {
	return problem.New(problem.NoVerdict, fmt.Sprintf("process %d undoes at this moment what a run has left at %s", l.PID(), s.nearby(l.Path)), "wait for its end, then try again")
}

// nothingLeft says that no killed run is to be undone, and looks whether the last one has undone its fault.
func (s *session) nothingLeft(path string) error {
	if isThere(path) {
		r, err := report.Read(path)
		if err != nil {
			return err
		}
		rollbacks := r.Written.Map("experiment").List("rollbacks")
		acted := slices.ContainsFunc(r.Run, func(run *verdict.Run) bool { return run.Action && !run.Pretended && !run.Skipped })
		switch {
		case r.Written.Len() == 0:
			return problem.New(problem.Invalid, s.nearby(path)+" has nothing in it, so it is not known what its run did", "name the journal of the run that is to be undone; then look at the system")
		case r.Verdict.Word == verdict.NotUndone:
			return problem.New(problem.NotUndone, fmt.Sprintf("the run that wrote %s has tried to undo the fault, and failed: %s", s.nearby(path), r.Verdict.Reason), "undo it by hand, then check the system")
		case acted && len(rollbacks) > 0 && r.Played == 0:
			return problem.New(problem.NotUndone, "the run that wrote "+s.nearby(path)+" has played no rollbacks, as it was told: what its method did is perhaps still there",
				"look at the system. If the fault is still on, undo it by hand, as the rollbacks of the experiment do")
		}
	}
	s.console.prose("nothing is to be undone: no run that was killed has left anything at " + s.nearby(path))
	return nil
}

// isOver tells whether a run has done nothing, or has undone it and written its journal. What it has left is removed.
func isOver(l *journal.Left) bool {
	itself, _ := l.Taken()
	over := !l.Damaged() && (itself && l.Ended == "" || l.Over || l.Begun == nil)
	if over {
		l.Remove()
	}
	return over
}

// recoverable is what a killed run has left, if it is clear that its rollbacks still fit. Who names
// its own file has looked; a journal that another run has written stays.
func (s *session) recoverable(l *journal.Left, named bool) (left *journal.Left, place string, err error) {
	file, ext := s.typed(l.File), filepath.Ext(l.Path)
	switch _, another := l.Taken(); {
	case l.Damaged():
		do := "look at the system, undo the fault by hand, then remove this file"
		if l.Begun != nil {
			do += "; what is known: " + s.command("report", file)
		}
		what := fmt.Sprintf("lines of %s cannot be read (%d)", s.nearby(l.File), l.Lost)
		if l.Lost == l.Half {
			what = s.nearby(l.File) + " has no whole line"
		}
		return nil, "", problem.New(problem.Invalid, what+", so it is not known what the run did: nothing was undone", do)
	case another && !named:
		what := "another run has written " + s.nearby(l.Path) + " since this one was killed"
		if _, err := report.Read(l.Path); err != nil {
			what = s.nearby(l.Path) + " is not the journal of a run, though a killed run was to write it"
		}
		return nil, "", problem.New(problem.NoVerdict, what,
			"look at the system. If the fault is off, remove "+file+". If it is still on: "+s.command("recover", file))
	case another:
		number := strings.TrimPrefix(l.File, journal.Of(l.File)+".partial")
		return l, strings.TrimSuffix(l.Path, ext) + "-recovered" + number + ext, nil
	}
	return l, l.Path, nil
}

// severalLeft names all of them: which one is meant, a person must say.
func (s *session) severalLeft(path string, all []*journal.Left) error {
	lines := []string{fmt.Sprintf("%d runs have not undone what they did, and have the same journal, %s:", len(all), s.nearby(path))}
	latestFirst(all)
	for _, l := range all {
		begun := "begun " + l.Start().Local().Format(time.DateTime)
		if l.Start().IsZero() {
			begun = "not known when it was begun"
		}
		lines = append(lines, begun+": "+s.command("recover", s.typed(l.File)))
	}
	return problem.New(problem.NoVerdict, strings.Join(lines, "\n"), "look at the system, then undo one after the other, the latest first")
}

// leftAtPath says what other runs have left at the path of a journal, and refuses to begin while one
// of them is undone.
func (s *session) leftAtPath(path string) error {
	here, all := journal.Leftovers(path), leftNear(path, s.root)
	for _, l := range here {
		switch {
		case l.Alive() && l.Recovers:
			return s.undoing(l)
		case l.Alive():
			s.log.Warn("Another run has not written its journal yet: what it sees is in " + s.nearby(l.File))
		case isToUndo(l):
			all = append(all, l)
		}
	}
	latestFirst(all)
	for _, l := range all {
		s.warnOf(s.toUndo(l, slices.Contains(here, l)))
	}
	return nil
}

// warnOf says how to undo what another run has left, before this run and once more after it.
func (s *session) warnOf(killed string) {
	s.log.Warn(killed)
	s.killed = append(s.killed, killed)
}

// isToUndo tells whether a run that is over has left something, or may have.
func isToUndo(l *journal.Left) bool { return l.Damaged() || l.HasBegun() && !l.Wanted() }

// toUndo says how to undo what a run has left; another tells whether another run is about to write the same journal.
func (s *session) toUndo(l *journal.Left, another bool) string {
	switch {
	case l.Damaged():
		return "A run was ended, and not all that it has left can be read. Look at the system, then remove " + s.nearby(l.File)
	case l.Ended != "":
		return "A run has ended, and not all of what it did was undone. Undo it: " + s.undoes(l.File, another)
	}
	return "A run was ended; what it did is perhaps still there. Undo it: " + s.undoes(l.File, another)
}

// undoes is the command that undoes what is left in a file. Its journal names it, unless that is
// another run's, too.
func (s *session) undoes(file string, another bool) string {
	path := journal.Of(file)
	for _, l := range journal.Leftovers(path) {
		if l.Has(file) {
			_, taken := l.Taken()
			another = another || taken
		} else {
			another = true
		}
	}
	root, err := s.root()
	switch {
	case another:
		path = file
	case err == nil && s.made() && path == filepath.Join(root, ".workshop", "journal.json"):
		return s.command("recover")
	}
	return s.command("recover", s.typed(path))
}

// noteKilled says which runs of the project are to be undone, but for those that recover would undo which
// gets a path, and whether there are any.
func (s *session) noteKilled(root, but string) bool {
	var said []string
	var meant []*journal.Left
	if but != "" {
		meant = slices.DeleteFunc(journal.Leftovers(journal.Of(but)), func(l *journal.Left) bool { return journal.Of(but) != but && !l.Has(but) })
	}
	for _, l := range toUndoIn(root) {
		isMeant := slices.ContainsFunc(meant, func(m *journal.Left) bool { return m.Has(l.File) })
		if text := s.toUndo(l, false); !isMeant && !slices.Contains(said, text) {
			s.console.note("%s", text)
			said = append(said, text)
		}
	}
	return len(said) > 0
}

// leftCommand is hidden: make clean asks it before it removes what is needed to undo a run, or to go on with one.
func (s *session) leftCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "left", Hidden: true, Short: "tell what runs have left that is needed to undo them",
		RunE: s.alone("it says which runs are under way, or to be undone", func(root string) error {
			if pid := underWay(root); pid != 0 {
				return problem.New(problem.NotUndone, fmt.Sprintf("nothing was removed: a run is under way (process %d)", pid), "wait for its end, or "+stopThere)
			}
			if downs := target.Downs(filepath.Join(root, ".workshop")); len(downs) > 0 {
				return problem.New(problem.NotUndone, "nothing was removed: "+downs[0].Target+" may still be up, and what takes it down is needed", s.command("stop")+" takes it down. If you have done so by hand: make clean FORCE=1")
			}
			if s.noteKilled(root, "") {
				return problem.New(problem.NotUndone, "nothing was removed: the fault of a run is not undone, and its file is needed for that", "undo the fault first. If you have undone it by hand: make clean FORCE=1")
			}
			return nil
		}),
	}
	s.rootFlag(c)
	return c
}

package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/doctor"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/rehearsal"
	"chaosworkshop.example/runner/internal/target"
)

// stopCommand stops the processes that a killed demo has left. It knows them by process
// number and start time, never by name or port.
func (s *session) stopCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "stop", Short: "stop what a killed demo left running",
		Example: "runner stop",
		RunE: s.alone("it stops what demos left running, and nothing else", func(root string) error {
			left := s.noteKilled(root, "")
			records := filepath.Join(root, ".workshop")
			stopped, commands, err := process.Stop(records, s.processes.Notes, 2*time.Second)
			for _, line := range s.stopped(stopped, commands) {
				s.console.result(line)
			}
			removeLeft(root)
			if err != nil {
				return problem.Wrap(problem.NoVerdict, err, "not every process could be stopped", "stop these processes by hand")
			}
			downs, err := s.takeDown(records, true)
			if err != nil {
				return err
			}
			_, owned, _ := process.Leftovers(records)
			switch {
			case len(owned) > 0:
				s.console.note("process %d goes on: its runner (process %d) is alive; %s", owned[0].PID, owned[0].Owner.PID, stopThere)
			case s.staysUp(records):
			case commands+len(stopped)+downs == 0 && !left:
				s.console.result("nothing to stop")
			}
			return nil
		}),
	}
	s.rootFlag(c)
	return c
}

// staysUp tells of a target that a runner which is alive has brought up.
func (s *session) staysUp(records string) bool {
	for _, d := range target.Downs(records) {
		if d.Owner.Alive() {
			s.console.note("%s stays up: its runner (process %d) is alive; %s", d.Target, d.Owner.PID, stopThere)
			return true
		}
	}
	return false
}

// endLeft stops what killed runners have left running, with their watchdogs, and removes their temporary
// folders. What does not end is left to stop, which says so.
func (s *session) endLeft() {
	root, err := s.root()
	workshop := filepath.Join(root, ".workshop")
	if err != nil {
		workshop = ""
	}
	s.endLeftIn(workshop, s.processes.Notes...)
	if err == nil {
		s.takeDown(workshop, false)
		removeLeft(root)
	}
}

// endLeftIn stops what records and notes tell of.
func (s *session) endLeftIn(records string, notes ...string) {
	stopped, commands, _ := process.Stop(records, notes, time.Second)
	for _, line := range s.stopped(stopped, commands) {
		s.console.note("%s", line)
	}
}

// leftUp names the targets that killed runners have brought up.
func leftUp(root string) (names []string) {
	for _, d := range target.Downs(filepath.Join(root, ".workshop")) {
		if !d.Owner.Alive() {
			names = append(names, d.Target)
		}
	}
	return names
}

// takeDown takes down the targets that killed runners have brought up, and, again, those where this has failed.
func (s *session) takeDown(workshop string, again bool) (number int, err error) {
	for _, d := range target.Downs(workshop) {
		switch {
		case d.Owner.Alive():
			continue
		case d.Failed && !again:
			s.console.note("%s was not taken down, and may still be up; try again: %s", d.Target, s.command("stop"))
			continue
		}
		why := "which a killed runner has left up"
		if d.Failed {
			why = "which was not possible before"
		}
		s.console.note("taking %s down, %s", d.Target, why)
		number++
		failed := d.Play(target.Setting{Owner: &s.processes, Slow: s.console.Waiting, Say: s.console.Line})
		if p := new(problem.Problem); errors.As(failed, &p) {
			p.Do = s.sentence(p.Do)
			s.console.problems(problem.List{p})
			err = exitCode(problem.NotUndone)
		}
	}
	return number, err
}

// removeLeft removes the temporary folders of killed runners; one that cannot be removed does no harm.
func removeLeft(root string) {
	workshop := filepath.Join(root, ".workshop")
	process.RemoveTemporary(workshop, rehearsal.Prefix)
	process.RemoveTemporary(workshop, doctor.Prefix)
	process.RemoveTemporary(filepath.Join(workshop, "bin"), target.BuildPrefix)
}

// stopped are the lines that say what was stopped.
func (s *session) stopped(records []*process.Record, commands int) (lines []string) {
	for _, r := range records {
		lines = append(lines, fmt.Sprintf("stopped process %d, started at %s: %s", r.PID, r.When.Local().Format("15:04:05"), s.console.mask.Screen(strings.Join(r.Command, " "))))
	}
	switch {
	case commands == 1:
		lines = append(lines, "stopped what a killed runner had left running: 1 command")
	case commands > 1:
		lines = append(lines, fmt.Sprintf("stopped what a killed runner had left running: %d commands", commands))
	}
	return lines
}

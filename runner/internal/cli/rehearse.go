package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/rehearsal"
	"chaosworkshop.example/runner/internal/verdict"
)

// rehearseCommand plays the whole workshop for its instructor.
func (s *session) rehearseCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "rehearse", Short: "play the whole workshop in a copy of the project",
		Example: "runner rehearse\nrunner rehearse --in python\nrunner rehearse --write",
		RunE:    s.alone("it plays every step of the workshop", s.rehearse),
	}
	c.Flags().BoolVar(&s.options.write, "write", false, "write the machine's seconds into "+rehearsal.Page+", if every step passes")
	s.languageFlag(c)
	s.rootFlag(c)
	return c
}

func (s *session) rehearse(root string) error {
	program, err := os.Executable()
	if err != nil {
		return problem.Wrap(problem.NoVerdict, err, "the runner does not find its own file", "call it by its whole path")
	}
	ctx, _, release := s.interruptible(false)
	defer release()
	r, err := rehearsal.Open(root, s.language(), program, &s.processes, s.console.width()-letters(quoted))
	if err != nil {
		return err
	}
	defer r.Close()
	services := ""
	if s.language() == "python" {
		services = ", with the services in Python"
	}
	s.console.result("playing the workshop in a copy of the project" + services + "\n(this takes a minute or two)")
	start := time.Now()
	var outcomes []rehearsal.Outcome
	failed := 0
	for o := range r.Play(ctx, s.console.Waiting) {
		outcomes = append(outcomes, o)
		if o.Err != nil {
			failed++
		}
		s.console.result(s.console.rehearsed(o))
	}
	var stop *verdict.Stop
	if errors.As(context.Cause(ctx), &stop) {
		s.console.note("%s after %d of %d steps", stop.Why, len(outcomes), len(r.Steps()))
		return exitCode(128 + stop.Signal)
	}
	s.console.result(fmt.Sprintf("\n%d of %d steps passed, in %.0f s", len(outcomes)-failed, len(outcomes), time.Since(start).Seconds()))
	switch {
	case failed > 0:
		s.console.result("correct what the lines below FAIL show, then type: " + s.command("rehearse"))
		return exitCode(problem.Deviated)
	case s.options.write:
		return r.Write(outcomes)
	}
	return nil
}

// quoted stands before each line of a command.
const quoted = "      | "

// rehearsed is the line of a step; and of one that failed why, with the last lines of what it
// printed.
func (c *console) rehearsed(o rehearsal.Outcome) string {
	word, paint := "PASS", c.outStyle.well
	if o.Err != nil {
		word, paint = "FAIL", c.outStyle.badBlock
	}
	text := paint(word) + fmt.Sprintf("  %5.1f s  %s", o.Taken.Seconds(), o.Name)
	if o.Err == nil {
		return text
	}
	label := strings.TrimSuffix(quoted, "| ")
	text += "\n" + label + c.behind(label, c.mask.Screen(o.Err.Error()))
	lines := strings.Split(strings.Trim(o.Said, "\n"), "\n")
	if o.Said == "" {
		lines = nil
	}
	for _, line := range lines[max(0, len(lines)-25):] { // all that doctor says
		text += "\n" + quoted + strings.Join(wrap(c.mask.Screen(line), c.width()-letters(quoted)), "\n"+quoted)
	}
	return text
}

package python

import (
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
)

// Interrupted is a Python function's wish that the run ends.
type Interrupted struct {
	Activity string // the activity or control whose function it was
	Class    string // SystemExit, KeyboardInterrupt, or InterruptExecution of a control
	Text     string // SystemExit's code, as in 3 or None; else the exception's text
}

func (i *Interrupted) Error() string {
	return fmt.Sprintf("'%s' asked for the end of the run with %s(%s)", i.Activity, i.Class, i.Text)
}

// death says how a session ended that owes an answer.
func (s *session) death(name string) error {
	how := s.ending()
	if !s.isReady() {
		return problem.New(problem.NoVerdict, fmt.Sprintf("the Python interpreter %s is of no use to '%s': %s", s.path, name, how),
			"check that it is Python 3.7 or later, or give --python the path of another")
	}
	if s.err != nil {
		return problem.New(problem.NoVerdict, fmt.Sprintf("Python had to be ended while '%s' was under way: %s", name, how),
			"see whether that left something half done")
	}
	return problem.New(problem.NoVerdict, fmt.Sprintf("Python died while '%s' was under way: %s", name, how),
		"see whether that left something half done; a function must return or raise, and not end its process")
}

func (s *session) ending() string {
	if s.err != nil {
		return s.err.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := strings.TrimSpace(s.last); last != "" {
		return fmt.Sprintf("it ended with %s, and printed last: %s", s.exit, shorten(last))
	}
	return fmt.Sprintf("it ended with %s", s.exit)
}

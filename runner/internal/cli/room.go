package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/value"
)

// interactive tells whether somebody can be asked; to be asked without a
// terminal is a slip.
func (s *session) checkInteractive(o runOptions) error {
	if o.interactive && !isTerminal(s.world.Stdin) {
		return usage("--interactive needs a terminal to ask at", "leave it out, or run in a terminal")
	}
	return nil
}

// askRoom asks before an activity: go on, leave it out, or stop the run.
//
// Once the run is stopped, or nobody answers any more, nobody is asked: what is
// left are rollbacks, and a fault must not stay because the room is empty.
func (s *session) askRoom(ctx context.Context, activity *value.Map) error {
	if s.deserted {
		return nil
	}
	kind, _ := activity.Get("type")
	name, _ := activity.Get("name")
	for {
		s.console.ask(fmt.Sprintf("next is the %s '%s': [Enter] step, [s]kip, [q]uit? ", value.Text(kind), value.Text(name)))
		answer, err := s.line(ctx)
		switch {
		case ctx.Err() != nil:
			s.deserted = true
			s.console.ask("\n")
			return ctx.Err()
		case err != nil:
			s.deserted = true
			s.console.ask("\n")
			return engine.ByControl("nobody answers any more")
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "", "step":
			return nil
		case "s", "skip":
			return engine.ErrSkip
		case "q", "quit", "stop":
			s.deserted = true
			return engine.ByControl("stopped by the room, before '" + value.Text(name) + "'")
		default:
			s.console.note("that is none of them: press Enter, s or q")
		}
	}
}

// line reads one line from the terminal. A reader that nobody waits for any more
// ends with the program.
func (s *session) line(ctx context.Context) (string, error) {
	if s.lines == nil {
		s.lines = make(chan answer)
		go func() {
			in := bufio.NewReader(s.world.Stdin)
			for {
				text, err := in.ReadString('\n')
				s.lines <- answer{text, err}
				if err != nil {
					return
				}
			}
		}()
	}
	select {
	case a := <-s.lines:
		return a.text, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

type answer struct {
	text string
	err  error
}

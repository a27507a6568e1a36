package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// askUser asks before an activity: run it, skip it, or stop the run.
//
// After a stop or the end of the input it asks no more: only rollbacks are left, and
// they must not wait for an answer. Only one question is open at a time: activities in
// the background and checks during the method wait for their turn.
func (s *session) askUser(ctx context.Context, activity *value.Map) error {
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return nil
	}
	if s.unattended {
		return nil
	}
	name := activity.Text("name")
	for {
		s.console.ask(fmt.Sprintf("next is the %s '%s': [Enter] run it, [s]kip it, [q]uit? ", activity.Text("type"), name))
		answer, err := s.line(ctx)
		if stopped := ctx.Err() != nil; stopped || err != nil {
			s.unattended = true
			s.console.ask("\n")
			if stopped { // the run knows of it
				return nil
			}
			return &verdict.Stop{Why: "the input ended"}
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "", "run", "step":
			return nil
		case "s", "skip":
			return engine.ErrSkip
		case "q", "quit", "stop":
			s.unattended = true
			return &verdict.Stop{Why: "stopped by you, before '" + name + "'"}
		default:
			s.console.note("please press Enter, s or q")
		}
	}
}

// line reads one line from the terminal. Its goroutine lives until the program ends.
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

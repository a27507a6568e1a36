package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

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
	name := activity.Text("name")
	question := fmt.Sprintf("next is the %s '%s': [Enter] run it, [s]kip it, [q]uit? ", activity.Text("type"), name)
	return s.ask(ctx, question, name, true)
}

// ask asks before something of that name, which can perhaps be skipped. Its error is
// engine.ErrSkip or a *verdict.Stop.
func (s *session) ask(ctx context.Context, question, name string, skippable bool) error {
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return nil
	}
	if s.unattended {
		return nil
	}
	for {
		answered := s.console.ask(question)
		answer, err := s.line(ctx)
		if stopped := ctx.Err() != nil; stopped || err != nil {
			s.unattended = true
			answered("\n")
			if stopped { // the run knows of it
				return nil
			}
			return &verdict.Stop{Why: "you ended the input (Ctrl-D)"}
		}
		answered("")
		switch word := strings.ToLower(strings.TrimSpace(answer)); {
		case slices.Contains([]string{"", "r", "run", "step", "y", "yes"}, word):
			return nil
		case slices.Contains([]string{"q", "quit", "stop"}, word):
			s.unattended = true
			return &verdict.Stop{Why: "stopped by you, before '" + name + "'"}
		case skippable && (word == "s" || word == "skip"):
			return engine.ErrSkip
		case skippable:
			s.console.note("please press Enter, s or q")
		default:
			s.console.note("please press Enter or q")
		}
	}
}

// line reads one line from the terminal. Its goroutine lives until the program ends.
func (s *session) line(ctx context.Context) (string, error) {
	if s.lines == nil {
		s.lines = make(chan string)
		readInBackground()
		go func() {
			defer close(s.lines)
			for {
				in := bufio.NewScanner(s.world.Stdin)
				for in.Scan() {
					s.lines <- in.Text()
				}
				if !inBackground(in.Err()) {
					return
				}
				time.Sleep(time.Second)
			}
		}()
	}
	select {
	case text, ok := <-s.lines:
		if !ok {
			return "", io.EOF
		}
		return text, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

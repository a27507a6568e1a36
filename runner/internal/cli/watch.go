package cli

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/exercise"
	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
)

// pollEvery is how often watch looks at the learner's file. It does not use the notices of the
// system, which do not come from every kind of disk.
const pollEvery = 500 * time.Millisecond

// watch plays the current exercise now, and again each time the learner saves the file.
func (c *course) watch() error {
	ctx, undo, release := c.interruptible(false)
	defer release()
	c.watching = true
	var keys chan string
	if isTerminal(c.world.Stdin) {
		keys = make(chan string)
	}
	for {
		e, err := c.current()
		if err != nil {
			return err
		}
		before := c.contents(e)
		for i := 0; before == nil && i < 4; i++ { // an editor may be about to put it there
			clock.Sleep(ctx, pollEvery)
			before = c.contents(e)
		}
		var code exitCode
		if err := c.playAlone(ctx, undo, e); !errors.As(err, &code) || code > problem.Deviated {
			if before != nil && c.contents(e) == nil && ctx.Err() == nil { // it was there when the play began
				continue
			}
			return err
		}
		if c.options.exercise == 0 && c.progress.Current(c.all) == nil {
			return exitCode(problem.OK)
		}
		if code == problem.OK && c.options.exercise == 0 { // on to the next one
			continue
		}
		if err := c.await(ctx, undo, e, before, keys); err != nil {
			return err
		}
	}
}

// contents are those of the learner's file, and of the given ones as far as they are there; nil where
// the learner's is not.
func (c *course) contents(e *exercise.Exercise) []byte {
	all, err := original.Read(filepath.Join(c.root, filepath.FromSlash(e.Learner().Edit)))
	if err != nil {
		return nil
	}
	for _, file := range e.Given {
		text, _ := original.Read(filepath.Join(c.root, filepath.FromSlash(file)))
		all = append(all, text...)
	}
	return append(all, '\n') // nil is for a file that is not there
}

// await returns when a file has other contents. A key may ask for a hint before that.
func (c *course) await(ctx, undo context.Context, e *exercise.Exercise, before []byte, keys chan string) error {
	if keys != nil {
		asking, stop := context.WithCancel(ctx)
		defer stop()
		go func() {
			for {
				text, err := c.line(asking)
				if err != nil && asking.Err() != nil {
					return
				}
				if err != nil {
					text = "q"
				}
				select {
				case keys <- strings.ToLower(strings.TrimSpace(text)):
				case <-asking.Done():
					return
				}
				if err != nil {
					return
				}
			}
		}()
	}
	for {
		select {
		case key := <-keys:
			switch key {
			case "q", "quit":
				return exitCode(problem.OK)
			case "h", "hint":
				if err := c.hint(ctx, undo, e); err != nil {
					return err
				}
			default:
				c.console.note("please type h or q, and press Enter")
			}
		case <-time.After(pollEvery):
			if now := c.contents(e); now != nil && !bytes.Equal(now, before) {
				clock.Sleep(ctx, pollEvery/10) // an editor may still be writing
				return nil
			}
		case <-ctx.Done():
			return stoppedBy(ctx)
		}
	}
}

package provider

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

var (
	errTooLong = errors.New("process activity took too long to complete")
	errTooMuch = fmt.Errorf("the process wrote more than %d MiB", maxOutput>>20)
)

// process runs a command to its end. An exit code of any value is a success.
func (p *Providers) process(ctx context.Context, a *experiment.Activity) (any, error) {
	args, err := p.commandLine(a)
	if err != nil {
		return nil, err
	}
	limit, err := processTimeout(setting(a, "timeout"))
	if err != nil {
		return nil, err
	}
	running, end := context.WithCancelCause(ctx)
	defer end(nil)
	if limit > 0 {
		timer := time.AfterFunc(limit, func() { end(errTooLong) })
		defer timer.Stop()
	}
	full := func() { end(errTooMuch) }
	stdout, stderr := captured{limit: maxOutput, full: full}, captured{limit: maxOutput, full: full}
	exit, err := p.Owner.Run(running, process.Command{Args: args, Stdin: p.Stdin, Stdout: &stdout, Stderr: &stderr})
	switch cause := context.Cause(running); {
	case errors.Is(cause, errTooMuch): // the end of its pipe may have ended the process before us
		return nil, failed("%v", cause)
	case errors.Is(err, errTooLong):
		return nil, failed("%v", err)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("'%s' could not be started: %w", a.Name, err)
	}
	if exit.Code > 0 && !a.HasTolerance {
		p.Log.Warn("This process returned a non-zero exit code. " +
			"This may indicate some error and not what you expected. Please have a look at the logs.")
	}
	return value.MapOf("status", int64(exit.Code), "stdout", textOf(stdout.Bytes()), "stderr", textOf(stderr.Bytes())), nil
}

// processTimeout takes what Python's subprocess takes: none, or any number of
// seconds. It returns 0 for no limit.
func processTimeout(v any) (time.Duration, error) {
	if v == nil {
		return 0, nil
	}
	d, ok := clock.Seconds(v)
	if !ok {
		return 0, unusable("the timeout "+asJSON(v)+" is not a number of seconds", "give a number; ${name} is not replaced here")
	}
	return max(d, 1), nil // no time at all is a limit too
}

// captured holds what is written to it, up to a limit in bytes.
type captured struct {
	bytes.Buffer
	limit int64
	full  func()
}

// ReadFrom stops at the limit.
func (c *captured) ReadFrom(r io.Reader) (int64, error) {
	n, err := c.Buffer.ReadFrom(io.LimitReader(r, c.limit+1))
	if n > c.limit {
		c.full()
	}
	return n, err
}

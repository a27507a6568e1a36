package provider

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

var errTooLong = errors.New("process activity took too long to complete")

func (p *Providers) process(ctx context.Context, a *experiment.Activity) (any, error) {
	args, err := p.commandLine(a)
	if err != nil {
		return nil, err
	}
	limit, err := processTimeout(setting(a, "timeout"))
	if err != nil {
		return nil, err
	}
	run, err := p.capture(ctx, args, limit)
	switch {
	case errors.Is(err, errTooLong), errors.Is(err, errTooLarge):
		return nil, failed("%v", err)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("'%s' could not be started: %w", a.Name, err)
	}
	if run.exit.Code > 0 && !a.HasTolerance {
		p.Log.Warn("This process returned a non-zero exit code. " +
			"This may indicate some error and not what you expected. Please have a look at the logs.")
	}
	return value.MapOf("status", int64(run.exit.Code),
		"stdout", bodyText("", run.stdout.Bytes()), "stderr", bodyText("", run.stderr.Bytes())), nil
}

// processTimeout takes what Python's subprocess takes: none, or any number.
func processTimeout(v any) (time.Duration, error) {
	if v == nil {
		return 0, nil
	}
	n, ok := value.Rational(v)
	if !ok {
		return 0, unusable("the timeout "+asJSON(v)+" is not a number of seconds", "give a number; ${name} is not replaced here")
	}
	f, _ := n.Float64()
	return duration(f), nil
}

// capturedRun is how a process ended and what it wrote until then.
type capturedRun struct {
	exit           process.Exit
	stdout, stderr captured
}

// capture runs a command to its end, which comes early where it takes too long
// or writes too much.
func (p *Providers) capture(ctx context.Context, args []string, limit time.Duration) (*capturedRun, error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	if limit > 0 {
		timer := time.AfterFunc(limit, func() { end(errTooLong) })
		defer timer.Stop()
	}
	full := func() { end(fmt.Errorf("the process wrote more than %d MiB: %w", maxOutput>>20, errTooLarge)) }
	run := &capturedRun{stdout: captured{limit: maxOutput, full: full}, stderr: captured{limit: maxOutput, full: full}}
	var err error
	run.exit, err = p.Owner.Run(ctx, process.Command{Args: args, Stdin: p.Stdin, Stdout: &run.stdout, Stderr: &run.stderr})
	if cause := context.Cause(ctx); errors.Is(cause, errTooLarge) {
		err = cause // the end of its pipe may have ended the process before us
	}
	return run, err
}

// captured holds what is written to it, up to a limit.
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

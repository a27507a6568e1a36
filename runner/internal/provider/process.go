package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// What ends a process before its own end. The activity has then failed.
var (
	errTooLong = failed("process activity took too long to complete")
	errTooMuch = errors.New("the process wrote too much")
)

// process runs a command to its end. An exit code of any value is a success.
func (p *Providers) process(ctx context.Context, a *experiment.Activity) (any, error) {
	command, err := prepared(ctx, true, func() (process.Command, error) { return p.command(a) })
	if err != nil {
		return nil, err
	}
	limit, err := processTimeout(a.Provider.Value("timeout"))
	if err != nil {
		return nil, err
	}
	running, end := context.WithCancelCause(ctx)
	defer end(nil)
	defer time.AfterFunc(limit, func() { end(errTooLong) }).Stop()
	all := room{limit: maxOutput, full: func() { end(errTooMuch) }}
	stdout, stderr := captured{room: &all}, captured{room: &all}
	command.Stdin, command.Stdout, command.Stderr = p.Stdin, &stdout, &stderr
	exit, err := p.Owner.Run(running, command)
	switch cause := context.Cause(running); {
	case cause == errTooMuch: // the end of its pipe may have ended the process before us
		return nil, failed("the process wrote more than %d MiB: it was stopped after %d bytes", maxOutput>>20, all.used.Load())
	case exit.Unended != "":
		return nil, unended(running, exit.Unended)
	case err == errTooLong, err == nil && limit <= 0: // or it was quicker than the end of no time at all
		return nil, errTooLong
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("'%s' could not be started: %w", a.Name, err)
	}
	if exit.Code > 0 && !a.HasTolerance {
		p.Log.Warn("This process returned a non-zero exit code. " +
			"This may indicate some error and not what you expected. Please have a look at the logs.")
	}
	return prepared(ctx, true, func() (any, error) {
		out, n := stdout.text(maxOutput)
		err, m := stderr.text(max(0, maxOutput-n))
		if n+m > maxOutput {
			return nil, failed("the process wrote more than %d MiB: as UTF-8 it has %d bytes", maxOutput>>20, n+m)
		}
		return value.MapOf("status", int64(exit.Code), "stdout", out, "stderr", err), nil
	})
}

// processTimeout takes what Python's subprocess takes: none, or any number of seconds.
func processTimeout(v any) (time.Duration, error) {
	if v == nil {
		return clock.Forever, nil
	}
	d, ok := clock.Seconds(v)
	if !ok {
		return 0, unusable("the timeout "+value.JSON(v)+" is not a number of seconds", "give a number; ${name} is not replaced here")
	}
	return d, nil
}

// room is the room that the streams of a process have together.
type room struct {
	limit int64
	used  atomic.Int64 // bytes, also those that found no room
	full  func()       // called when there is no more; it may be called again
}

// captured holds what a process writes, as far as there is room. It is never moved once it is long:
// memory that is not written to costs nothing.
type captured struct {
	room *room
	kept strings.Builder
}

const long = 1 << 20 // bytes

// Write never fails: what finds no room is counted.
func (c *captured) Write(p []byte) (int, error) {
	if c.room.used.Add(int64(len(p))) > c.room.limit {
		c.room.full()
		return len(p), nil
	}
	if n := c.kept.Len() + len(p); n > long && n > c.kept.Cap() {
		c.kept.Grow(int(c.room.limit) - c.kept.Len())
	}
	return c.kept.Write(p)
}

func (c *captured) text(most int) (text string, size int) {
	text, size = charset.Output(c.kept.String(), most)
	if c.kept.Cap() > long && len(text) < c.kept.Cap()/2 {
		text = strings.Clone(text)
	}
	return text, size
}

// command is the program and its arguments: a list goes to the program as it
// is, a text goes to a shell.
func (p *Providers) command(a *experiment.Activity) (c process.Command, err error) {
	written, ok := a.Provider.Value("path").(string)
	if !ok {
		return c, unusable(fmt.Sprintf("'%s' has no path that is text", a.Name), `name a program: "path": "echo"`)
	}
	whole := expandHome(written)
	path, advice := Program(whole)
	arguments := p.Variables.Arguments(a.Provider.Value("arguments"))
	p.LearnPieces(arguments) // a list too: an argument may be the script of a shell
	if line, ok := arguments.(string); ok {
		// The toolkit's shell is given None where there is no program, and does not find it either.
		line = cmp.Or(path, "None") + " " + line
		p.logRunning(line)
		return process.Command{Line: line}, nil
	}
	if path == "" {
		return c, unusable(fmt.Sprintf("path '%s' cannot be found, in activity '%s'", written, a.Name), advice)
	}
	items, err := argumentList(arguments)
	if err != nil {
		return c, err
	}
	args, shown := []string{path}, []any{path}
	for _, item := range items {
		if s := text(item); s != "" {
			args, shown = append(args, s), append(shown, s)
		}
	}
	p.logRunning(shown)
	return process.Command{Args: args}, nil
}

func (p *Providers) logRunning(command any) {
	if p.Log.Enabled(context.Background(), slog.LevelDebug) { // to write it out takes its time
		p.Log.Debug("Running: " + value.Text(command))
	}
}

// argumentList reads the arguments of a process that go to no shell.
func argumentList(v any) ([]any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case []any:
		return v, nil
	case *value.Map: // deprecated: each key, then its value
		var list []any
		for k, item := range v.All() {
			list = append(list, k, item)
		}
		return list, nil
	}
	return nil, unusable("process arguments must be a list or text, and they are "+value.JSON(v), "write a list of text")
}

// Program finds a program as Python's shutil.which does: by its path where it has
// one, else along PATH. Where there is none, path is empty and advice says what to do.
func Program(name string) (path, advice string) {
	path, err := exec.LookPath(name)
	if name != "" && (err == nil || errors.Is(err, exec.ErrDot)) {
		return path, ""
	}
	file, err := os.Stat(name)
	switch {
	case strings.Contains(name, "${"):
		return "", "write the path itself: ${name} is not replaced here"
	case strings.HasPrefix(name, "~"):
		return "", "write the full path: ~ has no meaning here"
	case err == nil && file.IsDir():
		return "", "it is a folder: name a program in it"
	case err == nil && runtime.GOOS != "windows" && file.Mode()&0o111 == 0:
		return "", "it is not executable: run chmod +x " + name
	}
	if program, arguments, _ := strings.Cut(name, " "); arguments != "" {
		if found, _ := Program(program); found != "" {
			return "", fmt.Sprintf(`write the program alone as the path, %s, and the rest as the arguments: %s`, value.JSON(program), value.JSON(arguments))
		}
	}
	return "", "install the program, or write its full path"
}

// expandHome replaces ~ at the start of a path, as a shell does.
func expandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	home, err := os.UserHomeDir()
	if !ok || err != nil || rest != "" && rest[0] != '/' {
		return path
	}
	return filepath.Join(home, rest)
}

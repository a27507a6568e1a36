package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/show"
)

// The rules of the console:
//
//   - What was asked for goes to standard output: a verdict, a help text.
//     Everything else goes to standard error: the log, problems, the target's
//     own lines.
//   - The log has the Chaos Toolkit's shape and words.
//   - A problem is one line: where, what, and what to do. No capital, no full stop.
//   - A word says it. Bold text only repeats the word, and colours are the
//     terminal's own: no fixed one can be read on both black and white.
//   - Whatever comes from outside goes through the mask: see package show.
type console struct {
	mu       sync.Mutex
	world    World
	out, err io.Writer
	outStyle style
	errStyle style
	mask     *show.Mask
	lost     error      // why a result could not be written
	level    slog.Level // of the log on the console
	json     bool       // the log on the console is JSON
	run      string     // what all lines of a JSON log have in common
	file     io.Writer  // the log file; nil: none
	atLeast  slog.Level // of the log file
	full     bool       // the log file could not be written
}

// style is how one stream shows what is important.
type style struct{ bold, reverse func(...any) string }

func newConsole(w World) *console {
	c := &console{world: w, mask: &show.Mask{}, out: w.Stdout, err: w.Stderr}
	c.setColor("auto")
	return c
}

func (c *console) setColor(when string) {
	c.outStyle, c.errStyle = styleOf(c.world, c.world.Stdout, when), styleOf(c.world, c.world.Stderr, when)
}

func styleOf(w World, f *os.File, when string) style {
	if !colored(w, f, when) {
		return style{fmt.Sprint, fmt.Sprint}
	}
	bold, reverse := color.New(color.Bold), color.New(color.Bold, color.ReverseVideo)
	bold.EnableColor()
	reverse.EnableColor()
	return style{bold.SprintFunc(), reverse.SprintFunc()}
}

// colored decides for each stream by itself: the flag, then the variables that
// programs agree on (https://no-color.org, https://bixense.com/clicolors), then
// whether it is a terminal.
func colored(w World, f *os.File, when string) bool {
	get := func(name string) string {
		text, _ := w.Environment(name)
		return text
	}
	on := func(name string) bool { return get(name) != "" && get(name) != "0" }
	switch {
	case when == "always" || when == "never":
		return when == "always"
	case get("NO_COLOR") != "":
		return false
	case on("FORCE_COLOR") || on("CLICOLOR_FORCE"):
		return true
	case get("CLICOLOR") == "0" || get("TERM") == "dumb":
		return false
	}
	return isatty.IsTerminal(f.Fd())
}

// result prints what was asked for.
func (c *console) result(text string) { c.print(c.out, text) }

// print writes a text that has gone through the mask, or is all our own.
func (c *console) print(to io.Writer, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// A reader that left, as head does, is no error: the exit code is the run's.
	if _, err := io.WriteString(to, strings.TrimSuffix(text, "\n")+"\n"); err != nil && to == c.out && c.lost == nil && !errors.Is(err, syscall.EPIPE) {
		c.lost = err // an error of standard error cannot be reported anywhere
	}
}

// ask leaves the cursor behind a question.
func (c *console) ask(question string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	io.WriteString(c.err, c.mask.Screen(question))
}

// note is a line about what goes on, beside the log.
func (c *console) note(format string, values ...any) {
	c.print(c.err, c.mask.Screen(fmt.Sprintf(format, values...)))
}

// Say tells what a demo does.
func (c *console) Say(text string) { c.print(c.err, c.errStyle.bold(c.mask.Screen(text))) }

// Line shows what a target or Python code prints, beside the log and told apart
// from it.
func (c *console) Line(who, line string) { c.note("%-10s| %s", who, line) }

// problems prints an error: a problem of ours with what to do, a list of them
// line by line; nil is none. To the log file and to a JSON log they are entries like
// others.
func (c *console) problems(err error) {
	prefix, list := "", problem.List{}
	if err != nil && !errors.As(err, &list) {
		prefix, list = c.errStyle.bold("runner:")+" ", problem.List{{What: err.Error()}}
	}
	for _, p := range list {
		level := slog.LevelError
		if p.Warning {
			level = slog.LevelWarn
		}
		c.entry(slog.NewRecord(time.Now(), level, p.Error(), 0), prefix+indented(c.mask.Screen(p.Error()), 4))
	}
}

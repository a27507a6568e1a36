package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// The rules of the console:
//
//   - What was asked for goes to standard output: a verdict, a help text.
//     Everything else goes to standard error: the log, problems, the target's
//     own lines.
//   - The log has the Chaos Toolkit's shape and words.
//   - A problem is one line: where, what, and what to do. No capital, no full stop.
//   - Colour only repeats what a word says. There are two: blue for what is well, orange
//     for what is not. They are as light as each other, so that both can be read on black
//     and on white (4.4:1 at least), and they differ also for people who see fewer colours.
//     Of what is most important, the terminal's background is the text's colour.
//   - All text from outside goes through the mask: see package show.
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
	story    bool       // a demo is told step by step: see story.go
	waiting  bool       // the last line of standard error is not ended
	file     io.Writer  // the log file; nil: none
	atLeast  slog.Level // of the log file
	full     bool       // the log file could not be written
}

// style is how one stream shows what is important.
type style struct{ bold, reverse, well, bad, wellBlock, badBlock func(...any) string }

// The two colours, of the 256 that all terminals have: #5f5fff and #af5f00.
const blue, orange color.Attribute = 63, 130

// verdict is how the word of a verdict is shown.
func (s style) verdict(word string) func(...any) string {
	switch word {
	case verdict.Held, verdict.Explored:
		return s.wellBlock
	case verdict.Deviated, verdict.NotUndone:
		return s.badBlock
	}
	return s.reverse
}

// level is how the word of a level of the log is shown.
func (s style) level(l slog.Level) func(...any) string {
	switch {
	case l >= slog.LevelError:
		return s.badBlock
	case l >= slog.LevelWarn:
		return s.bad
	case l >= slog.LevelInfo:
		return s.well
	}
	return fmt.Sprint
}

// lane is how the name of a target is shown: the two of the chapter have a colour each.
func (s style) lane(target string) func(...any) string {
	switch target {
	case "weak":
		return s.bad
	case "resilient":
		return s.well
	}
	return s.bold
}

func newConsole(w World) *console {
	c := &console{world: w, mask: &show.Mask{}, out: w.Stdout, err: w.Stderr}
	c.setColor("auto")
	return c
}

// setColor takes the value of --color for both streams; empty for auto.
func (c *console) setColor(when string) {
	c.outStyle, c.errStyle = styleOf(c.world, c.world.Stdout, when), styleOf(c.world, c.world.Stderr, when)
}

func styleOf(w World, f *os.File, when string) style {
	paint := func(attributes ...color.Attribute) func(...any) string {
		c := color.New(attributes...)
		c.EnableColor()
		return c.SprintFunc()
	}
	if !colored(w, f, when) {
		paint = func(...color.Attribute) func(...any) string { return fmt.Sprint }
	}
	const text, of256 = 38, 5 // "use for the text, of the 256 colours, number"
	return style{
		bold: paint(color.Bold), reverse: paint(color.Bold, color.ReverseVideo),
		well: paint(color.Bold, text, of256, blue), wellBlock: paint(color.Bold, color.ReverseVideo, text, of256, blue),
		bad: paint(color.Bold, text, of256, orange), badBlock: paint(color.Bold, color.ReverseVideo, text, of256, orange),
	}
}

// colored decides for each stream by itself: the flag, then the variables that programs agree
// on (https://no-color.org, https://bixense.com/clicolors), then whether it is a terminal.
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
	if c.waiting {
		io.WriteString(c.err, "\n")
		c.waiting = false
	}
	// If the reader has closed the pipe, as head does, that is no error.
	if _, err := io.WriteString(to, strings.TrimSuffix(text, "\n")+"\n"); err != nil && to == c.out && c.lost == nil && !errors.Is(err, syscall.EPIPE) {
		c.lost = err // an error of standard error cannot be reported anywhere
	}
}

// ask prints a question, and leaves the cursor on its line. answered tells that the user
// has ended the line.
func (c *console) ask(question string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	io.WriteString(c.err, c.mask.Screen(question))
	c.waiting = true
}

func (c *console) answered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = false
}

// note prints a line that is not part of the log.
func (c *console) note(format string, values ...any) {
	c.print(c.err, c.mask.Screen(fmt.Sprintf(format, values...)))
}

// Say tells what a demo does.
func (c *console) Say(text string) {
	c.print(c.err, c.errStyle.bold(c.behind("", c.mask.Screen(text))))
}

// Waiting tells that something still takes time, and how much so far. It extends one line
// until something else is printed.
func (c *console) Waiting(what string, sofar time.Duration) {
	if c.json {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.waiting {
		io.WriteString(c.err, c.mask.Screen(what)+":")
	}
	fmt.Fprintf(c.err, " %d s", int(sofar.Seconds()))
	c.waiting = true
}

// Line shows a line that a target or Python code prints. It begins with who, so that
// it does not look like the log. Only a terminal gets it in several lines.
func (c *console) Line(who, line string) {
	who, line = c.mask.Line(who, 0), c.mask.Screen(line)
	lane := padded(who, 10) + "| "
	if columns(c.world.Stderr) > 0 {
		line = c.behind(lane, line)
	}
	c.print(c.err, c.errStyle.lane(who)(who)+strings.TrimPrefix(lane, who)+line)
}

// behind is a text that stands behind a label, wrapped at words.
func (c *console) behind(label, text string) string {
	by := letters(label)
	return indented(strings.Join(wrap(text, c.width()-by), "\n"), by)
}

// problems prints an error: one line, or one for each problem of a list; nothing for
// nil. A log file and a JSON log get it as an entry of the log.
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

// logHandler writes a log in the toolkit's shape, on the console and in the log file.
type logHandler struct{ *console }

func (h logHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h logHandler) WithGroup(string) slog.Handler      { return h }
func (h logHandler) Enabled(_ context.Context, l slog.Level) bool {
	return l >= h.level || h.file != nil && l >= h.atLeast
}

func (h logHandler) Handle(_ context.Context, r slog.Record) error {
	word := h.errStyle.level(r.Level)(levelWord(r.Level))
	h.entry(r, logLine(r.Time, word, h.mask.Screen(r.Message)))
	return nil
}

// entry writes an entry of the log to the log file and the console. The console gets
// text, unless its log is JSON.
func (c *console) entry(r slog.Record, text string) {
	c.keep(r)
	if c.json {
		text = c.jsonLine(r)
	}
	if r.Level >= c.level && !(c.story && r.NumAttrs() > 0) { // the story has it: see engine.Engine's Done
		c.print(c.err, text)
	}
}

// logLine is "[2026-11-22 14:30:00 INFO] message". Its further lines are indented,
// so that they do not look like entries.
func logLine(at time.Time, level, message string) string {
	return "[" + at.Format("2006-01-02 15:04:05 ") + level + "] " + indented(message, 4)
}

// levels are the names of the log's levels, lowest first. As numbers of slog they
// are four apart, and info is 0.
var levels = []string{"debug", "info", "warning", "error", "critical"}

// logLevels are the values of --log-file-level.
var logLevels = levels[:4]

func levelWord(l slog.Level) string { return strings.ToUpper(levels[l/4+1]) }

// openLogFile opens the file of --log-file.
func (s *session) openLogFile(name string) error {
	// O_NONBLOCK: a pipe without a reader is an error, instead of waiting for one.
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY|syscall.O_NONBLOCK, 0o644)
	if err != nil {
		return problem.Wrap(problem.Usage, err, "the file of --log-file cannot be opened", "check the folder and its permissions, or name another file")
	}
	s.console.file = f // closed with the program
	// Without the flag this is one level below debug.
	s.console.atLeast = slog.Level(4 * (slices.Index(logLevels, s.options.logFileLevel) - 1))
	return nil
}

// keep writes an entry into the log file, with the file and line of our code. If one
// entry cannot be written, no more are tried.
func (c *console) keep(r slog.Record) {
	if c.file == nil || r.Level < c.atLeast {
		return
	}
	message := c.mask.Lines(r.Message)
	if module, line := origin(r); line > 0 {
		message = fmt.Sprintf("[%s:%d] %s", module, line, message)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full {
		return
	}
	if _, err := io.WriteString(c.file, logLine(r.Time, levelWord(r.Level), message)+"\n"); err != nil {
		c.full = true
		io.WriteString(c.err, c.mask.Screen("runner: the log file ends here: "+err.Error()+"; check free space\n"))
	}
}

// jsonLine is an entry with the keys that the toolkit's JSON log has.
func (c *console) jsonLine(r slog.Record) string {
	module, line := origin(r)
	message := value.JSON(c.mask.Lines(r.Message))
	return fmt.Sprintf(`{"process":%d,"asctime":"%s","levelname":"%s","module":"%s","lineno":%d,`+
		`"message":%s,"context_id":"%s","timestamp":"%s"}`,
		os.Getpid(), r.Time.Format("2006-01-02 15:04:05,000"), levelWord(r.Level), module, line,
		message, c.run, r.Time.UTC().Format("2006-01-02T15:04:05.000000+00:00"))
}

// setJSON makes the console's log JSON. All lines of one call share a random UUID.
func (c *console) setJSON() {
	id := make([]byte, 16)
	rand.Read(id) // never fails
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	c.json, c.run = true, fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// origin is the file of our code, without its ending, and the line that an entry
// comes from; the line is 0 where that is not known.
func origin(r slog.Record) (module string, line int) {
	frame, _ := runtime.CallersFrames([]uintptr{r.PC}).Next()
	if frame.File == "" {
		return "cli", 0
	}
	return strings.TrimSuffix(path.Base(frame.File), ".go"), frame.Line
}

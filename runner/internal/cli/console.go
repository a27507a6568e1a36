package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/show"
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
	lost     error                  // why a result could not be written
	level    slog.Level             // of the log on the console
	json     bool                   // the log on the console is JSON
	run      string                 // what all lines of a JSON log have in common
	story    bool                   // a demo is told step by step: see story.go
	open     int                    // the letters of a line of standard error that is not ended: see Waiting
	asking   bool                   // a question is open
	waiting  string                 // what is printed once it is answered
	hurry    func()                 // nothing waits any more for who reads the output
	hurried  <-chan struct{}        // closed by hurry
	insist   func()                 // what is printed next is waited for, though not for long
	takes    func(flag string) bool // tells whether the command has a flag; nil: not known
	here     string                 // the folder in which the user stands; empty: not known
	file     io.Writer              // the log file; nil: none
	atLeast  slog.Level             // of the log file
	full     bool                   // the log file could not be written
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
	case "weak", "weak" + inPython:
		return s.bad
	case "resilient", "resilient" + inPython:
		return s.well
	}
	return s.bold
}

func newConsole(w World) *console {
	hurry := make(chan struct{})
	out, err := &output{file: w.Stdout, hurry: hurry}, &output{file: w.Stderr, hurry: hurry}
	c := &console{world: w, mask: &show.Mask{}, out: out, err: err, hurry: sync.OnceFunc(func() { close(hurry) }), hurried: hurry,
		insist: func() { out.insist(); err.insist() }}
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

// prose prints sentences that were asked for.
func (c *console) prose(text string) { c.result(c.behind("", text)) }

// print writes a text that has gone through the mask, or is all our own.
func (c *console) print(to io.Writer, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text = strings.TrimSuffix(text, "\n") + "\n"
	if c.asking && to == c.err {
		c.waiting += text
		return
	}
	if c.open > 0 {
		io.WriteString(c.err, "\n")
		c.open = 0
	}
	// If the reader has closed the pipe, as head does, that is no error.
	if _, err := io.WriteString(to, text); err != nil && to == c.out && c.lost == nil && !nobodyReads(err) && !errors.Is(err, errUnread) {
		c.lost = err // an error of standard error cannot be reported anywhere
	}
}

// ask prints a question, and leaves the cursor on its line. Nothing is printed behind it
// before answered is called.
func (c *console) ask(question string) (answered func(lineEnd string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asking = true
	io.WriteString(c.err, c.mask.Screen(question))
	return func(lineEnd string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		io.WriteString(c.err, lineEnd+c.waiting)
		c.asking, c.waiting = false, ""
	}
}

// note prints a line that is not part of the log.
func (c *console) note(format string, values ...any) {
	c.print(c.err, c.behind("", c.mask.Screen(fmt.Sprintf(format, values...))))
}

// Say tells what a demo does.
func (c *console) Say(text string) {
	c.print(c.err, c.errStyle.bold(c.behind("", c.mask.Screen(text))))
}

// Waiting tells that something still takes time, and how much so far. It extends a line
// until something else is printed.
func (c *console) Waiting(what string, sofar time.Duration) {
	if c.json {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	text := fmt.Sprintf(" %d s", int(sofar.Seconds()))
	switch {
	case c.open == 0:
		text = c.mask.Screen(what) + ":" + text
	case c.open+letters(text) > c.width():
		text, c.open = "\n "+text, -1
	}
	io.WriteString(c.err, text)
	c.open += letters(text)
}

// Line shows a line that a target or Python code prints. It begins with who, so that
// it does not look like the log. Only a terminal gets it in several lines.
func (c *console) Line(who, line string) {
	who, line = c.mask.Line(who, 0), c.mask.Screen(c.fromHere(line))
	lane := padded(who+" ", 10) + "| "
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

// fromHere is a text in which paths begin in the folder in which the user stands.
func (c *console) fromHere(text string) string {
	if c.here == "" || filepath.Dir(c.here) == c.here { // the root of all folders
		return text
	}
	pieces := strings.Split(text, c.here+string(filepath.Separator)) // which need not be UTF-8
	var shown strings.Builder
	shown.WriteString(pieces[0])
	for i, piece := range pieces[1:] {
		if before := pieces[i]; before == "" && i > 0 || before != "" && !strings.ContainsAny(before[len(before)-1:], " \t\r\n\f\v'\"(") {
			shown.WriteString(c.here + string(filepath.Separator))
		}
		shown.WriteString(piece)
	}
	return shown.String()
}

// longWord is more than somebody reads of a name or an address; what follows it must be seen.
var longWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\S{200})\S{100,}`) })

// mostProblems is how many problems are printed at once: nobody reads more.
const mostProblems = 100

// problems prints an error: one line, or one for each problem of a list; nothing for
// nil. Only a terminal gets a long one in several lines, as with Line. A log file and a
// JSON log get it as an entry of the log.
func (c *console) problems(err error) {
	prefix, list := "", problem.List{}
	if err != nil && !errors.As(err, &list) {
		prefix, list = "runner: ", problem.List{{What: err.Error()}}
	}
	for _, p := range list.First(mostProblems) {
		said, level := c.withoutOthers(p.Error()), slog.LevelError
		if c.world.inImage() {
			said = forImage(said)
		}
		if p.Warning {
			level = slog.LevelWarn
		}
		text := prefix + c.mask.Screen(longWord().ReplaceAllString(c.mask.Lines(c.fromHere(said)), "$1…"))
		if columns(c.world.Stderr) > 0 {
			text = strings.Join(wrap(text, c.width()-4), "\n")
		}
		text = c.errStyle.bold(prefix) + strings.TrimPrefix(text, prefix)
		c.entry(slog.NewRecord(time.Now(), level, said, 0), indented(text, 4))
	}
}

// choice is a part of a message that says what else to do, with a flag.
var choice = regexp.MustCompile(`,? or [^,;]*?--([a-z-]+)[^,;]*`)

// withoutOthers leaves out of a message what names a flag that the command does not have.
func (c *console) withoutOthers(said string) string {
	return choice.ReplaceAllStringFunc(said, func(part string) string {
		if c.takes == nil || c.takes(choice.FindStringSubmatch(part)[1]) {
			return part
		}
		return ""
	})
}

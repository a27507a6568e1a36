package cli

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// defaultWidth is the width of lines where nobody says another one, and minWidth the least
// that is taken from anybody.
const defaultWidth, minWidth = 80, 40

// width is how wide a line on standard output may be: as the variable COLUMNS says, as the
// terminal is, or 80.
func (c *console) width() int {
	text, _ := c.world.Environment("COLUMNS")
	width, err := strconv.Atoi(text)
	if err != nil || width <= 0 {
		width = columns(c.world.Stdout)
	}
	if width <= 0 {
		width = defaultWidth
	}
	return max(width, minWidth)
}

// commandLine finds a command of ours in a text, with the files and the variables of make behind it.
var commandLine = sync.OnceValue(func() *regexp.Regexp {
	const quoted = `"[^"]*"|'[^']*'`
	return regexp.MustCompile(`(?:\bmake [a-z-]+(?: [A-Z]+=(?:` + quoted + `|\S+))*|\S*\brunner (?:demo|init|recover|report|run|validate)(?: (?:` + quoted + `|--\S+|\S*[./]\S*))*)`)
})

// wrap breaks a text into lines of at most so many letters, between words. A word that is
// longer, such as a path, stays whole, so that it can be copied, and so does a command. A line that
// fits keeps its blanks. There is at least one line.
func wrap(text string, width int) (lines []string) {
	for whole := range strings.SplitSeq(text, "\n") {
		if letters(whole) <= width {
			lines = append(lines, whole)
			continue
		}
		const tied = "\x00"
		whole = commandLine().ReplaceAllStringFunc(whole, func(command string) string { return strings.ReplaceAll(command, " ", tied) })
		line := ""
		for word := range strings.FieldsSeq(whole) {
			word = strings.ReplaceAll(word, tied, " ")
			switch {
			case line == "":
				line = word
			case letters(line)+1+letters(word) <= width:
				line += " " + word
			default:
				lines, line = append(lines, line), word
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func letters(text string) int { return utf8.RuneCountInString(text) }

// padded is the text with blanks behind it, up to a width.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-letters(text)))
}

// indented indents all lines but the first, so that they do not look like lines of ours.
func indented(text string, by int) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", by))
}

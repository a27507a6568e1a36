package document

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"chaosworkshop.example/runner/internal/problem"
)

// slip is a mistake in YAML: a part of the library's message, and our message.
type slip struct{ words, what, do string }

// slips are tried in this order. The library's message is never shown: it may quote the
// file, and so a secret.
var slips = []slip{
	{" tab", "this line is indented with a tab", "use spaces alone"},
	{"mapping values are not", "this colon cannot stand here", "put quotes around a text that has a colon in it"},
	{"expected key", "there is more after the end of the value", `put quotes around the whole text; in it, write \" for " in double quotes, and '' for ' in single quotes`},
	{"expected '-'", "a list item is expected here", "begin the line with '- ', or correct its indentation"},
	{"expected ':'", "this line is neither 'key: value' nor '- item'", "add the colon, or the space after the colon or the -"},
	{"expected ','", "a comma or a closing bracket is missing before this place", "check the brackets and quotes"},
	{"node content", "a value is expected here", "write it, check the brackets, or put quotes around the text"},
	{"quoted scalar: found unexpected", "this quote is not closed", "add the closing quote"},
	{"cannot start", "a text cannot begin with this character", "put quotes around the text"},
	{"alphabetic", "a name is missing after this * or &", "put quotes around a text that begins with it"},
	{"unknown anchor", "this alias has no anchor: before *name there must be &name", "put quotes around a text that begins with *"},
	{"entries are not", "a list cannot begin here", "write the item on a line of its own, or put quotes around a text that begins with '- '"},
	{"quoted scalar", `what follows the \ has no meaning in double quotes`, `write \\ for one \, or use single quotes`},
	{"comment or line", "a text after | or > must begin on the next line", "move it there, or put quotes around it"},
	{"tag", "this tag cannot be read", "put quotes around a text that begins with !"},
	{"(value:", "there is a character that YAML does not allow, such as a control character", "remove it"},
	{"max depth", "this is nested too deep", "flatten it"},
	{"document start", "there is more after the end of the document", "remove it, or put quotes around a whole text"},
	{"", "this is not YAML", "check the indentation, quotes and colons"},
}

// Mistakes of which the library's message says less, or something else.
var (
	tooDeep    = slip{"", "this line is indented further than the line above, which has its value already", "begin it exactly below the key above, or write '- ' before an item; put quotes around a text of several lines"}
	fitsNone   = slip{"", "the indentation of this line fits none of the lines around it", "begin it exactly below the keys that it belongs to"}
	strayItem  = slip{"", "a list item cannot stand here, between keys", "move it below the key that it belongs to"}
	unclosed   = slip{"", "this bracket is not closed", "add the closing bracket"}
	wrongEnd   = slip{"", "this bracket does not close the one that is open", "use brackets in pairs: { with }, and [ with ]"}
	inBrackets = slip{"", "within brackets, a text with ${ in it needs quotes", "put quotes around the whole text"}
	noSpace    = slip{"", "a space is missing after this -", "begin a list item with '- '"}
	twoColons  = slip{"", "there is a colon too many", "remove it"}
	noComma    = slip{"", "a comma is missing here", "write it between the two"}
)

// explainYAML says in plain words what is wrong, and where: in the line that has the mistake,
// which may be above the one in which the library noticed it.
func (s *source) explainYAML(err error) *problem.Problem {
	found := &yaml.LoadError{}
	errors.As(err, &found)
	words := found.ContextMsg + ": " + found.Message
	one := slips[slices.IndexFunc(slips, func(one slip) bool { return strings.Contains(words, one.words) })]
	if found.Mark.Line == 0 { // a character that is not allowed
		where := bytes.IndexFunc(s.text, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r) })
		return s.problem(s.position(where), one.what, one.do)
	}
	y := yamlLines{lines: strings.Split(string(s.text), "\n"), line: found.Mark.Line, column: found.Mark.Column}
	opened := yamlLines{lines: y.lines, line: found.ContextMark.Line, column: found.ContextMark.Column}
	y, one = y.refine(one, opened)
	for i, line := range y.lines[:min(y.line, len(y.lines))] { // nothing can stand so
		if odd := oddIndent().FindStringSubmatchIndex(line); odd != nil {
			y.line, y.column = i+1, odd[2]+1
			break
		}
	}
	if column, odd := y.oddity(one.words == "quoted scalar: found unexpected"); odd != nil {
		y.column, one = column, slip{"", odd.what, odd.do}
	}
	return s.problem(problem.Position{File: s.name, Line: y.line, Column: y.column}, one.what, one.do)
}

// yamlLines is a place in a text. Line and column count from 1, the column in characters.
type yamlLines struct {
	lines        []string
	line, column int
}

// text is the line of the place.
func (y yamlLines) text() string { return y.lines[min(max(y.line, 1), len(y.lines))-1] }

// rest is the line from the place on.
func (y yamlLines) rest() string {
	r := []rune(y.text())
	return string(r[min(y.column-1, len(r)):])
}

// start is the place at which the line's text starts, after its indentation.
func (y yamlLines) start() yamlLines {
	text := y.text()
	y.column = 1 + len(text) - len(strings.TrimLeft(text, " \t"))
	return y
}

// above is the start of the next line further up that is neither empty nor a comment.
func (y yamlLines) above() yamlLines {
	for y.line--; y.line > 0; y.line-- {
		if text := strings.TrimSpace(y.text()); text != "" && text[0] != '#' {
			break
		}
	}
	return y.start()
}

// end is the place after the last character of the line.
func (y yamlLines) end() yamlLines {
	y.column = 1 + utf8.RuneCountInString(strings.TrimRight(y.text(), " \t\r"))
	return y
}

// Forms of a line.
var (
	hasKey    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`:(?:\s|$)`) })
	itemStart = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ *(?:- +)*`) })
	gluedItem = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ *-[^\s-].*:(?:\s|$)`) })
	secondOne = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[^"'#]*?:\s?:(?:\s|$)`) })
	oddIndent = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^ *-?([` + noBreak.characters + invisible.characters + `])`)
	})
)

// refine finds the line that has the mistake. What the library was reading starts at opened.
func (y yamlLines) refine(one slip, opened yamlLines) (yamlLines, slip) {
	if at, found := y.unclosed(); found.what != "" && at.line < y.line {
		return at, found
	}
	start, above := y.start(), y.above()
	atStart := y.column == start.column
	before := strings.TrimSuffix(start.rest(), y.rest())
	firstColon := one.words == "mapping values are not" && !hasKey().MatchString(before)
	if at, found := y.earlier(start, above); (atStart || firstColon) && found.what != "" {
		return at, found
	}
	switch one.words {
	case "mapping values are not":
		switch {
		case !firstColon || above.line == 0:
		case !hasKey().MatchString(above.text()): // the key and the line above are one text
			return y.named(above, "expected ':'")
		default:
			return start, tooDeep
		}
	case "expected ':'", "quoted scalar: found unexpected":
		return opened, one
	case "cannot start":
		if strings.HasPrefix(y.rest(), "\t") {
			return y, slips[0]
		}
	case "expected key":
		switch {
		case atStart && strings.HasPrefix(start.rest(), "- ") && start.column <= above.column:
			return y, strayItem
		case atStart:
			return y, fitsNone
		case strings.IndexAny(y.rest(), "]}") == 0:
			return y, slip{"", "there is a closing bracket too many", "remove it"}
		}
	case "document start":
		if atStart && above.line > 0 && y.column < above.column {
			return y, fitsNone
		}
	case "expected ','":
		if strings.HasPrefix(y.rest(), "{") && strings.HasSuffix(before, "$") {
			y.column--
			return y, inBrackets
		}
		switch {
		case strings.IndexAny(y.rest(), "]}") == 0:
			return y, wrongEnd
		case strings.HasPrefix(y.rest(), ":") && y.line == opened.line:
			return y, slip{"", slips[1].what, slips[1].do + ", or write a comma before the key"}
		case y.line > opened.line && start.column <= opened.start().column && strings.IndexAny(start.rest(), "]}") != 0:
			return opened, unclosed
		case atStart || y.line > opened.line && strings.HasPrefix(y.rest(), ":"):
			return above.end(), noComma
		}
	}
	return y, one
}

// earlier finds the mistake further up that makes a line wrong; no slip where there is none.
func (y yamlLines) earlier(start, above yamlLines) (yamlLines, slip) {
	if above.line == 0 {
		return y, slip{}
	}
	text := above.text()
	uses := func(column int) (n int) { // lines that have something in this column
		for _, line := range y.lines {
			if first := len(line) - len(strings.TrimLeft(line, " ")); first == column-1 || len(itemStart().FindString(line)) == column-1 {
				n++
			}
		}
		return n
	}
	content := 1 + len(itemStart().FindString(text))
	odd := uses(content) == 1 && uses(start.column) > 1 // of a tie, the one that is no multiple of two
	if uses(content) == uses(start.column) {
		odd = content%2 == 0 && start.column%2 == 1
	}
	switch colons := secondOne().FindString(text); {
	case colons != "":
		above.column = utf8.RuneCountInString(strings.TrimRight(colons, " \t\r"))
		return above, twoColons
	case gluedItem().MatchString(text):
		return above, noSpace
	case odd && above.column != start.column && max(content-start.column, start.column-content) <= 3:
		above.column = content
		return above, fitsNone
	}
	return y, slip{}
}

// named is another place with one of the slips.
func (y yamlLines) named(at yamlLines, words string) (yamlLines, slip) {
	return at, slips[slices.IndexFunc(slips, func(one slip) bool { return one.words == words })]
}

// oddity finds a character in the line that explains the mistake, at a place where YAML has a
// meaning of its own for the one that it looks like; anywhere for a quote that is not closed.
func (y yamlLines) oddity(anywhere bool) (column int, found *odd) {
	before := ' '
	atStart := true
	for i, r := range []rune(y.text()) {
		if o := oddity(r); o != nil && (anywhere || atStart || strings.ContainsRune(":-,[{", before)) {
			return i + 1, o
		} else if o == wide {
			return i + 1, o
		}
		if r != ' ' {
			before, atStart = r, false
		}
	}
	return 0, nil
}

// doubt warns of a text without quotes that starts or ends with a character which looks like
// one that would not be part of it.
func (r *yamlReader) doubt(y *yaml.Node) {
	text := []rune(y.Value)
	if y.Kind != yaml.ScalarNode || !plain(y) || len(text) == 0 {
		return
	}
	first, last := oddity(text[0]), oddity(text[len(text)-1])
	switch {
	case text[0] == '-' && len(text) > 1 && oddity(text[1]) == noBreak:
		first = noBreak
	case first == curly && last != curly, first == dash && (len(text) == 1 || text[1] != ' '), first == wide:
		first = nil
	}
	if first == nil && (last == noBreak || last == invisible) {
		first = last
	}
	if first != nil {
		r.warn(r.at(y), first.what+", so it is part of the text", first.do)
	}
}

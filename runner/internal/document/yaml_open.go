package document

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// blockText ends a line below which a text of several lines comes. Quotes and brackets mean
// nothing there.
var blockText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:^|[:-]) +[|>][-+1-9]*\s*(?: #.*)?$`) })

// unclosed finds the first quote that another text's quote ends, or the bracket that has no end,
// in the whole text; no slip where there is neither. The place is where the library noticed a mistake.
func (y yamlLines) unclosed() (yamlLines, slip) {
	type opening struct {
		yamlLines
		sign rune
	}
	var open []opening // brackets
	var quote opening  // line 0: not within quotes
	block := -1        // the indentation of the key whose text is in the lines below it
	for i, line := range y.lines {
		if text := strings.TrimLeft(line, " "); block >= 0 && (strings.TrimSpace(text) == "" || len(line)-len(text) > block) {
			continue
		}
		block = -1
		runes := append([]rune(strings.TrimRight(line, " \t\r")), ' ')
		before := ',' // the last character that is no space
		for c := 0; c < len(runes)-1; c++ {
			r, next := runes[c], runes[c+1]
			here := opening{yamlLines{y.lines, i + 1, c + 1}, r}
			begins := strings.ContainsRune(":-?,[{", before)
			switch {
			case quote.sign == '"' && r == '\\', quote.sign == '\'' && r == '\'' && next == r:
				c++
			case r == quote.sign && i >= quote.line && !strings.ContainsRune(" ,:]}", next):
				return y.named(quote.yamlLines, "quoted scalar: found unexpected")
			case r == quote.sign:
				quote = opening{}
			case quote.line > 0:
			case r == '#' && (c == 0 || runes[c-1] == ' '):
				c = len(runes)
				continue
			case strings.ContainsRune(`"'`, r) && begins:
				quote = here
			case strings.ContainsRune("[{", r) && (begins || len(open) > 0):
				open = append(open, here)
			case strings.ContainsRune("]}", r) && len(open) > 0:
				last := open[len(open)-1]
				open = open[:len(open)-1]
				switch {
				case (last.sign == '[') == (r == ']'):
				case here.line > y.line || here.line == y.line && here.column >= y.column:
					return y, slip{} // the library has noticed something before it
				case last.line == here.line:
					return here.yamlLines, wrongEnd
				default:
					return last.yamlLines, unclosed
				}
			}
			if r != ' ' {
				before = r
			}
		}
		if quote.line == 0 && blockText().MatchString(line) {
			block = len(line) - len(strings.TrimLeft(line, " "))
		}
	}
	if quote.line > 0 || len(open) == 0 || len(strings.TrimSpace(open[0].text())) == 1 { // the last: written as JSON is
		return y, slip{}
	}
	return open[len(open)-1].yamlLines, unclosed
}

// begins tells whether a sign stands in the text where a node begins. It goes there from the place
// of the last call, which is near.
func (r *yamlReader) begins(y *yaml.Node, sign byte) bool {
	c := &r.cursor
	c.line, c.column = max(c.line, 1), max(c.column, 1)
	for ; c.line < y.Line; c.line, c.column = c.line+1, 1 {
		c.offset += bytes.IndexByte(r.text[c.offset:], '\n') + 1
	}
	for ; c.line > y.Line; c.line, c.column = c.line-1, 1 {
		before := max(0, bytes.LastIndexByte(r.text[:c.offset], '\n'))
		c.offset = bytes.LastIndexByte(r.text[:before], '\n') + 1
	}
	for ; c.column < y.Column; c.column++ {
		_, size := utf8.DecodeRune(r.text[c.offset:])
		c.offset += size
	}
	for ; c.column > y.Column; c.column-- {
		_, size := utf8.DecodeLastRune(r.text[:c.offset])
		c.offset -= size
	}
	return c.offset < len(r.text) && r.text[c.offset] == sign
}

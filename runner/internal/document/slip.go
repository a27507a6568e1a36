package document

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/problem"
)

// odd is a character that looks like another one, and comes from a word processor, a web page
// or another keyboard. Those from \u0091 on are what Windows writes, read as Latin-1.
type odd struct{ characters, what, do string }

var (
	curly     = &odd{"“”„‟«»‘’‚‛\u0091\u0092\u0093\u0094", "this is a curly quote", "write straight quotes, in a text editor: a word processor makes curly ones"}
	noBreak   = &odd{"\u00a0\u2007\u202f", "this is a no-break space, which only looks like a space", "write a space instead"}
	invisible = &odd{"\u200b\u200c\u200d\u2060\ufeff", "there is an invisible character", "delete it, or write the line again"}
	dash      = &odd{"–—−\u0096\u0097", "this is a dash, which only looks like the sign -", "write - instead"}
	wide      = &odd{"：，；", "this is a wide character, which only looks like a colon or a comma", "write the ordinary one"}
)

// oddity describes a character; nil for one that is what it seems to be.
func oddity(r rune) *odd {
	for _, o := range []*odd{curly, noBreak, invisible, dash, wide} {
		if strings.ContainsRune(o.characters, r) {
			return o
		}
	}
	return nil
}

// formats are those that are taken for JSON or YAML, by how they start.
var formats = sync.OnceValue(func() []format {
	form := regexp.MustCompile
	return []format{
		{form(`(?i)^\s*<(!|\?xml|html|head|body|svg)`), "this is a web page (HTML) or XML", "download the file itself; at GitHub, use the button Raw"},
		{form(`^\{\\rtf`), "this is a document of a word processor (RTF)", "save it as plain text"},
		{form("^\\s*```"), "this is Markdown", "remove the lines that begin with ```"},
		{form(`^<<<<<<< |\n<<<<<<< `), "this file has the marks of a merge conflict of Git", "choose one of the two versions, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>"},
	}
})

// otherFormat is the problem of a text that is neither JSON nor YAML; nil for one that may be.
func (s *source) otherFormat() *problem.Problem {
	for _, f := range formats() {
		if at := f.form.FindIndex(s.text); at != nil {
			start := at[1] - len(bytes.TrimLeft(s.text[at[0]:at[1]], " \t\r\n"))
			return s.problem(s.position(start), f.what, f.do)
		}
	}
	return nil
}

type format struct {
	form     *regexp.Regexp
	what, do string
}

// yamlForm is the start of a YAML text, comments left out.
var yamlForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\s*#.*\n|\s*\n)*(?:---|%YAML|- \S|[\w-]+:(?:\s|$))`)
})

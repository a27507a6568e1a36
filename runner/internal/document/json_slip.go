package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/problem"
)

// jsonState is what is known of a JSON text at a place up to which it is JSON.
type jsonState struct {
	open  []jsonBracket // outermost first
	quote int           // where the text starts that is open; -1: none
	end   int           // where the token before the place ends
	last  byte          // the last byte of that token; 0: there is none
	isKey bool          // the token is a key

	line, indent int // where the line starts, and its blanks
	unclosed     int // a bracket that should have been closed before, as the indentation shows; -1: none
}

// jsonBracket is a bracket that is open.
type jsonBracket struct {
	at, line, indent int
	commas           int  // so far
	before           byte // the last byte before the last comma
}

// stateAt goes through the text up to a place.
func stateAt(text []byte, at int) jsonState {
	s := jsonState{quote: -1, unclosed: -1}
	for i := 0; i < at; i++ {
		c := text[i]
		inner := len(s.open) - 1
		s.look(text, i)
		switch {
		case s.quote >= 0 && c == '\\':
			i++
			continue
		case s.quote >= 0 && c != '"', strings.IndexByte(" \t\r\n", c) >= 0:
			continue
		case s.quote >= 0:
			s.isKey, s.quote = s.needsKey(text), -1
		case c == '"':
			s.quote = i
			continue
		case c == '{' || c == '[':
			s.open = append(s.open, jsonBracket{at: i, line: s.line, indent: s.indent})
		case c == '}' || c == ']':
			s.open = s.open[:inner]
		case c == ',':
			s.open[inner].commas++
			s.open[inner].before = s.last
		}
		s.isKey = s.isKey && c == '"'
		s.last, s.end = c, i+1
	}
	s.look(text, at)
	return s
}

// needsKey tells whether the next token must be a key.
func (s jsonState) needsKey(text []byte) bool {
	return len(s.open) > 0 && text[s.open[len(s.open)-1].at] == '{' && (s.last == '{' || s.last == ',')
}

// needsValue tells whether the next token must be a value.
func (s jsonState) needsValue(text []byte) bool {
	return !s.needsKey(text) && (s.last == 0 || strings.IndexByte(":[,", s.last) >= 0)
}

// explainJSON says in plain words why a text is not JSON from a place on. The problem stands
// where the mistake is, which may be before that place.
func (s *source) explainJSON(at int) *problem.Problem {
	state := stateAt(s.text, at)
	if start := len(bytes.TrimRightFunc(s.text[:at], isWordRune)); state.quote < 0 && start < at {
		if whole := json.Valid(s.text[start:at]); !whole || at < len(s.text) && isWordRune(rune(s.text[at])) { // the word is the mistake
			at, state = start, stateAt(s.text, start)
		}
	}
	say := func(at int, what, do string) *problem.Problem { return s.problem(s.position(at), what, do) }
	switch {
	case state.last == 0 && yamlForm().Match(s.text):
		return say(0, "this is YAML, and not JSON", "let the name of the file end in .yaml")
	case state.quote >= 0:
		return s.explainText(at, state.quote)
	}
	if found := s.explainOpen(at, state); found != nil {
		return found
	}
	switch {
	case at == len(s.text) || len(bytes.TrimSpace(s.text[at:])) == 0:
		return say(at, "the JSON ends too early: "+s.bracket(state)+" is not closed", "write the closing bracket where it belongs")
	}
	r, _ := utf8.DecodeRune(s.text[at:])
	if odd := oddity(r); odd != nil {
		return say(at, odd.what, odd.do)
	}
	c := s.text[at]
	inner := len(state.open) - 1
	needsKey, needsValue := state.needsKey(s.text), state.needsValue(s.text)
	switch {
	case c == '/' || c == '#':
		return say(at, "JSON has no comments", "remove it, or write the file in YAML")
	case inner < 0 && state.last == 0:
		return say(at, "this is not JSON: it begins with neither { nor [", "check that this is the right file")
	case c == '\'':
		return say(at, "JSON has no single quotes", "use double quotes")
	case c == '}' || c == ']':
		return s.explainClosing(at, state)
	case c == ',' && state.last == ':':
		return say(at, "a value is missing before this comma", "write it, or remove the key")
	case c == ',' && (needsKey || needsValue):
		return say(at, "there is a comma too many", "remove it")
	case c == '=' || c == ';':
		return say(at, "this character does not belong here", "write a colon between a key and its value, and a comma after the value")
	case needsKey && (c == '{' || c == '[') && state.last == '{':
		return say(state.open[inner].at, "this { begins an object, but the first thing in it has no key", "if it is a list, write [ here and ] at its end")
	case needsKey && (c == '{' || c == '['):
		return say(at, "a key is missing here", "write the key, or close "+s.bracket(state)+" before this place")
	case needsKey && isWordRune(r):
		return say(at, "this key has no quotes", "put double quotes around it")
	case needsValue && isWordRune(r):
		return s.explainValue(at)
	case state.isKey:
		return say(state.end, "a colon is missing here", "write it between the key and its value")
	case state.last == '"' && strings.IndexByte(`"{[`, c) < 0 && bytes.IndexByte(s.text[state.end:at], '\n') < 0:
		return say(state.end-1, "the text ends at this quote, but the line goes on", `write \" for a quote within a text`)
	case !needsKey && !needsValue && c != ':':
		return say(state.end, "a comma is missing here", "write it between the two")
	}
	return say(at, "this is not JSON", "check the line and the end of the one before it")
}

// explainValue says what is wrong with a word or a number where a value must be.
func (s *source) explainValue(at int) *problem.Problem {
	say := func(what, do string) *problem.Problem { return s.problem(s.position(at), what, do) }
	end := len(s.text) - len(bytes.TrimLeftFunc(s.text[at:], isWordRune))
	switch word := string(s.text[at:end]); {
	case word == "True" || word == "False" || word == "None":
		return say("this word is Python's", "JSON writes true, false and null")
	case word == "NaN" || strings.TrimLeft(word, "-+") == "Infinity":
		return say("JSON has no NaN and no Infinity", "write a number, or null")
	case unicode.IsDigit(rune(word[0])) || strings.IndexByte("+-.", word[0]) >= 0:
		return say("this is not a number of JSON", "write it without +, without a unit and without a needless 0, as in 0.5; put double quotes around a text")
	}
	return say("this text has no quotes", "put double quotes around it (without quotes JSON has only numbers, true, false and null)")
}

// explainText says what is wrong in a text whose quote is not closed at a place.
func (s *source) explainText(at, quote int) *problem.Problem {
	switch {
	case at == len(s.text) || s.text[at] == '\n' || s.text[at] == '\r':
		return s.problem(s.position(quote), "the text that starts here has no closing quote in its line", `add the quote; for a new line within a text write \n`)
	case s.text[at] == '\t':
		return s.problem(s.position(at), "a text cannot have a tab in it", `write \t, or a space`)
	case s.text[at] < ' ':
		return s.problem(s.position(at), "a text cannot have a control character in it", "remove it")
	}
	return s.problem(s.position(bytes.LastIndexByte(s.text[:at+1], '\\')), `what follows this \ has no meaning in JSON`, `write \\ for each \, as in "C:\\temp"`)
}

// explainClosing says what is wrong with a closing bracket.
func (s *source) explainClosing(at int, state jsonState) *problem.Problem {
	switch {
	case state.last == ',':
		return s.problem(s.position(state.end-1), "nothing comes after this comma", "remove it")
	case state.last == ':':
		return s.problem(s.position(at), "a value is missing before this bracket", "write it, or remove the key")
	case state.isKey:
		return s.problem(s.position(state.end), "a colon and a value are missing here", "write them after the key")
	}
	return s.problem(s.position(at), "this bracket does not close "+s.bracket(state), "use brackets in pairs: { with }, and [ with ]")
}

// bracket names the innermost bracket that is open, as in "the { in line 3".
func (s *source) bracket(state jsonState) string {
	if len(state.open) == 0 {
		return "the value"
	}
	at := state.open[len(state.open)-1].at
	return fmt.Sprintf("the %c in line %d", s.text[at], s.position(at).Line)
}

// isWordRune tells whether a character belongs to a word or a number, or starts a ${name}.
func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_$+-.", r)
}

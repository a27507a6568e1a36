// Package pattern searches text for Python's regular expressions, as re.search
// does with no flags.
//
// A pattern is read by the rules of Python 3.11 and written anew for an engine:
// the standard library's, whose time grows with the text only, where the pattern
// has nothing but choices and repetitions; else one that goes back and tries
// again, which has look-around and back-references and needs a time limit.
package pattern

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// Limit is how long one search may take. Patterns such as (a+)+\1 can need
// longer than anyone waits.
const Limit = 2 * time.Second

// stackSize bounds the memory of one search, in steps that can be taken back.
const stackSize = 2 << 20

// Pattern is a regular expression ready for use, also by several at once.
type Pattern struct {
	source string
	linear *linear // nil where only the other engine will do
	full   func() (*regexp2.Regexp, error)
}

// Compile reads a pattern. Its error is in Python's words, as in
// "nothing to repeat".
func Compile(source string) (*Pattern, error) {
	tree, err := parse(source)
	if err != nil {
		return nil, err
	}
	p := &Pattern{source: source, linear: newLinear(tree)}
	p.full = sync.OnceValues(func() (*regexp2.Regexp, error) { return backtracking(tree) })
	if p.linear == nil {
		_, err = p.full()
	}
	return p, err
}

// Search tells whether the pattern matches anywhere in text. Its error means
// that this took more time or memory than allowed.
func (p *Pattern) Search(text string) (bool, error) {
	if p.linear.suits(text) {
		return p.linear.engine.MatchString(text), nil
	}
	engine, err := p.full()
	if err != nil {
		return false, err
	}
	found, err := engine.MatchString(text)
	switch {
	case errors.Is(err, regexp2.ErrBacktrackingStackLimit):
		return false, fmt.Errorf("searching for the pattern %s took too much memory", p.source)
	case err != nil:
		return false, fmt.Errorf("searching for the pattern %s took longer than %s", p.source, Limit)
	}
	return found, nil
}

func backtracking(tree *node) (*regexp2.Regexp, error) {
	engine, err := regexp2.Compile(writeFull(tree), regexp2.OptionMaxBacktrackingStackSize(stackSize))
	if err != nil {
		return nil, fmt.Errorf("the pattern is beyond this program: %w", err)
	}
	engine.MatchTimeout = Limit
	return engine, nil
}

// linear is the pattern for the standard library's engine, and what it takes for
// that to mean the same.
type linear struct {
	engine   *regexp.Regexp
	ascii    bool // \b and \B know ASCII letters only
	nonempty bool // Python's \B is not met by an empty text
}

func newLinear(tree *node) *linear {
	w := linearWriter{}
	text, ok := w.write(tree)
	if !ok {
		return nil
	}
	engine, err := regexp.Compile(text)
	if err != nil {
		return nil // too many repetitions
	}
	return &linear{engine: engine, ascii: w.ascii, nonempty: w.nonempty}
}

func (l *linear) suits(text string) bool {
	return l != nil && !(l.ascii && !isASCII(text)) && !(l.nonempty && text == "")
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

package pattern

import (
	"strconv"
	"strings"
	"unicode"
)

// deepest is how deep groups may lie within groups; Python gives up near there.
const deepest = 300

// parser reads one pattern. It stops by panicking with a syntaxError.
type parser struct {
	*tokens
	global flags
	groups []*capture // by number; the first is not a group
	names  map[string]int
	// asked are the numbers of the groups that conditions ask about, which
	// may come later in the pattern.
	asked []int
	// before is the number of groups there were where a look-behind began,
	// or 0 outside of any.
	before int
	depth  int
}

// capture is a group that can be referred to once it is closed.
type capture struct {
	closed bool
	width  width
}

func parse(source string) (tree *node, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			syntax, ok := problem.(syntaxError)
			if !ok {
				panic(problem)
			}
			err = syntax
		}
	}()
	p := &parser{tokens: newTokens(source), groups: []*capture{nil}, names: map[string]int{}}
	tree = p.choice(0)
	if p.next != "" {
		fail("unbalanced parenthesis")
	}
	for _, number := range p.asked {
		if number >= len(p.groups) {
			fail("invalid group reference %d", number)
		}
	}
	if p.global.has(asciiFlag | unicodeFlag) {
		fail("ASCII and UNICODE flags are incompatible")
	}
	checkLooks(tree)
	return &node{op: opGroup, subs: []*node{tree}, fold: p.global.folds(), width: tree.width}, nil
}

// choice reads alternatives up to a closing parenthesis or the end.
func (p *parser) choice(f flags) *node {
	top := p.depth == 0
	var all []*node
	for {
		if top {
			f = p.global
		}
		all = append(all, sequence(p.sequence(f, top && len(all) == 0)))
		if !p.accept("|") {
			break
		}
	}
	return choice(all)
}

// sequence reads one alternative. Only at the start of the pattern, which first
// tells, flags may be set for all of it.
func (p *parser) sequence(f flags, first bool) []*node {
	var subs []*node
	for p.next != "" && p.next != "|" && p.next != ")" {
		this := p.get()
		switch {
		case f.has(verboseFlag) && strings.Contains(" \t\n\r\v\f", this):
		case f.has(verboseFlag) && this == "#":
			p.skipComment()
		case strings.Contains("*+?{", this):
			subs = p.repeat(subs, this)
		case this == "(":
			n := p.parenthesis(&f, first && len(subs) == 0)
			if n != nil {
				subs = append(subs, n)
			}
		default:
			subs = append(subs, p.simple(this, f).foldedASCII(f))
		}
	}
	return subs
}

func (p *parser) skipComment() {
	for {
		if this := p.get(); this == "" || this == "\n" {
			return
		}
	}
}

func (p *parser) simple(this string, f flags) *node {
	switch this {
	case "[":
		return p.class(f)
	case ".":
		if f.has(dotAllFlag) {
			return oneOf(runes{{0, unicode.MaxRune}})
		}
		return noneOf(runes{{'\n', '\n'}})
	case "^":
		if f.has(multiLineFlag) {
			return &node{op: opLineStart}
		}
		return &node{op: opTextStart}
	case "$":
		if f.has(multiLineFlag) {
			return &node{op: opLineEnd}
		}
		return &node{op: opEnd}
	}
	if this[0] == '\\' {
		return p.escape([]rune(this)[1], f)
	}
	return literal([]rune(this)[0])
}

// repeat reads a quantifier and applies it to the last part.
func (p *parser) repeat(subs []*node, this string) []*node {
	low, high := 0, endless
	switch this {
	case "?":
		high = 1
	case "+":
		low = 1
	case "{":
		var ok bool
		if low, high, ok = p.braces(); !ok {
			return append(subs, literal('{'))
		}
	}
	if len(subs) == 0 || subs[len(subs)-1].isPlace() {
		fail("nothing to repeat")
	}
	item := subs[len(subs)-1]
	if item.op == opRepeat {
		fail("multiple repeat")
	}
	n := &node{op: opRepeat, subs: []*node{item}, min: low, max: high, width: item.width.times(low, high)}
	switch {
	case p.accept("?"):
		n.style = lazy
	case p.accept("+"):
		n.style = possessive
	}
	subs[len(subs)-1] = n
	return subs
}

// braces reads what follows a {; without the form of a quantifier that is a
// character like any other.
func (p *parser) braces() (low, high int, ok bool) {
	if p.next == "}" {
		return 0, 0, false
	}
	here := p.tell()
	first := p.while(len(p.runes), decimalDigits)
	last := first
	if p.accept(",") {
		last = p.while(len(p.runes), decimalDigits)
	}
	if !p.accept("}") {
		p.seek(here)
		return 0, 0, false
	}
	low, high = bound(first, 0), bound(last, endless)
	if high < low {
		fail("min repeat greater than max repeat")
	}
	return low, high, true
}

func bound(digits string, otherwise int) int {
	if digits == "" {
		return otherwise
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n >= endless {
		fail("the repetition number is too large")
	}
	return n
}

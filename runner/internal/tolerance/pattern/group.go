package pattern

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"chaosworkshop.example/runner/internal/value"
)

// parenthesis reads what follows a (. It returns nil for a comment and for
// flags, which change f.
func (p *parser) parenthesis(f *flags, first bool) *node {
	if p.depth++; p.depth > deepest {
		fail("groups lie too deep within groups")
	}
	defer func() { p.depth-- }()
	if !p.accept("?") {
		return p.group("", *f)
	}
	switch this := p.getMore(); this {
	case "P":
		return p.named(*f)
	case ":":
		return p.plain(*f)
	case "#":
		p.remark()
		return nil
	case "=", "!":
		return p.look(this, false, *f)
	case "<":
		this = p.getMore()
		if this != "=" && this != "!" {
			fail("unknown extension ?<%s", this)
		}
		return p.look(this, true, *f)
	case "(":
		return p.condition(*f)
	case ">":
		inner := p.choice(*f)
		p.close()
		return &node{op: opAtomic, subs: []*node{inner}, width: inner.width}
	default:
		if _, ok := flagOf(this); !ok && this != "-" && this != "L" {
			fail("unknown extension ?%s", this)
		}
		return p.flagged(this, f, first)
	}
}

func (p *parser) getMore() string {
	this := p.get()
	if this == "" {
		fail("unexpected end of pattern")
	}
	return this
}

func (p *parser) close() {
	if !p.accept(")") {
		fail("missing ), unterminated subpattern")
	}
}

func (p *parser) remark() {
	for {
		switch p.get() {
		case "":
			fail("missing ), unterminated comment")
		case ")":
			return
		}
	}
}

// plain reads a group that captures nothing.
func (p *parser) plain(f flags) *node {
	inner := p.choice(f)
	p.close()
	return &node{op: opGroup, subs: []*node{inner}, fold: f.folds(), width: inner.width}
}

func (p *parser) flagged(letter string, f *flags, first bool) *node {
	on, off, global := p.flags(letter)
	if !global {
		return p.plain(f.with(on, off))
	}
	if !first {
		fail("global flags not at the start of the expression")
	}
	p.global |= on
	*f = p.global
	return nil
}

// group reads a group that captures, named or not.
func (p *parser) group(name string, f flags) *node {
	number := len(p.groups)
	this := &capture{}
	p.groups = append(p.groups, this)
	if name != "" {
		if was, ok := p.names[name]; ok {
			fail("redefinition of group name %s as group %d; was group %d", value.Repr(name), number, was)
		}
		p.names[name] = number
	}
	n := p.plain(f)
	n.number = number
	this.closed, this.width = true, n.width
	return n
}

// named reads Python's own (?P<name>…) and (?P=name).
func (p *parser) named(f flags) *node {
	switch {
	case p.accept("<"):
		name := p.until(">", "group name")
		checkName(name)
		return p.group(name, f)
	case p.accept("="):
		name := p.until(")", "group name")
		checkName(name)
		return p.reference(p.numberOf(name), f)
	}
	fail("unknown extension ?P%s", p.getMore())
	return nil
}

func (p *parser) numberOf(name string) int {
	number, ok := p.names[name]
	if !ok {
		fail("unknown group name %s", value.Repr(name))
	}
	return number
}

func checkName(name string) {
	if !isIdentifier(name) {
		fail("bad character in group name %s", value.Repr(name))
	}
}

func isIdentifier(name string) bool {
	return name != "" && strings.IndexFunc(name, func(r rune) bool {
		return r != '_' && !unicode.In(r, unicode.L, unicode.Nl, unicode.Nd, unicode.Mn, unicode.Mc)
	}) < 0 && !unicode.In([]rune(name)[0], unicode.Nd, unicode.Mn, unicode.Mc)
}

func (p *parser) reference(number int, f flags) *node {
	if !p.groups[number].closed {
		fail("cannot refer to an open group")
	}
	p.checkBehind(number)
	return &node{op: opBack, number: number, fold: f.has(foldFlag), width: p.groups[number].width}
}

// checkBehind refuses what a look-behind cannot know yet.
func (p *parser) checkBehind(number int) {
	switch {
	case p.before == 0:
	case number >= len(p.groups) || !p.groups[number].closed:
		fail("cannot refer to an open group")
	case number >= p.before:
		fail("cannot refer to group defined in the same lookbehind subpattern")
	}
}

func (p *parser) look(sign string, behind bool, f flags) *node {
	was := p.before
	if behind && was == 0 {
		p.before = len(p.groups)
	}
	inner := p.choice(f)
	p.before = was
	p.close()
	return &node{op: opLook, subs: []*node{inner}, behind: behind, not: sign == "!"}
}

// condition reads (?(group)yes|no).
func (p *parser) condition(f flags) *node {
	name := p.until(")", "group name")
	var number int
	if isIdentifier(name) {
		number = p.numberOf(name)
	} else {
		number = p.conditionNumber(name)
	}
	p.checkBehind(number)
	yes := sequence(p.sequence(f, false))
	no := sequence(nil)
	if p.accept("|") {
		no = sequence(p.sequence(f, false))
		if p.next == "|" {
			fail("conditional backref with more than two branches")
		}
	}
	p.close()
	return &node{op: opIf, number: number, subs: []*node{yes, no}, width: yes.width.or(no.width)}
}

func (p *parser) conditionNumber(digits string) int {
	number, err := strconv.Atoi(digits)
	switch {
	case err != nil || number < 0:
		fail("bad character in group name %s", value.Repr(digits))
	case number == 0:
		fail("bad group number")
	case !slices.Contains(p.asked, number):
		p.asked = append(p.asked, number)
	}
	return number
}

// checkLooks refuses a look-behind whose width is not known beforehand.
func checkLooks(n *node) {
	for _, sub := range n.subs {
		checkLooks(sub)
	}
	if n.op == opLook && n.behind && n.subs[0].width.min != n.subs[0].width.max {
		fail("look-behind requires fixed-width pattern")
	}
}

package pattern

import (
	"strconv"
	"unicode"

	"chaosworkshop.example/runner/internal/value"
)

var plainEscapes = map[rune]rune{'a': '\a', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '\\': '\\'}

// escape reads what a backslash before c means outside of a set.
func (p *parser) escape(c rune, f flags) *node {
	if set, ok := category(c, f.has(asciiFlag)); ok {
		return oneOf(set)
	}
	switch c {
	case 'A':
		return &node{op: opTextStart}
	case 'Z':
		return &node{op: opTextEnd}
	case 'b':
		return &node{op: opEdge, ascii: f.has(asciiFlag)}
	case 'B':
		return &node{op: opNoEdge, ascii: f.has(asciiFlag)}
	case '0':
		return literal(octal("0" + p.while(2, octalDigits)))
	}
	if '1' <= c && c <= '9' {
		return p.numbered(c, f)
	}
	return literal(p.character(c))
}

// numbered reads \1: the number of a group, or three octal digits.
func (p *parser) numbered(c rune, f flags) *node {
	digits := string(c) + p.while(1, decimalDigits)
	if len(digits) == 2 && c <= '7' && digits[1] <= '7' {
		if third := p.while(1, octalDigits); third != "" {
			return literal(octal(digits + third))
		}
	}
	number, _ := strconv.Atoi(digits)
	if number >= len(p.groups) {
		fail("invalid group reference %d", number)
	}
	return p.reference(number, f)
}

// character reads an escape that is one character everywhere.
func (p *parser) character(c rune) rune {
	if plain, ok := plainEscapes[c]; ok {
		return plain
	}
	switch c {
	case 'x':
		return p.hexadecimal(c, 2)
	case 'u':
		return p.hexadecimal(c, 4)
	case 'U':
		return p.hexadecimal(c, 8)
	case 'N':
		return p.byName()
	}
	if c <= unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
		fail(`bad escape \%c`, c)
	}
	return c
}

func (p *parser) hexadecimal(c rune, length int) rune {
	digits := p.while(length, hexDigits)
	if len(digits) != length {
		fail(`incomplete escape \%c%s`, c, digits)
	}
	n, _ := strconv.ParseInt(digits, 16, 64)
	if n > unicode.MaxRune {
		fail(`bad escape \%c%s`, c, digits)
	}
	return rune(n)
}

// byName reads \N{name}, for which this program would need all of Unicode's
// names.
func (p *parser) byName() rune {
	if !p.accept("{") {
		fail("missing {")
	}
	name := p.until("}", "character name")
	fail("the character name %s is not known here: write the character itself", value.Repr(name))
	return 0
}

// class reads a set behind its [.
func (p *parser) class(f flags) *node {
	negate := p.accept("^")
	var set runes
	for first := true; ; first = false {
		this := p.getClass()
		if this == "]" && !first {
			break
		}
		item, single := p.classItem(this, f)
		if p.accept("-") {
			that := p.getClass()
			if that == "]" {
				set = append(append(set, item...), runeRange{'-', '-'})
				break
			}
			end, endSingle := p.classItem(that, f)
			if !single || !endSingle || end[0].low < item[0].low {
				fail("bad character range %s-%s", this, that)
			}
			item = runes{{item[0].low, end[0].low}}
		}
		set = append(set, item...)
	}
	if negate {
		return noneOf(set.normal())
	}
	return oneOf(set.normal())
}

func (p *parser) getClass() string {
	this := p.get()
	if this == "" {
		fail("unterminated character set")
	}
	return this
}

// classItem is one character, which can be an end of a range, or a category.
func (p *parser) classItem(this string, f flags) (item runes, single bool) {
	c := []rune(this)[0]
	if this[0] == '\\' {
		c = []rune(this)[1]
		if set, ok := category(c, f.has(asciiFlag)); ok {
			return set, false
		}
		switch {
		case c == 'b':
			c = '\b'
		case '0' <= c && c <= '7':
			c = octal(string(c) + p.while(2, octalDigits))
		default:
			c = p.character(c)
		}
	}
	return runes{{c, c}}, true
}

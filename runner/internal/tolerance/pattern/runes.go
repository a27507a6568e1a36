package pattern

import (
	"slices"
	"unicode"
)

// runes is a set of characters: ranges, both ends included.
type runes []runeRange

type runeRange struct{ low, high rune }

// normal sorts the ranges and joins those that touch.
func (s runes) normal() runes {
	s = slices.Clone(s)
	slices.SortFunc(s, func(a, b runeRange) int { return int(a.low - b.low) })
	joined := s[:0]
	for _, next := range s {
		if last := len(joined) - 1; last >= 0 && next.low <= joined[last].high+1 {
			joined[last].high = max(joined[last].high, next.high)
			continue
		}
		joined = append(joined, next)
	}
	return joined
}

// complement is every character that is not in the set.
func (s runes) complement() runes {
	var rest runes
	next := rune(0)
	for _, r := range s.normal() {
		if r.low > next {
			rest = append(rest, runeRange{next, r.low - 1})
		}
		next = r.high + 1
	}
	if next <= unicode.MaxRune {
		rest = append(rest, runeRange{next, unicode.MaxRune})
	}
	return rest
}

// foldedASCII makes the node match both cases of ASCII letters, where the flags
// let only those not count: the engines know only folding in every script.
func (n *node) foldedASCII(f flags) *node {
	if !f.has(foldFlag | asciiFlag) {
		return n
	}
	switch n.op {
	case opLiteral:
		return oneOf(bothCases(runes{{n.char, n.char}}))
	case opSet:
		n.set = bothCases(n.set)
	}
	return n
}

func bothCases(s runes) runes {
	both := slices.Clone(s)
	for _, r := range s {
		for c := max(r.low, 'A'); c <= min(r.high, 'z'); c++ {
			if other := c ^ 0x20; unicode.IsLetter(c) {
				both = append(both, runeRange{other, other})
			}
		}
	}
	return both.normal()
}

// category is the set behind \d, \s or \w and, for the capital letters, the rest.
func category(letter rune, ascii bool) (set runes, ok bool) {
	switch unicode.ToLower(letter) {
	case 'd':
		set = digits(ascii)
	case 's':
		set = spaces(ascii)
	case 'w':
		set = words(ascii)
	default:
		return nil, false
	}
	if unicode.IsUpper(letter) {
		return set.complement(), true
	}
	return set, true
}

func digits(ascii bool) runes {
	if ascii {
		return runes{{'0', '9'}}
	}
	return fromTables(unicode.Nd)
}

func spaces(ascii bool) runes {
	if ascii {
		return runes{{'\t', '\r'}, {' ', ' '}}
	}
	return append(fromTables(unicode.White_Space), runeRange{0x1c, 0x1f})
}

func words(ascii bool) runes {
	if ascii {
		return runes{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	}
	return append(fromTables(unicode.L, unicode.N), runeRange{'_', '_'})
}

func fromTables(tables ...*unicode.RangeTable) runes {
	var set runes
	for _, table := range tables {
		for _, r := range table.R16 {
			set = set.strided(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range table.R32 {
			set = set.strided(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return set.normal()
}

func (s runes) strided(low, high, stride rune) runes {
	if stride == 1 {
		return append(s, runeRange{low, high})
	}
	for r := low; r <= high; r += stride {
		s = append(s, runeRange{r, r})
	}
	return s
}

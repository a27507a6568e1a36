package show

import (
	"slices"
	"sort"
	"strings"
)

// longPart is the length, in bytes, from which on a part is looked for in pieces: a text may have a
// beginning of it at every place.
const longPart = 256

// parts are the texts that betray a secret wherever they occur.
type parts struct {
	known   map[string]bool
	from    map[string][]part // by their first bytes, in order
	unsure  map[string]bool   // first bytes whose parts are not in order
	begins  *[1 << 20]start   // by firstFour, and by firstOfLong: some part begins so
	longest int               // in bytes
}

// start tells how parts begin that have the same number: as a short one, as one of at least long bytes, or with such long bytes.
type start uint8

const (
	asShort start = 1 << iota
	asLong
	withLong
)

// long is the length, in bytes, from which on a part is known by more than four of its bytes: many secrets may begin alike.
const long = 16

// part is one of the texts, and the place among its neighbours of the longest that it begins with, or -1.
type part struct {
	text   string
	within int
}

// add adds a text; order must follow.
func (p *parts) add(text string) {
	for ; len(text) > longPart; text = text[min(longPart, len(text)-longPart):] {
		p.add(text[:longPart])
	}
	if p.known[text] || len(text) < minLength {
		return
	}
	if p.known == nil {
		*p = parts{known: map[string]bool{}, from: map[string][]part{}, unsure: map[string]bool{}, begins: new([1 << 20]start)}
	}
	first := text[:minLength]
	p.known[text], p.unsure[first], p.longest = true, true, max(p.longest, len(text))
	p.from[first] = append(p.from[first], part{text: text})
	if len(text) < long {
		p.begins[firstFour(text)] |= asShort
	} else {
		p.begins[firstFour(text)] |= asLong
		p.begins[firstOfLong(text)] |= withLong
	}
}

// mayBegin tells whether a part may begin a text.
func (p *parts) mayBegin(text string) bool {
	is := p.begins[firstFour(text)]
	return is&asShort != 0 || is&asLong != 0 && len(text) >= long && p.begins[firstOfLong(text)]&withLong != 0
}

// order brings in order what was added.
func (p *parts) order() {
	for first := range p.unsure {
		all := p.from[first]
		slices.SortFunc(all, func(a, b part) int { return strings.Compare(a.text, b.text) })
		for i := range all {
			within := i - 1
			for within >= 0 && !strings.HasPrefix(all[i].text, all[within].text) {
				within = all[within].within
			}
			all[i].within = within
		}
	}
	clear(p.unsure)
}

// firstFour is a number from the first four bytes: two texts that begin otherwise seldom have the same.
func firstFour(text string) uint32 {
	return (uint32(text[0])<<24 | uint32(text[1])<<16 | uint32(text[2])<<8 | uint32(text[3])) * 2654435761 >> 12
}

// firstOfLong is the same from the first bytes of a long text.
func firstOfLong(text string) uint64 {
	eight := func(s string) uint64 {
		return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	}
	return (eight(text)*0x9E3779B97F4A7C15 ^ eight(text[8:])*0xC2B2AE3D27D4EB4F) * 0x9E3779B97F4A7C15 >> 44
}

// longestAt is the length, in bytes, of the longest part that a text begins with; 0 for none.
func (p *parts) longestAt(text string) int {
	all := p.from[text[:minLength]]
	i := sort.Search(len(all), func(i int) bool { return all[i].text > text }) - 1
	for i >= 0 && !strings.HasPrefix(text, all[i].text) {
		i = all[i].within // what begins the text begins its neighbour in order, too
	}
	if i < 0 {
		return 0
	}
	return len(all[i].text)
}

// find marks in a text what betrays a secret and is not shorter than least, in bytes. It goes through
// the text once, however many secrets there are.
func (p *parts) find(text string, least int, found *marks) {
	if p.longest < max(least, minLength) {
		return
	}
	for at := range max(0, len(text)-minLength+1) {
		if !p.mayBegin(text[at:]) {
			continue
		}
		if length := p.longestAt(text[at:]); length > 0 && length >= least {
			found.add(at, at+length)
		}
	}
}

var unwrapped = strings.NewReplacer("\n", "", "\r", "")

// wrapped is the length, in bytes, from which on programs cut what they encode into lines.
const wrapped = 40

// findWrapped marks what goes on from line to line, with the line ends in it.
func (p *parts) findWrapped(text string, found *marks) {
	if p.longest < wrapped || !strings.Contains(strings.TrimSpace(text), "\n") {
		return
	}
	inWhole := &marks{}
	p.find(unwrapped.Replace(text), wrapped, inWhole)
	at, seen := 0, 0
	place := func(n int) int { // of a byte of the whole in the text
		for ; seen < n || text[at] == '\n' || text[at] == '\r'; at++ {
			if text[at] != '\n' && text[at] != '\r' {
				seen++
			}
		}
		return at
	}
	for from, to := range inWhole.all() {
		begin := place(from)
		found.add(begin, place(to-1)+1)
	}
}

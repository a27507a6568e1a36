package show

import (
	"cmp"
	"slices"
	"strings"
)

// longPart is the length, in bytes, from which on a part is looked for in pieces: a text may have a
// beginning of it at every place.
const longPart = 256

// addPart adds a text that betrays a secret wherever it occurs.
func (m *Mask) addPart(part string) {
	for ; len(part) > longPart; part = part[min(longPart, len(part)-longPart):] {
		m.addPart(part[:longPart])
	}
	if m.parts[part] || len(part) < minLength {
		return
	}
	m.parts[part], m.longest = true, max(m.longest, len(part))
	m.starts[part[:minLength]] = append(m.starts[part[:minLength]], part)
	m.begins[firstFour(part)] = true
}

// firstFour is a number from the first four bytes: two texts that begin otherwise seldom have the same.
func firstFour(text string) uint32 {
	return (uint32(text[0])<<24 | uint32(text[1])<<16 | uint32(text[2])<<8 | uint32(text[3])) * 2654435761 >> 12
}

// find lists the places of what betrays a secret and is not shorter than least. It goes through
// the text once, however many secrets there are.
func (m *Mask) find(text string, least int) (places [][]int) {
	if len(m.parts) == 0 {
		return nil
	}
	for at := range max(0, len(text)-minLength+1) {
		if !m.begins[firstFour(text[at:])] {
			continue
		}
		for _, part := range m.starts[text[at:at+minLength]] {
			last, end := len(places)-1, at+len(part)
			switch {
			case len(part) < least, last >= 0 && end <= places[last][1], !strings.HasPrefix(text[at:], part):
			case last >= 0 && at <= places[last][1]:
				places[last][1] = end
			default:
				places = append(places, []int{at, end})
			}
		}
	}
	return places
}

var unwrapped = strings.NewReplacer("\n", "", "\r", "")

// wrapped is the length, in bytes, from which on programs cut what they encode into lines.
const wrapped = 40

// findWrapped lists the places of what goes on from line to line.
func (m *Mask) findWrapped(text string) [][]int {
	if !strings.Contains(strings.TrimSpace(text), "\n") {
		return nil
	}
	places := m.find(unwrapped.Replace(text), wrapped)
	var ends []*int // of all places, to be moved to where they are in the text itself
	for _, place := range places {
		place[1]-- // the last byte is in the place
		ends = append(ends, &place[0], &place[1])
	}
	slices.SortFunc(ends, func(a, b *int) int { return cmp.Compare(*a, *b) })
	seen := 0
	for at := 0; len(ends) > 0; at++ {
		if text[at] == '\n' || text[at] == '\r' {
			continue
		}
		for len(ends) > 0 && *ends[0] == seen {
			*ends[0], ends = at, ends[1:]
		}
		seen++
	}
	for _, place := range places {
		place[1]++
	}
	return places
}

// piece is where a long text may be cut of which only the beginning is shown: after 64 KiB, and in
// no URL. It is the length of a text that may not be cut.
func (m *Mask) piece(text string) int {
	const most = 1 << 16
	if len(text) <= most {
		return len(text)
	}
	if !strings.Contains(text, "@") {
		return most
	}
	if blank := strings.LastIndexAny(text[:most], " \t\r\n"); blank > 0 {
		return blank
	}
	return len(text)
}

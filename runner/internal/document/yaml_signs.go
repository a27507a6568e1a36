package document

import (
	"bytes"
	"runtime/debug"
	"strings"
)

// mostPending is how many signs may stand in one line, or between a bracket and the one that closes
// it: the library keeps all of them in memory, and they are large, until it knows that no : follows.
const mostPending, longLine = 100_000, "there are more than 100,000 signs in one line, or between two brackets"

// tooLong is where a text has more of them; 0 for nowhere.
func tooLong(text []byte) int {
	left, open := mostPending, 0
	for i, c := range text {
		switch c {
		case '[', '{':
			open++
		case ']', '}':
			open = max(0, open-1)
			continue
		case '\n':
			if open == 0 {
				left = mostPending
			}
			continue
		case ',', '?', '-', ':', '"', '\'', '&', '*', '!':
		default:
			continue
		}
		if left--; left < 0 {
			return i
		}
	}
	return 0
}

// signs is where a text has had so many of the signs that begin values and keys that the library's
// tree could be too large; 0 for nowhere. Those within texts count, too: to tell them apart would be
// to read the text. It also returns how many values and keys there may be. A colon is for two; where
// a bracket is open in its line, a comma or the bracket is for one of them.
func signs(text []byte) (tooMany, nodes int) {
	open := 0
	for i, c := range text {
		next, last := byte(' '), byte(' ')
		if i+1 < len(text) {
			next = text[i+1]
		}
		if i > 0 {
			last = text[i-1]
		}
		switch c {
		case '-', '?':
			if next > ' ' && next != ',' && next != '}' && next != ']' {
				continue
			}
		case ':':
			if isWord(next) && strings.IndexByte(`"']}`, last) < 0 {
				continue
			}
			if open == 0 {
				nodes++
			}
		case '[', '{':
			open++
		case ']', '}':
			open = max(0, open-1)
			continue
		case '\n':
			open = 0
			continue
		case ',':
		default:
			continue
		}
		if nodes++; nodes > maxValues {
			return i, nodes
		}
	}
	return 0, nodes
}

// makeRoom lets the program have the memory that the tree of so many nodes takes, and the text: with
// less, it would look for what is free all the time.
func makeRoom(nodes int, text []byte) {
	const node, anchor, beside = 184, 60, 40 << 20 // bytes: a node with a short text; what the library keeps of an anchor
	room := int64(nodes*node + bytes.Count(text, []byte("&"))*anchor + len(text) + beside)
	if room > debug.SetMemoryLimit(-1) {
		debug.SetMemoryLimit(room)
	}
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '/' || c >= 0x80
}

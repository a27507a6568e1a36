package problem

import (
	"slices"
	"strings"
	"unicode"
)

// Near returns the known words that the user may have meant, nearest first: they differ
// in one or two letters, or only in case and separators.
func Near(word string, known []string) (near []string) {
	meant := plain(word)
	slips := map[string]int{}
	for _, k := range known {
		p := plain(k)
		if k == word || len(p) > len(meant)+2 || len(meant) > len(p)+2 {
			continue
		}
		if n := distance(meant, p); n < len(k) && n <= min(max(1, len(k)/3), 2) {
			near, slips[k] = append(near, k), n
		}
	}
	slices.SortStableFunc(near, func(a, b string) int { return slips[a] - slips[b] })
	return near
}

// DidYouMean is the advice for an unknown word: the nearest known one, or all of them.
func DidYouMean(word string, known []string) string {
	if near := Near(word, known); len(near) > 0 {
		return "did you mean '" + near[0] + "'?"
	}
	return "choose one of: " + strings.Join(known, ", ")
}

// plain is a word without case and separators.
func plain(word string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' {
			return -1
		}
		return unicode.ToLower(r)
	}, word)
}

// distance counts the letters to change, add, leave out or swap with their
// neighbour between a and b.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var d [65][65]uint8 // between the beginnings of a and b
	for i := range len(a) + 1 {
		for j := range len(b) + 1 {
			if i == 0 || j == 0 {
				d[i][j] = uint8(i + j)
				continue
			}
			d[i][j] = min(d[i-1][j], d[i][j-1], d[i-1][j-1]) + 1
			if a[i-1] == b[j-1] {
				d[i][j] = d[i-1][j-1]
			} else if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return int(d[len(a)][len(b)])
}

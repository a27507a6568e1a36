package problem

import (
	"slices"
	"strings"
	"unicode"
)

// Near returns the known words that somebody who wrote word may have meant,
// nearest first: a slip or two away, or the same but for case and separators.
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

// DidYouMean is the advice for a word that is none of known: the nearest one, or
// all of them.
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
	var rows [3][65]int
	for j := range len(b) {
		rows[0][j+1] = j + 1
	}
	for i := range len(a) {
		before, above, row := &rows[(i+2)%3], &rows[i%3], &rows[(i+1)%3]
		row[0] = i + 1
		for j := range len(b) {
			row[j+1] = min(above[j+1], row[j], above[j]) + 1
			if a[i] == b[j] {
				row[j+1] = above[j]
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}

package cli

import (
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// narrowest is the width in columns below which nothing is wrapped any more.
const narrowest = 40

// widthOf is how many columns a stream has: what COLUMNS says, else what its terminal has;
// 0 where nobody knows.
func widthOf(w World, f *os.File) int {
	text, _ := w.Environment("COLUMNS")
	columns, _ := strconv.Atoi(text)
	if columns <= 0 {
		columns = terminalWidth(f)
	}
	if columns <= 0 {
		return 0
	}
	return max(columns, narrowest)
}

// wrapped breaks the lines of a text at spaces where they are longer than the width. All
// but the first are indented. A word that is too long stays whole.
func wrapped(text string, width, indent int) string {
	var rows []string
	room := width
	for line := range strings.SplitSeq(text, "\n") {
		for {
			cut := len(line)
			if utf8.RuneCountInString(line) > room {
				cut = strings.LastIndexByte(string([]rune(line)[:room+1]), ' ')
				if strings.TrimSpace(line[:max(cut, 0)]) == "" { // not even the first word fits
					word := strings.TrimLeft(line, " ")
					cut = len(line) - len(word) + strings.IndexByte(word+" ", ' ')
				}
			}
			rows = append(rows, strings.TrimRight(line[:cut], " "))
			room = width - indent
			if line = strings.TrimLeft(line[cut:], " "); line == "" {
				break
			}
		}
	}
	return strings.Join(rows, "\n"+strings.Repeat(" ", indent))
}

package draft

import (
	"strings"
)

// onlyShell are the characters that have a meaning for a shell, and none for a program.
const onlyShell = "|&;<>()$`*"

// split makes words of a command, as a shell does: blanks part words, and quotes keep them
// together. What only a shell could do is refused, because no shell reads the words.
func split(command string) (words []string, err error) {
	var word strings.Builder
	var open rune // the quote that is open
	begun := false
	letters := []rune(command)
	for i := 0; i < len(letters); i++ {
		letter, next := letters[i], rune(0)
		if i+1 < len(letters) {
			next = letters[i+1]
		}
		switch {
		case letter == '\\' && open != '\'' && (next == '"' || open == 0 && (next == ' ' || next == '\'')):
			word.WriteRune(next)
			begun = true
			i++
		case letter == open:
			open = 0
		case open == 0 && (letter == '"' || letter == '\''):
			open, begun = letter, true
		case open == 0 && letter == ' ':
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		case open == 0 && strings.ContainsRune(onlyShell, letter), open == '"' && (letter == '$' || letter == '`'),
			open == 0 && !begun && letter == '~':
			return nil, refuse("only a shell understands the "+string(letter)+" in this command", "put it into single quotes, give it to a shell as in sh -c '...', or write a script")
		default:
			word.WriteRune(letter)
			begun = true
		}
	}
	if begun {
		words = append(words, word.String())
	}
	switch {
	case open != 0:
		return nil, refuse("the quote "+string(open)+" is not closed", "write it again with the second "+string(open))
	case len(words) == 0:
		return nil, refuse("there is no answer", "write a path or a command")
	}
	for _, w := range words {
		if strings.TrimSpace(w) == "" {
			return nil, refuse("a word of this command is empty, and would be left out", "write the command without it, or write a script")
		}
	}
	return words, nil
}

package draft

import (
	"fmt"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// step is something that the experiment does: with a file, or by a command.
type step struct {
	path   string   // the file or folder; empty for a command
	folder bool     // the path is a folder
	words  []string // a program and its arguments
	fails  bool     // the exit code must not be 0
}

// action moves a file from one name to another, or runs the command, which must succeed.
func (s step) action(name, from, to string) *value.Map {
	m := value.MapOf("type", "action", "name", name)
	if s.path == "" {
		m.Set("tolerance", int64(0))
	}
	m.Set("provider", s.provider("os", "rename", "src", from, "dst", to))
	return m
}

// probe asks all the time if the fault is on.
func (s step) probe(name string) *value.Map {
	var tolerance any = int64(0)
	switch {
	case s.path != "":
		tolerance = false
	case s.fails:
		tolerance = value.MapOf("type", "range", "target", "status", "range", []any{int64(1), int64(255)})
	}
	return value.MapOf("type", "probe", "name", name, "tolerance", tolerance, "proof", "throughout",
		"provider", s.provider("os.path", "exists", "path", s.path))
}

// provider runs the command; for a file it calls a function that needs no Python.
func (s step) provider(module, function string, arguments ...any) *value.Map {
	if s.path != "" {
		return value.MapOf("type", "python", "module", module, "func", function, "arguments", value.MapOf(arguments...))
	}
	m := value.MapOf("type", "process", "path", s.words[0])
	if len(s.words) > 1 {
		m.Set("arguments", s.list()[1:])
	}
	m.Set("timeout", int64(30))
	return m
}

// list has the words of the command.
func (s step) list() (words []any) {
	for _, word := range s.words {
		words = append(words, word)
	}
	return words
}

// loss says in the words of a title what happens.
func (s step) loss() string {
	if s.path != "" {
		return s.path + " is gone"
	}
	return fmt.Sprintf("'%s' has run", strings.Join(s.words, " "))
}

// plain is a text in which nothing is replaced by a value.
func plain(text string) string { return strings.ReplaceAll(text, "$", "$$") }

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

package main_test

import (
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/exercise"
)

// word is a name in code, unless it belongs to the name before a point.
var word = regexp.MustCompile(`\.?\b[A-Za-z_]\w*`)

// language is what the test of the hints knows of Go or Python.
type language struct {
	comment, text, declared *regexp.Regexp
	known                   func(name string) bool
}

var languages = map[string]language{
	"go": {
		regexp.MustCompile(`//.*`), regexp.MustCompile("\"(\\\\.|[^\"])*\"|`[^`]*`"),
		regexp.MustCompile(`(\w+(, \w+)*) :=|\b(var|type|func) \w+|(?m)^ +\w+ +[\w.\[\]]+$`),
		func(name string) bool { return token.IsKeyword(name) || types.Universe.Lookup(name) != nil },
	},
	"python": {
		regexp.MustCompile(`#.*`), regexp.MustCompile(`"(\\.|[^"])*"`),
		regexp.MustCompile(`(?m)^ *\w+(, \w+)* = |\b\w+=|\b(class|def) .*:|\b(import|as) \w+`),
		func(name string) bool {
			return slices.Contains(strings.Fields("and as b class def except float if import int is len not or open raise return str try with "+
				"FileNotFoundError OSError TimeoutError None True False"), name)
		},
	},
}

// unknown are the names in the code of a hint that are neither in the learner's file as it came, nor
// made by the hint, nor explained in its comments.
func (l language) unknown(code, original string) (names []string) {
	plain := l.text.ReplaceAllString(code, `""`)
	there := append(word.FindAllString(l.comment.ReplaceAllString(l.text.ReplaceAllString(original, `""`), ""), -1),
		word.FindAllString(strings.Join(l.comment.FindAllString(plain, -1), "\n"), -1)...)
	for _, declared := range l.declared.FindAllString(plain, -1) {
		there = append(there, word.FindAllString(declared, -1)...)
	}
	for _, name := range word.FindAllString(l.comment.ReplaceAllString(plain, ""), -1) {
		if !strings.HasPrefix(name, ".") && !l.known(name) && !slices.Contains(there, name) {
			names = append(names, name)
		}
	}
	return names
}

// TestCodeOfHints: the code of a hint uses no name that the learner does not have and that the hint
// does not explain, and its lines fit a narrow window.
func TestCodeOfHints(t *testing.T) {
	for name, l := range languages {
		all, err := exercise.Load("..", name)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			original := strings.Join(lines(t, e.Learner().Original), "\n")
			for _, hint := range e.Hints {
				if found := l.unknown(hint.Code[name], original); len(found) > 0 {
					t.Errorf("%s/%s in %s names %q, which the learner does not have:\n%s", e.Name, hint.State, name, found, hint.Code[name])
				}
				for _, code := range hint.Code {
					for line := range strings.Lines(code) {
						if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 76 {
							t.Errorf("%s/%s has a wide line: %s", e.Name, hint.State, line)
						}
					}
				}
			}
		}
	}
}

// TestWidthOfExercises: what learners edit, and what it is compared with, fits 80 columns.
func TestWidthOfExercises(t *testing.T) {
	files := map[string]bool{}
	for name := range languages {
		all, err := exercise.Load("..", name)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			for _, f := range e.Editables() {
				if f.Edit != "chapter5/experiment.json" { // it is the book's
					files[f.Original], files[f.Solution] = true, f.Solution != ""
				}
			}
		}
	}
	delete(files, "")
	for file := range files {
		for i, line := range lines(t, filepath.FromSlash(file)) {
			if width := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    ")); width > 80 {
				t.Errorf("%s:%d has %d columns: %s", file, i+1, width, line)
			}
		}
	}
}

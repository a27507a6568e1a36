// Package problem is an error that a person can act on: what happened, where,
// what to do about it, and the exit code that tells a script the same.
package problem

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// The exit codes of the runner. A run that a signal stopped ends with 128 + the signal's number.
const (
	OK        = 0 // held, explored, or what a demo expected
	Deviated  = 1 // a weakness is found, a demo ended the other way, or the doctor found something bad
	Usage     = 2 // an unknown command or flag, or a bad value for one
	Invalid   = 3 // the experiment or the target cannot be read or is not valid
	NoVerdict = 4 // nothing is proven, or an unexpected error
	NotUndone = 5 // a rollback failed or could not run: the fault may still be on; or a target may still be up
)

// Position is a place in a file. Line and Column count from 1, Column in
// characters; zero means that the place is not known.
type Position struct {
	File         string
	Line, Column int
}

// String is file:line:column, as compilers print it and editors follow it.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Problem says what happened and what to do.
type Problem struct {
	At      Position // where in a file, if in one
	What    string   // what happened: no capital, no full stop
	Do      string   // what to do about it
	Code    int      // how the program ends
	Warning bool     // worth saying, stops nothing
	Err     error    // the cause, if another error is one
}

// Finding is a mistake in a value, with the path to it and without its place in a file.
// document.Problems finds the place.
type Finding struct {
	Path    []string // the keys, and list indices as numbers, that lead to it; empty: the value itself
	AtKey   bool     // the place is that of the last key of Path, not of its value
	What    string   // what is wrong: no capital, no full stop
	Do      string   // what to do about it
	Warning bool     // worth saying, stops nothing
}

// New is a problem without a place.
func New(code int, what, do string) *Problem { return &Problem{Code: code, What: what, Do: do} }

// Wrap is a problem that err caused; what comes before the error's own words.
func Wrap(code int, err error, what, do string) *Problem {
	return &Problem{Code: code, What: what + ": " + err.Error(), Do: do, Err: err}
}

// Error is the whole problem on one line: place, what, and what to do.
func (p *Problem) Error() string {
	var b strings.Builder
	if p.At.File != "" {
		b.WriteString(p.At.String() + ": ")
	}
	if p.Warning {
		b.WriteString("warning: ")
	}
	what := p.What
	if text := strings.TrimSuffix(what, "."); strings.LastIndexFunc(text, unicode.IsLetter) == len(text)-1 {
		what = text // the errors of Windows are sentences
	}
	b.WriteString(what)
	switch {
	case p.Do == "":
	case strings.Contains(p.What, "\n"): // somebody else's words came last
		b.WriteString("\n" + p.Do)
	default:
		b.WriteString("; " + p.Do)
	}
	return b.String()
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// List is every problem of one file at once.
type List []*Problem

// Error is one line for each problem.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, p := range l {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Sort puts the problems in the order of the file.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(a.At.File, b.At.File),
			cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
}

// Split parts the problems that stop from the warnings.
func (l List) Split() (errors, warnings List) {
	for _, p := range l {
		if p.Warning {
			warnings = append(warnings, p)
		} else {
			errors = append(errors, p)
		}
	}
	return errors, warnings
}

// First is a list for a person to read: at most n problems, those that stop before the warnings, and one
// that counts the rest.
func (l List) First(n int) List {
	if len(l) <= n {
		return l
	}
	errors, warnings := l.Split()
	what := fmt.Sprintf("%d more problems are not shown", len(l)-n)
	if len(l)-n == 1 {
		what = "1 more problem is not shown"
	}
	rest := &Problem{What: what, Do: "correct these first", Warning: len(errors) <= n}
	return append(slices.Concat(errors, warnings)[:n:n], rest)
}

// Code is the exit code that err asks for. A list has the code of its first problem that
// is not a warning. Every other error is an unexpected one.
func Code(err error) int {
	var list List
	var p *Problem
	switch {
	case err == nil:
		return OK
	case errors.As(err, &list):
		if stops, _ := list.Split(); len(stops) > 0 {
			return stops[0].Code
		}
		return OK
	case errors.As(err, &p):
		return p.Code
	}
	return NoVerdict
}

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

var separators = strings.NewReplacer("-", "", "_", "", " ", "")

// plain is a word without case and separators.
func plain(word string) string { return separators.Replace(strings.ToLower(word)) }

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

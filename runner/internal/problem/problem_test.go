package problem

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"testing"
)

func TestWords(t *testing.T) {
	at := Position{File: "e.json", Line: 3, Column: 7}
	for _, c := range []struct {
		err  error
		want string
	}{
		{New(Usage, "what", "do this"), "what; do this"},
		{New(Usage, "what", ""), "what"},
		{&Problem{At: at, What: "what", Do: "do this"}, "e.json:3:7: what; do this"},
		{&Problem{At: Position{File: "e.json"}, What: "what"}, "e.json: what"},
		{&Problem{At: at, What: "what", Warning: true}, "e.json:3:7: warning: what"},
		{Wrap(Invalid, fs.ErrNotExist, "what", "do this"), "what: file does not exist; do this"},
		{Wrap(Invalid, errors.New("Access is denied."), "what", "do this"), "what: Access is denied; do this"},
		{New(Usage, "look into ..", "do this"), "look into ..; do this"},
		{List{New(Usage, "one", ""), New(Invalid, "two", "do")}, "one\ntwo; do"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if !errors.Is(Wrap(Invalid, fs.ErrNotExist, "what", "do"), fs.ErrNotExist) {
		t.Error("the cause is lost")
	}
}

// The order of a file is kept, and of two problems in one place that in which
// they were found.
func TestSort(t *testing.T) {
	p := func(file string, line, column int, what string) *Problem {
		return &Problem{At: Position{file, line, column}, What: what}
	}
	l := List{p("b", 1, 1, ""), p("a", 10, 1, ""), p("a", 2, 30, ""), p("a", 2, 4, "x"), p("a", 2, 4, "w"), p("a", 0, 0, "")}
	l.Sort()
	var got []string
	for _, p := range l {
		got = append(got, p.At.String()+p.What)
	}
	if want := []string{"a", "a:2:4x", "a:2:4w", "a:2:30", "a:10:1", "b:1:1"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestFirst(t *testing.T) {
	a, b, w := New(Invalid, "a", ""), New(Invalid, "b", ""), &Problem{What: "w", Warning: true}
	for n, want := range []string{
		"4 more problems are not shown; correct these first",
		"a\n3 more problems are not shown; correct these first",
		"a\nb\nwarning: 2 more problems are not shown; correct these first",
		"a\nb\nwarning: w\nwarning: 1 more problem is not shown; correct these first",
		"warning: w\na\nb\nwarning: w",
	} {
		if got := (List{w, a, b, w}).First(n).Error(); got != want {
			t.Errorf("the first %d: %q, want %q", n, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	stop, warn := New(Invalid, "stop", ""), &Problem{What: "warn", Warning: true}
	errors, warnings := List{warn, stop, warn}.Split()
	if !slices.Equal(errors, List{stop}) || !slices.Equal(warnings, List{warn, warn}) {
		t.Errorf("%v, %v", errors, warnings)
	}
}

func TestCode(t *testing.T) {
	usage, invalid := New(Usage, "u", ""), New(Invalid, "i", "")
	warning := &Problem{What: "w", Warning: true, Code: Invalid}
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, OK},
		{usage, Usage},
		{fmt.Errorf("outside: %w", invalid), Invalid},
		{List{invalid, usage}, Invalid},
		{fmt.Errorf("outside: %w", List{warning, usage}), Usage},
		{List{warning}, OK},
		{List{}, OK},
		{errors.Join(errors.New("other"), usage), Usage},
		{errors.New("other"), NoVerdict},
		{New(NotUndone, "n", ""), NotUndone},
		{New(Deviated, "d", ""), Deviated},
	} {
		if got := Code(c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
}

func TestNear(t *testing.T) {
	keys := []string{"title", "description", "steady-state-hypothesis", "method", "rollbacks", "tolerance", "ref", "os"}
	strategies := []string{"default", "always", "never", "deviated", "before-method-only", "after-method-only", "continuously"}
	for _, c := range []struct {
		word  string
		known []string
		want  []string
	}{
		{"titel", keys, []string{"title"}},
		{"Title", keys, []string{"title"}},
		{"tolerence", keys, []string{"tolerance"}},
		{"tölerance", keys, []string{"tolerance"}},
		{"decsription", keys, []string{"description"}},
		{"steady_state_hypothesis", keys, []string{"steady-state-hypothesis"}},
		{"steadystatehypotesis", keys, []string{"steady-state-hypothesis"}},
		{"rollback", keys, []string{"rollbacks"}},
		{"refs", keys, []string{"ref"}},
		{"method", keys, nil}, // the word itself is no guess
		{"tags", keys, nil},
		{"hypothesis", keys, nil},
		{"ünïcödé", keys, nil},
		{"contributions", keys, nil},
		{"continuous", strategies, []string{"continuously"}},
		{"after-method-onyl", strategies, []string{"after-method-only"}},
		{"ever", strategies, []string{"never"}},
		{"", keys, nil},
		{"x", nil, nil},
		{"abd", []string{"abcde", "abc", "abd "}, []string{"abd ", "abc"}},
	} {
		if got := Near(c.word, c.known); len(got)+len(c.want) > 0 && !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.word, got, c.want)
		}
	}
}

func TestDistance(t *testing.T) {
	long := string(make([]byte, 65))
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ab", 1},
		{"abc", "acb", 1}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"é", "", 2}, {"", "éé", 4}, {"aé", "a", 2}, {long, "a", 64},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q %q: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := distance(c.b, c.a); got != c.want {
			t.Errorf("%q %q: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

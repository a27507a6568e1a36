package main_test

import (
	"strings"
	"testing"
)

// TestLiveKeys types at the terminal what the buttons do.
func TestLiveKeys(t *testing.T) {
	project := t.TempDir()
	if err := copyProject(project); err != nil {
		t.Fatal(err)
	}
	keyboard, stdin := terminal(t)
	s := goLive(t, project, stdin, "weak", "resilient", "--port", "0")
	key := func(text string) {
		t.Helper()
		if _, err := keyboard.WriteString(text + "\n"); err != nil {
			t.Fatal(err)
		}
	}
	s.until(t, "both answer", func(p onPage) bool { return p.states() == "held, held" })
	for _, wrong := range []string{"x", "p 1", "t t", ""} {
		key(wrong)
	}
	for _, wrong := range []string{"p a b", "p 0 0"} {
		key(wrong)
	}
	key("p 12 5")
	s.until(t, "the show of hands", func(p onPage) bool { return p.Predicted != nil && p.Predicted.Holds == 12 && p.Predicted.Breaks == 5 })
	key("T")
	s.until(t, "the file is gone", func(p onPage) bool { return p.Lanes[0].Instead == "gone" && p.Lanes[1].Instead == "gone" })
	key("t")
	s.until(t, "nothing to take", func(p onPage) bool { return p.Does == "nothing was moved: exchange.dat is not there" })
	key("e")
	s.until(t, "nothing to play with", func(p onPage) bool { return strings.HasPrefix(p.Does, "the file of weak is not there: put it back") })
	key("b")
	s.until(t, "the file is there", func(p onPage) bool { return p.Lanes[0].Instead == "" && p.Lanes[1].Instead == "" })
	key("b")
	s.until(t, "nothing to put back", func(p onPage) bool { return p.Does == "nothing was moved: exchange.dat is there" })
	key("e")
	s.until(t, "a step", func(p onPage) bool { return strings.HasPrefix(p.Does, "weak, a moment ago: ") })
	key("t")
	s.until(t, "it has to wait", func(p onPage) bool { return p.Does == "the experiment is being played: wait until it is over" })
	s.until(t, "what the hands said, and what came", func(p onPage) bool {
		return p.Lanes[1].Verdict == "held" && p.Does == "weak: 12 said that it holds, 5 that it breaks, and it broke"
	})
	key("b")
	s.until(t, "the file is there, and the verdicts too", func(p onPage) bool {
		return p.Lanes[0].Instead == "" && p.Lanes[1].Instead == "" && p.Lanes[1].Verdict == "held"
	})
	key("t")
	s.until(t, "a new fault without old verdicts", func(p onPage) bool {
		return p.Step == "explore" && p.Does == "the file is taken away" && p.Lanes[0].Verdict+p.Lanes[1].Verdict == ""
	})
	key("q")
	if code := s.end(t); code != 0 || strings.Count(s.said.String(), "keys, each with Enter") != 4 {
		t.Errorf("exit code %d\n%s", code, s.said)
	}
	for _, want := range []string{"'a' is not a number", "nobody has raised a hand", "show of hands for weak: 12 say", "the file of weak is not there"} {
		if !strings.Contains(s.said.String(), want) {
			t.Errorf("%q is missing in\n%s", want, s.said)
		}
	}
}

// TestLiveHangUp: a terminal that is gone ends the program as its signal does, which may come later.
func TestLiveHangUp(t *testing.T) {
	project := t.TempDir()
	if err := copyProject(project); err != nil {
		t.Fatal(err)
	}
	keyboard, stdin := terminal(t)
	s := goLive(t, project, stdin, "weak", "--port", "0")
	keyboard.Close()
	if code := s.end(t); code != 129 {
		t.Errorf("exit code %d\n%s", code, s.said)
	}
}

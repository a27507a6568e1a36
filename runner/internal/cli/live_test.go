package cli

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/target"
)

// TestPlace: a service that writes its file empties it for a moment, and nobody has made that.
func TestPlace(t *testing.T) {
	for seen, want := range map[string]string{
		"there, empty, there":              "there, there, there",
		"there, empty, empty, there":       "there, there, empty, there",
		"gone, empty, there":               "gone, gone, there",
		"empty, there, empty, there":       "there, there, there, there",
		"gone, there":                      "gone, there",
		"there, something else, something": "there, something else, something",
	} {
		var p place
		var shown []string
		for now := range strings.SplitSeq(seen, ", ") {
			before := p.shown
			if changed := p.sees(strings.TrimPrefix(now, "there")); changed != (p.shown != before) {
				t.Errorf("%s: changed is %v", seen, changed)
			}
			shown = append(shown, cmp.Or(p.shown, "there"))
		}
		if got := strings.Join(shown, ", "); got != want {
			t.Errorf("seen %s: shown %s, want %s", seen, got, want)
		}
	}
}

// TestRecord: a fault ends when somebody sees the file after it, and there is no end without a fault.
func TestRecord(t *testing.T) {
	r := newRecord(&target.Target{})
	if r.undid(time.Now()) {
		t.Error("a fault ended that nobody made")
	}
	before := time.Now()
	r.acted(byHand("the file is taken away"))
	if r.undid(before) {
		t.Error("a look from before the fault ended it")
	}
	if !r.undid(time.Now()) || r.undid(time.Now()) || len(r.journal().List("rollbacks")) != 1 {
		t.Errorf("the rollbacks are %v", r.journal().List("rollbacks"))
	}
}

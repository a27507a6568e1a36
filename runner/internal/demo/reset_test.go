package demo

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

// TestReset: the original comes back, and nothing that a learner wrote is lost.
func TestReset(t *testing.T) {
	root := t.TempDir()
	source, original := filepath.Join(root, "it", "main.go"), filepath.Join(root, "it", "original", "main.go")
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	content := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	write(source, "as it came")
	write(original, "as it came")
	if kept, done, err := Reset(root, "it", source, original); kept != "" || done || err != nil {
		t.Errorf("nothing was changed: %q, %t, %v", kept, done, err)
	}
	write(source, "repaired")
	kept, done, err := Reset(root, "it", source, original)
	if !done || err != nil || content(kept) != "repaired" || content(source) != "as it came" || !strings.HasPrefix(kept, filepath.Join(root, ".workshop", "kept")) {
		t.Errorf("%q, %t, %v; now %q", kept, done, err, content(source))
	}
	if err := os.Remove(source); err != nil {
		t.Fatal(err)
	}
	if kept, done, err := Reset(root, "it", source, original); kept != "" || !done || err != nil || content(source) != "as it came" {
		t.Errorf("the file was gone: %q, %t, %v", kept, done, err)
	}
	if left, err := filepath.Glob(filepath.Join(root, ".workshop", "kept", "*", "*")); err != nil || !slices.Equal(left, []string{kept}) {
		t.Errorf("%q are left, %v", left, err)
	}
	if err := cmp.Or(os.Remove(source), os.Mkdir(source, 0o700)); err != nil {
		t.Fatal(err)
	}
	if kept, done, err := Reset(root, "it", source, original); kept == "" || !done || err != nil || content(source) != "as it came" {
		t.Errorf("a folder had its place: %q, %t, %v", kept, done, err)
	}
	if err := os.Remove(original); err != nil {
		t.Fatal(err)
	}
	if _, done, err := Reset(root, "it", source, original); done || err == nil || content(source) != "as it came" {
		t.Error("there is no original:", err)
	}
}

func TestRepaired(t *testing.T) {
	for _, c := range []struct {
		changed, want bool
		expect, word  string
	}{
		{true, true, verdict.Deviated, verdict.Held},
		{false, false, verdict.Deviated, verdict.Held}, // our own weak service must not hold
		{true, false, verdict.Deviated, verdict.Deviated},
		{true, false, verdict.Held, verdict.Held},
		{true, false, verdict.Deviated, verdict.NoVerdict},
	} {
		o := Outcome{Target: &target.Target{Expect: c.expect}, Result: &verdict.Result{Verdict: verdict.Verdict{Word: c.word}}, Changed: c.changed}
		if o.Repaired() != c.want {
			t.Errorf("%+v", c)
		}
	}
}

package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// lesson is a project with two services, whose texts may be changed.
func lesson(t *testing.T, name, weak, resilient string) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, text := range map[string]string{"targets/weak.yaml": "", lessons[name][0]: weak, lessons[name][1]: resilient} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// It is what diff -u prints, from whichever folder; colours change nothing else.
func TestDiff(t *testing.T) {
	root := lesson(t, "weak", "a\nb\nc\n", "a\nb\n\tnew\nc\n")
	t.Chdir(filepath.Join(root, "chapter5", "service"))
	want := "--- chapter5/service/main.go\n+++ chapter5/resilient-service/main.go\n@@ -1,3 +1,4 @@\n a\n b\n+\tnew\n c\n"
	for _, args := range []string{"diff", "--color never diff", "diff --root " + root} {
		if code, out, errors := runWith(t, strings.Fields(args)...); code != 0 || out != want || errors != "" {
			t.Errorf("%s: exit code %d\n%s%s", args, code, out, errors)
		}
	}
	_, out, _ := runWith(t, "diff", "--color=always")
	if plain := regexp.MustCompile(`\x1b\[[\d;]*m`).ReplaceAllString(out, ""); plain != want {
		t.Errorf("in colour it says %q", plain)
	}
	for _, line := range []string{"\x1b[1;38;5;130m--- chapter5/", "\x1b[1;38;5;63m+\tnew\x1b["} {
		if !strings.Contains(out, line) {
			t.Errorf("%q is not in %q", line, out)
		}
	}
}

// The services in Python are compared by their own target.
func TestDiffInPython(t *testing.T) {
	t.Chdir(lesson(t, "weak-python", "a\n", "a\nb\n"))
	const want = "--- chapter5/python/service.py\n+++ chapter5/python/resilient_service.py\n@@ -1,1 +1,2 @@\n a\n+b\n"
	if code, out, errors := runWith(t, "diff", "weak-python"); code != 0 || out != want || errors != "" {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
}

// Whoever repaired the weak service reads so; line ends of Windows are no difference.
func TestDiffOfEqualServices(t *testing.T) {
	t.Chdir(lesson(t, "weak", "a\r\nb\r\n", "a\nb\n"))
	const want = "chapter5/service/main.go and chapter5/resilient-service/main.go are equal: the\nweak service is repaired\n"
	if code, out, errors := runWith(t, "diff"); code != 0 || out != want || errors != "" {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
}

func TestDiffThatCannotBe(t *testing.T) {
	t.Chdir(lesson(t, "weak", "a\n", "b\n"))
	if err := os.Remove(filepath.FromSlash(lessons["weak"][0])); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]struct {
		code int
		says string
	}{
		"diff":           {3, "the two files cannot be compared: open chapter5/service/main.go: "},
		"diff a":         {2, "there is no lesson for 'a'; choose one of: weak, weak-python"},
		"diff weak more": {2, "diff takes one target; it compares the two services of the lesson: choose one of weak, weak-python"},
	} {
		code, out, errors := runWith(t, strings.Fields(args)...)
		if code != want.code || out != "" || !strings.HasPrefix(errors, "runner: "+want.says) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s: exit code %d\n%s%s", args, code, out, errors)
		}
	}
}

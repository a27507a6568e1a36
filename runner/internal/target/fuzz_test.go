package target

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzLoad: a file is a target or has a problem, with its place. A target has all that is needed to
// start it, and no name is left in it once it has its places.
func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("../../../targets/*.yaml")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	if len(files) == 0 {
		f.Fatal("there are no targets")
	}
	for _, text := range []string{"title: a\nstart: [b]\nready: {url: 'http://localhost:${port}/', within: 1h}\nexperiment: c\nexpect: held\n", "[]", "method: []",
		"title: a\nurl: http://h:8080/\nexperiment: c\nexpect: held\n", "title: a\nup: [b]\ndown: [c]\nready: {url: 'http://h/'}\nexperiment: c\nexpect: held\n",
		"environment: {A: ${port}, B: $${port}, 1: 2}", "start: ['${port']", "ready: {url: 'http://[::1%25é]:${port}', status: 99, within: -1s}"} {
		f.Add([]byte(text))
	}
	path := filepath.Join(f.TempDir(), "mine.yaml")
	places := Places{Port: 12345, Run: "/run", Root: "/root", Bin: "/bin"}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		target, found := Load(path)
		wrong, _ := found.Split()
		if (target == nil) != (len(wrong) > 0) {
			t.Fatalf("%q: %v with %v", text, target, found)
		}
		for _, p := range found {
			if p.At.File != path || p.What == "" || strings.Contains(p.What, "\n") {
				t.Fatalf("%q: %+v", text, p)
			}
		}
		if target == nil {
			return
		}
		if target.Name != "mine" || target.Title == "" || kindsOf(target) != 1 || target.Ready.URL == "" || target.Ready.Within <= 0 || target.Experiment == "" {
			t.Fatalf("%q: %+v", text, target)
		}
		for _, name := range runNames() {
			if filled := places.fill(target.Ready.URL); strings.Contains(filled, "${"+name+"}") && !strings.Contains(target.Ready.URL, "$$") {
				t.Fatalf("%q: %s", text, filled)
			}
		}
	})
}

// kindsOf counts the ways in which a target gets up.
func kindsOf(t *Target) (n int) {
	for _, is := range []bool{len(t.Start) > 0 && t.Start[0] != "", t.URL != "", len(t.Up) > 0 && len(t.Down) > 0 && t.Up[0] != "" && t.Down[0] != ""} {
		if is {
			n++
		}
	}
	return n
}

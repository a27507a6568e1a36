package main_test

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/exercise"
)

// page is a page that people read: its path from the project's folder, and its text.
type page struct{ name, text string }

// fenced is a block of a page: its language, what else is said about it, and its text.
var fenced = regexp.MustCompile("(?ms)^```(\\w+)(?: ([^\\n]*))?\\n(.*?)^```$")

func pages(t *testing.T) (all []page) {
	t.Helper()
	for _, form := range []string{"README.md", "docs/*.md", "docs/*.html"} {
		files, err := filepath.Glob(filepath.Join("..", form))
		if err != nil || len(files) == 0 {
			t.Fatalf("there is no %s: %v", form, err)
		}
		for _, file := range files {
			name, err := filepath.Rel("..", file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, page{filepath.ToSlash(name), readPage(t, name)})
		}
	}
	return all
}

// TestLinksInDocs follows every link that does not leave the project, and looks for every file of the
// project that a page names.
func TestLinksInDocs(t *testing.T) {
	links := 0
	for _, page := range pages(t) {
		for _, found := range regexp.MustCompile(`(?:\]\(|href="|src=")([^)" ]+)`).FindAllStringSubmatch(page.text, -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			links++
			path, anchor, _ := strings.Cut(found[1], "#")
			target := page.name
			if path != "" {
				target = filepath.Join(filepath.Dir(page.name), path)
			}
			if _, err := os.Stat(filepath.Join("..", target)); err != nil {
				t.Errorf("%s: the link %s leads to nothing", page.name, found[1])
			} else if anchor != "" && !slices.Contains(anchors(readPage(t, target)), anchor) {
				t.Errorf("%s: %s has no heading for the link %s", page.name, target, found[1])
			}
		}
		for _, found := range regexp.MustCompile("(?:`|<code>)((?:chapter5|docs|runner|scripts|targets)/[\\w./-]+)(?:`|</code>)").FindAllStringSubmatch(page.text, -1) {
			made := strings.Contains(page.text, "file="+found[1]+"\n") || filepath.Base(found[1]) == "exchange.dat" // by the page, by a service
			if _, err := os.Stat(filepath.Join("..", found[1])); err != nil && !made {
				t.Errorf("%s names %s, and there is no such file", page.name, found[1])
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links were found", links)
	}
}

// anchors are the names that GitHub gives to the headings of a page.
func anchors(text string) (names []string) {
	for _, heading := range regexp.MustCompile("(?m)^#+ (.*)$").FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}

// solve writes our solution of an exercise into the learner's file.
func solve(t *testing.T, project, number string) {
	t.Helper()
	all, err := exercise.Load(project, "go")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if strconv.Itoa(e.Number) != number {
			continue
		}
		text, err := os.ReadFile(filepath.Join(project, e.Learner().Solution))
		if err == nil {
			err = os.WriteFile(filepath.Join(project, e.Learner().Edit), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("there is no exercise %s", number)
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func readPage(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func attributes(info string) map[string]string {
	all := map[string]string{}
	for field := range strings.FieldsSeq(info) {
		key, v, _ := strings.Cut(field, "=")
		all[key] = v
	}
	return all
}

package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// page is a page that people read: its path from the project's folder, and its text.
type page struct{ name, text string }

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

func readPage(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

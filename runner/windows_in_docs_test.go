//go:build unix

package main_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestWindowsInDocs: what make does is done without it on Windows, by a command that the docs name.
func TestWindowsInDocs(t *testing.T) {
	named := 0
	check := func(made, typed string) {
		named++
		if want := onWindows(t, made); typed != want {
			t.Errorf("make %s is %s on Windows, and the docs say %s", made, want, typed)
		}
	}
	for _, block := range regexp.MustCompile("(?ms)^```console[^\n]*\n\\$ make ([^\n]*)\n.*?^```\n\n([^\n]*)").FindAllStringSubmatch(readPage(t, "docs/workshop.md"), -1) {
		check(block[1], strings.TrimSuffix(strings.TrimPrefix(block[2], "On Windows: `"), "`"))
	}
	_, table, _ := strings.Cut(readPage(t, "README.md"), "\n| with make | on Windows |\n")
	known := map[string]bool{"prepare": true, "clean": true, "demo-docker": true, "demo-kubernetes": true} // lines above the table, a folder to remove, not on Windows
	for _, row := range regexp.MustCompile("(?m)^\\| `make ([^`]*)` \\| `([^`]*)` \\|$").FindAllStringSubmatch(table, -1) {
		check(row[1], row[2])
		known[strings.Fields(row[1])[0]] = true
	}
	if named < 30 {
		t.Errorf("only %d commands were found", named)
	}
	makefile := readPage(t, "Makefile")
	learners, _, _ := strings.Cut(makefile, "\n##: For developers:\n")
	for _, target := range regexp.MustCompile(`(?m)^\.PHONY: (\S+)$`).FindAllStringSubmatch(learners, -1) {
		if !known[target[1]] {
			t.Errorf("the table of the README has no command for make %s", target[1])
		}
	}
}

// onWindows is the runner's command for one of make, as it is typed on Windows. To make, the two services of the
// book's way are programs of their own.
func onWindows(t *testing.T, made string) string {
	words := strings.Fields(made)
	language, port := "", ""
	for _, word := range words[1:] {
		if word == "IN=python" {
			language = "-python"
		}
		if number, found := strings.CutPrefix(word, "PORT="); found {
			port = " --port " + number
		}
	}
	line := ".workshop/bin/runner " + strings.Replace(words[0], "-", " ", 1) + language + port
	if !strings.HasPrefix(made, "start-") {
		cmd := exec.Command("make", append([]string{"-n"}, words...)...)
		cmd.Dir = ".."
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("make -n %s: %v", made, err)
		}
		said := string(out)
		line = strings.ReplaceAll(strings.Join(strings.Fields(said[strings.LastIndex(said, ".workshop/bin/runner "):]), " "), "'", "")
		if language != "" && !strings.Contains(line, language) { // make says it in the environment
			line += " --in python"
		}
	}
	return strings.ReplaceAll(line, "/", `\`)
}

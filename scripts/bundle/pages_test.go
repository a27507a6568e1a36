package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTyped(t *testing.T) {
	for written, want := range map[string]string{
		"`make demo-weak`.":                            "`./runner demo weak`.",
		"$ make demo\n":                                "$ ./runner demo weak resilient\n",
		"make demo-weak IN=python.":                    "./runner demo weak-python.",
		"make demo IN=python":                          "./runner demo weak-python resilient-python",
		"make diff IN=python, make reset IN=python":    "./runner diff weak-python, ./runner reset weak-python",
		"make exercise EXERCISE=4 IN=python":           "./runner exercise --exercise 4 --in python",
		"make start-weak PORT=9090":                    "./runner start weak --port 9090",
		"make live RECORD=lesson.html":                 "./runner live weak resilient --record lesson.html",
		"make experiment FILE=mine.yaml PORT=9090":     "./runner experiment mine.yaml --port 9090",
		"make recover, make recover FILE=journal.json": "./runner recover .workshop/journal.json, ./runner recover journal.json",
		"make doctor PLACES=1":                         "./runner doctor --places",
		"make doctor SHARE=1":                          "./runner doctor --share",
		"next     make exercise plays exercise 2":      "next     ./runner exercise plays exercise 2",
		"`make` alone lists them":                      "`./runner` alone lists them",
		`.workshop\bin\runner diff weak`:               `.\runner diff weak`,
		"make demo-docker, make prepare, make sure":    "make demo-docker, make prepare, make sure",
	} {
		if got := typed(written); got != want {
			t.Errorf("%q becomes %q", written, got)
		}
	}
}

func TestRender(t *testing.T) {
	html, linked, err := render("docs/a.md", "# A *title*\n\n## What `is` this? (2)\n\n## What is this 2\n\n"+
		"[b](b.md#x-y) [readme](../README.md#get-it) [here](#top) [out](https://example.org/a.md) ![loop](loop.svg)\n\n| a |\n|---|\n| b |\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<title>A *title*</title>`, `<h2 id="what-is-this-2">`, `<h2 id="what-is-this-2-1">`, `href="b.html#x-y"`, `href="../START.html#get-it"`,
		`href="#top"`, `href="https://example.org/a.md"`, `src="loop.svg"`, "<td>b</td>", `<a href="../START.html">`} {
		if !strings.Contains(string(html), want) {
			t.Errorf("without %s:\n%s", want, html)
		}
	}
	if got := strings.Join(linked, " "); got != "docs/b.md README.md docs/loop.svg" {
		t.Errorf("links to %s", got)
	}
}

func TestDeadLinks(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"a.html":   `<h2 id="one">One</h2> <a href="#one"> <a href="b/c.html#two"> <a href="https://example.org/"> <img src="no.png"> <a href="#none">`,
		"b/c.html": `<h2 id="two">Two</h2> <a href="../a.html#one"> <a href="../a.html#two"> <a href="d.html">`,
	} {
		if err := write(filepath.Join(folder, name), []byte(text), os.ModePerm); err != nil {
			t.Fatal(err)
		}
	}
	err := checkLinks(folder)
	want := "links that lead nowhere:\na.html links to #none\na.html links to no.png\nb/c.html links to ../a.html#two\nb/c.html links to d.html"
	if err == nil || err.Error() != want {
		t.Error(err)
	}
}

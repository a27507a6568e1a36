package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// demo plays a demo, and returns its journal and exit code.
func (t *try) demo(target string) (journal, int) {
	var out bytes.Buffer
	c := t.command("demo", target, "--root", t.root)
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.fail("%v", err)
		return journal{}, 0
	}
	code := t.ends(c, time.Minute)
	found := regexp.MustCompile(`(?m)^  journal  (.*)$`).FindStringSubmatch(out.String())
	if found == nil {
		t.fail("exit code %d, and no journal:\n%s", code, out.String())
		return journal{}, code
	}
	path := found[1]
	if !filepath.IsAbs(path) {
		path = filepath.Join(t.folder, path)
	}
	j := t.journalIn(path)
	folder := filepath.Dir(path)
	files, _ := os.ReadDir(folder)
	for _, f := range files {
		if !slices.Contains([]string{"journal.json", "report.html", "exchange.dat.old"}, f.Name()) {
			t.fail("%s is left in the folder of the run", f.Name())
		}
	}
	if len(t.failures) == 0 {
		os.RemoveAll(folder)
	} else {
		t.write(map[string]string{"output": out.String()})
	}
	return j, code
}

// playDemo plays a demo of the chapter.
func playDemo(t *try) {
	target, word, status := "weak", "deviated", 500
	if t.number%2 == 1 {
		target, word, status = "resilient", "held", 503
	}
	if j, code := t.demo(target); code != 0 || j.Verdict.Word != word || j.after() != status {
		t.fail("%s: exit code %d, verdict %s, status %d", target, code, j.Verdict.Word, j.after())
	}
}

// playHealing plays a demo whose service writes its file all the time. There may be no verdict; one
// without the fault is wrong.
func playHealing(t *try) {
	name, program, status := "weak", "service", 500
	if t.number%2 == 1 {
		name, program, status = "resilient", "resilient-service", 503
	}
	text, err := os.ReadFile(filepath.Join(t.root, "targets", name+".yaml"))
	if err != nil {
		t.fail("%v", err)
		return
	}
	interval := time.Duration(100e3 * math.Pow(200, t.Float64())) // 100 µs to 20 ms
	target := strings.ReplaceAll(string(text), "${interval}s", interval.String())
	target = regexp.MustCompile(`(?m)^(next|source|original):.*\n`).ReplaceAllString(target, "")
	target = strings.Replace(target, "${bin}/"+program, "${bin}/soak-"+name, 2)
	own := fmt.Sprintf("soak-%d", t.number)
	path := filepath.Join(t.root, "targets", own+".yaml")
	if err := os.WriteFile(path, []byte(target), 0o644); err != nil {
		t.fail("%v", err)
		return
	}
	defer os.Remove(path)
	j, _ := t.demo(own)
	switch word := j.Verdict.Word; {
	case word == "held" && (status == 500 || j.after() != status), word == "deviated" && (status == 503 || j.after() != status):
		t.fail("%s, every %v: %s, and the status was %d", name, interval, word, j.after())
	}
}

package main

import (
	"os"
	"path/filepath"
	"testing"
)

// chapterJournal is what is looked at in the journal of the chapter's
// experiment, with the places where a run can go another way.
func chapterJournal(before, action, after, deviated string) string {
	return `{"status": "completed", "deviated": ` + deviated + `,
		"steady_states": {
			"before": {"probes": [{"status": "succeeded", "output": {"status": ` + before + `}}]},
			"after": {"probes": [{"status": "succeeded", "output": {"status": ` + after + `}}]}},
		"run": [{"status": "` + action + `", "output": null}, {"status": "succeeded", "output": false}]}`
}

func TestChapterDone(t *testing.T) {
	for _, c := range []struct {
		name, journal string
		done          bool
	}{
		{"as it has to be", chapterJournal("200", "succeeded", "503", "false"), true},
		{"file gone before", chapterJournal("503", "succeeded", "503", "false"), false},
		{"action failed", chapterJournal("200", "failed", "503", "false"), false},
		{"fault without effect", chapterJournal("200", "succeeded", "200", "false"), false},
		{"deviated", chapterJournal("200", "succeeded", "503", "true"), false},
		{"nothing after", `{"status": "completed", "steady_states": {"after": null}}`, false},
	} {
		if err := written(t, c.journal).chapterDone(); (err == nil) != c.done {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestAllDone(t *testing.T) {
	for _, c := range []struct {
		name, journal string
		done          bool
	}{
		{"all", `{"status": "completed", "run": [{"status": "succeeded", "output": {"status": 200}}, {"status": "succeeded", "output": {"status": 200}}]}`, true},
		{"too few", `{"status": "completed", "run": [{"status": "succeeded", "output": {"status": 200}}]}`, false},
		{"another answer", `{"status": "completed", "run": [{"status": "succeeded", "output": {"status": 200}}, {"status": "succeeded", "output": {"status": 404}}]}`, false},
		{"failed", `{"status": "completed", "run": [{"status": "succeeded", "output": {"status": 200}}, {"status": "failed", "output": null}]}`, false},
		{"stopped", `{"status": "interrupted", "run": [{"status": "succeeded", "output": {"status": 200}}, {"status": "succeeded", "output": {"status": 200}}]}`, false},
	} {
		if err := written(t, c.journal).allDone(2, 200); (err == nil) != c.done {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func written(t *testing.T, text string) journal {
	t.Helper()
	file := filepath.Join(t.TempDir(), "journal.json")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	j, err := readJournal(file)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

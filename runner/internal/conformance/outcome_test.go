package conformance

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const journalText = `{
  "status": "completed",
  "deviated": true,
  "steady_states": {
    "before": {"steady_state_met": true, "probes": [{"activity": {"type": "probe", "name": "p"}, "output": true, "status": "succeeded", "start": "x", "tolerance_met": true}]},
    "after": null,
    "during": [{"steady_state_met": true, "probes": []}, {"steady_state_met": true, "probes": []}, {"steady_state_met": false, "probes": []}]
  },
  "run": [
    {"activity": {"type": "action", "name": "a"}, "output": {"status": 200, "headers": {"Date": "now", "X": "at 127.0.0.1:5"}, "body": "in /tmp/w/d"}, "status": "succeeded"},
    {
      "activity": {"type": "action", "name": "b"},
      "output": NaN,
      "exception": ["Traceback\n", "  File\n", "pkg.Failed: failed to connect to http://127.0.0.1:5/: because of 0x7f0011223344\n"]
    }
  ],
  "rollbacks": [],
  "verdict": {"word": "deviated"}
}`

func TestAddJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.json")
	n := newNormaliser("/tmp/w", "127.0.0.1:5")
	for _, c := range []struct{ text, journal, word string }{
		{"", none, ""}, {`{"run": [`, broken, ""}, {journalText, written, "deviated"},
	} {
		if c.text != "" {
			if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		o := Outcome{}
		if word := o.addJournal(path, n, true); word != c.word || o["journal"] != c.journal {
			t.Errorf("got verdict %q and journal %v, want %q and %s", word, o["journal"], c.word, c.journal)
		}
		if c.journal != written {
			continue
		}
		const want = `{"deviated":true,"journal":"written","rollbacks":[],"run":[` +
			`{"name":"a","output":{"body":"in WORK/d","headers":{"X":"at SERVER"},"status":200},"status":"succeeded","type":"action"},` +
			`{"exception":"pkg.Failed: failed to connect to http://SERVER/","name":"b","output":"NaN","type":"action"}],` +
			`"status":"completed","steady_states":{"after":null,"before":{"met":true,"probes":[` +
			`{"name":"p","output":true,"status":"succeeded","tolerance_met":true,"type":"probe"}]},` +
			`"during":[{"met":true,"probes":[]},{"met":false,"probes":[]}]}}`
		if got := string(line(o)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestEvents(t *testing.T) {
	const stderr = "\x1b[32m[2026-11-22 14:33:05 INFO] Probe: p\n" +
		"[2026-11-22 14:33:05 ERROR]   => failed: no /tmp/w/f\x1b[0m\n" +
		"\x1b[31m[2026-11-22 14:33:05 CRITICAL] first\n    Traceback (most recent call last):\n    x.Y: z\n" +
		"line 1:6 of something else\n"
	n := newNormaliser("/tmp/w", "127.0.0.1:5")
	want := []string{"INFO Probe: p", "ERROR   => failed: no WORK/f", "CRITICAL first"}
	if got := events(stderr, n); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := crash(stderr); got != "" {
		t.Errorf("a logged traceback passes for a crash: %q", got)
	}
	const chained = "Traceback (most recent call last):\n  File \"x\"\nKeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\n" +
		"Traceback (most recent call last):\n  File \"y\"\npkg.Invalid: why: so\n"
	if got := crash(chained); got != "pkg.Invalid" {
		t.Errorf("the crash is %q", got)
	}
	if got := arrange([]string{"b", "a", "b"}, "set"); !reflect.DeepEqual(got, []any{"a", "b"}) {
		t.Errorf("as a set the log is %v", got)
	}
	if got := arrange([]string{"b"}, "none"); got != nil {
		t.Errorf("a log that is not wanted is %v", got)
	}
}

func TestCompare(t *testing.T) {
	toolkit := `{"exit": 0, "journal": "written", "status": "completed", "run": [{"name": "a", "output": 1}], "log": ["INFO Action: a", "INFO unknown"], "files": {"a.b": null}}`
	same := `{"exit": 4, "journal": "written", "status": "completed", "run": [{"name": "a", "output": 1}], "log": ["WARNING our own", "INFO Action: a"], "files": {"a.b": null}}`
	for name, c := range map[string]struct{ toolkit, ours, got, word, want string }{
		"equal":     {toolkit, ``, same, "no-verdict", ``},
		"exit":      {toolkit, ``, strings.Replace(same, "4", "0", 1), "no-verdict", `exit: want 4, got 0`},
		"verdict":   {toolkit, ``, same, "held", `verdict: want no-verdict, got "held"`},
		"number":    {toolkit, ``, strings.Replace(same, `"output": 1`, `"output": 1.0`, 1), "no-verdict", `run[0].output: want 1, got 1.0`},
		"file":      {toolkit, ``, strings.Replace(same, `{"a.b": null}`, `{"a.b": ""}`, 1), "no-verdict", `files.a.b: want null, got ""`},
		"missing":   {toolkit, ``, strings.Replace(same, `"output": 1`, `"status": 1`, 1), "no-verdict", `run[0].output: want 1, got nothing|run[0].status: want nothing, got 1`},
		"step":      {toolkit, ``, strings.Replace(same, `"INFO Action: a"`, `"INFO Action: b"`, 1), "no-verdict", `log[0]: want "INFO Action: a", got "INFO Action: b"`},
		"too much":  {toolkit, ``, strings.Replace(same, `"INFO Action: a"`, `"INFO Action: a", "INFO Probe: b"`, 1), "no-verdict", `log: want 1 elements, got 2|log[1]: got  "INFO Probe: b"`},
		"ours":      {toolkit, `{"difference": "d", "status": "failed"}`, same, "no-verdict", `status: want "failed", got "completed"`},
		"ignored":   {toolkit, `{"difference": "d", "ignore": ["run", "log", "files", "status"]}`, `{"exit": 4, "journal": "written"}`, "no-verdict", ``},
		"more log":  {toolkit, `{"difference": "d", "more_log": ["INFO Let's rollback..."]}`, same, "no-verdict", `log: want 2 elements, got 1|log[1]: want "INFO Let's rollback..."`},
		"crash":     {`{"crash": "KeyError", "exit": 1, "journal": "none", "log": ["INFO Action: a"]}`, ``, `{"exit": 4, "journal": "none"}`, "no-verdict", ``},
		"refused":   {`{"exit": 1, "journal": "none", "log": ["ERROR no"]}`, ``, `{"exit": 4, "journal": "written"}`, "no-verdict", `journal: want "none", got "written"`},
		"ours ends": {toolkit, `{"difference": "d", "journal": "none"}`, `{"exit": 4, "journal": "none"}`, "no-verdict", ``},
	} {
		t.Run(name, func(t *testing.T) {
			k := &Case{Command: "run", Toolkit: tree(t, c.toolkit), Verdict: Verdict{Word: "no-verdict", Exit: 4}}
			if c.ours != "" {
				k.Ours = tree(t, c.ours)
			}
			diff := compare(k, program{}, &result{outcome: tree(t, c.got), word: c.word})
			if got := strings.Join(diff, "|"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestCompareMentions(t *testing.T) {
	k := &Case{Command: "validate", Toolkit: tree(t, `{"exit": 1, "journal": "none"}`), Verdict: Verdict{Exit: 3, Mentions: []string{"title", "line"}}}
	diff := compare(k, program{}, &result{outcome: tree(t, `{"exit": 3, "journal": "none"}`), stderr: "no title"})
	if len(diff) != 1 || diff[0] != `output: nothing mentions "line"` {
		t.Errorf("got %q", diff)
	}
}

func tree(t *testing.T, text string) Outcome {
	t.Helper()
	var o Outcome
	if err := decode([]byte(text), &o); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

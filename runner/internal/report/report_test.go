package report

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"chaosworkshop.example/runner/internal/schema"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// chapter is the journal of the chapter's experiment on the fragile service.
const chapter = `{
  "chaoslib-version": "1.44.0", "platform": "linux-amd64", "node": "laptop",
  "experiment": {
    "title": "Does it answer?", "configuration": {},
    "steady-state-hypothesis": {"title": "it answers", "probes": [{"type": "probe", "name": "answers", "tolerance": [200, 503], "provider": {"type": "http", "url": "http://localhost:${port}/"}}]},
    "method": [], "rollbacks": [], "dry": null
  },
  "start": "2026-11-26T10:00:00.000000+00:00", "status": "completed", "deviated": true,
  "steady_states": {
    "before": {"steady_state_met": true, "probes": [
      {"activity": {"type": "probe", "name": "answers", "tolerance": [200, 503], "provider": {"type": "http"}}, "output": {"status": 200, "headers": {}, "body": "a time"},
       "start": "2026-11-26T10:00:00.010000+00:00", "status": "succeeded", "end": "2026-11-26T10:00:00.020000+00:00", "duration": 0.01, "tolerance_met": true}]},
    "after": {"steady_state_met": false, "probes": [
      {"activity": {"type": "probe", "name": "answers", "tolerance": [200, 503], "provider": {"type": "http"}}, "output": {"status": 500, "headers": {}, "body": "sorry\n"},
       "start": "2026-11-26T10:00:00.500000+00:00", "status": "succeeded", "end": "2026-11-26T10:00:00.520000+00:00", "duration": 0.02, "tolerance_met": false}]},
    "during": []
  },
  "run": [
    {"activity": {"type": "action", "name": "move", "provider": {"type": "python", "module": "os", "func": "rename", "arguments": {"src": "./exchange.dat", "dst": "./old"}}}, "output": null,
     "start": "2026-11-26T10:00:00.100000+00:00", "status": "succeeded", "end": "2026-11-26T10:00:00.110000+00:00", "duration": 0.01},
    {"activity": {"type": "probe", "name": "is-there", "tolerance": false, "provider": {"type": "python", "module": "os.path", "func": "exists", "arguments": {"path": "./exchange.dat"}}}, "output": false,
     "start": "2026-11-26T10:00:00.200000+00:00", "status": "succeeded", "end": "2026-11-26T10:00:00.210000+00:00", "duration": 0.01}
  ],
  "rollbacks": [], "end": "2026-11-26T10:00:01.000000+00:00", "duration": 1.0,
  "verdict": {"word": "deviated", "reason": "answers: wanted 200 or 503, got 500"}
}`

// survived is the chapter's journal of the service that survives.
var survived = strings.NewReplacer(`"deviated": true`, `"deviated": false`, `"status": 500`, `"status": 503`, `met": false`, `met": true`,
	`{"word": "deviated", "reason": "answers: wanted 200 or 503, got 500"}`, `{"word": "held", "reason": "x"}`).Replace(chapter)

// read makes a report of a journal's text.
func read(t *testing.T, texts ...string) *Report {
	t.Helper()
	r := &Report{Mask: &show.Mask{}}
	for _, text := range texts {
		path := filepath.Join(t.TempDir(), "weak", "journal.json")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		run, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		r.Runs = append(r.Runs, run)
	}
	return r
}

func html(t *testing.T, r *Report) string {
	t.Helper()
	text, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestChapter finds on the page what the journal has.
func TestChapter(t *testing.T) {
	r := read(t, chapter)
	r.Next = "make demo-resilient"
	page := html(t, r)
	for _, want := range []string{
		"<h1><bdi>Does it answer?</bdi></h1>", "<strong>WEAKNESS FOUND (deviated)</strong> <span>the system did not survive the fault</span>",
		`<th scope="row">before</th><td><bdi>200  a time</bdi></td><td><bdi>200 or 503</bdi></td>`, `<bdi>move: ./exchange.dat is gone (proven)</bdi>`,
		`<th scope="row">after</th><td><bdi>500  sorry</bdi></td>`, "held: 1, broke: 1, fault: 1, proven: 1. The fault was on from 100 ms to the end.",
		"<strong>discover</strong> <em>you are here</em>", "make demo-resilient", "laptop", "linux-amd64", "http://localhost:${port}/",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	for _, not := range []string{"<script", "style=", "http-equiv=\"refresh\"", " src=", " href=", "@import", "missing"} {
		if strings.Contains(strings.ReplaceAll(page, css, ""), not) && not != "missing" {
			t.Errorf("the page has %q", not)
		}
	}
	if len(page) > 150<<10 {
		t.Errorf("the page has %d bytes", len(page))
	}
}

// TestTimeline places each mark where its time is.
func TestTimeline(t *testing.T) {
	run := read(t, chapter).Runs[0]
	line := run.draw(run.length(), func(event) string { return "" })
	at := func(s float64) float64 { return round(labels + radius + plot*s) }
	if f := line.Faults; len(f) != 1 || f[0].X != at(0.1) || f[0].X+f[0].Width != at(1) || !f[0].Proven {
		t.Errorf("the fault is at %+v, and should begin at %v", f, at(0.1))
	}
	var got []float64
	for _, l := range line.Lanes {
		for _, m := range l.Marks {
			got = append(got, m.X-radius-3)
			if m.X < labels || m.X > line.Width || m.Y > line.Height {
				t.Errorf("a mark is outside of the picture: %+v", m)
			}
		}
	}
	if want := []float64{at(0.01), at(0.5), at(0.1), at(0.2)}; !slices.Equal(got, want) {
		t.Errorf("marks at %v, want %v", got, want)
	}
}

// TestUndone ends the fault where it was undone.
func TestUndone(t *testing.T) {
	text := strings.Replace(chapter, `"rollbacks": [], "end"`, `"rollbacks": [{"activity": {"type": "action", "name": "back", "provider": {"type": "python"}}, "output": null, "status": "succeeded", "start": "2026-11-26T10:00:00.700000+00:00", "end": "2026-11-26T10:00:00.710000+00:00"}], "end"`, 1)
	if page := html(t, read(t, text)); !strings.Contains(page, "undone: 1. The fault was on from 100 ms to 700 ms.") {
		t.Error("the rollback does not end the fault")
	}
	healed := strings.Replace(chapter, `"verdict": {"word": "deviated"`, `"verdict": {"proof": [{"activity": {"type": "probe", "name": "is-there", "tolerance": false, "provider": {"type": "python"}}, "output": true, "status": "succeeded", "start": "2026-11-26T10:00:00.800000+00:00", "end": "2026-11-26T10:00:00.810000+00:00"}], "word": "no-verdict"`, 1)
	if page := html(t, read(t, healed)); !strings.Contains(page, "The fault was on from 100 ms to 800 ms.") {
		t.Error("a fault that healed does not end")
	}
	notUndone := strings.NewReplacer(`"deviated", "reason"`, `"not-undone", "reason"`, `"rollbacks": [], "end"`, `"rollbacks": [{"activity": {"type": "action", "name": "back", "provider": {"type": "python"}}, "output": null, "status": "succeeded", "start": "2026-11-26T10:00:00.700000+00:00", "end": "2026-11-26T10:00:00.710000+00:00"}, {"activity": {"type": "action", "name": "more", "provider": {"type": "python"}}, "output": null, "status": "failed", "exception": ["boom"], "start": "2026-11-26T10:00:00.800000+00:00", "end": "2026-11-26T10:00:00.810000+00:00"}], "end"`).Replace(chapter)
	if page := html(t, read(t, notUndone)); !strings.Contains(page, "undone: 1, failed: 1. The fault was on from 100 ms to the end.") || !strings.Contains(page, "<td><bdi>more failed: boom</bdi></td>") {
		t.Error("a rollback that failed ends the fault, or is not told")
	}
	interrupted := strings.Replace(chapter, `"word": "deviated"`, `"word": "interrupted"`, 1)
	if page := html(t, read(t, interrupted)); !strings.Contains(page, "no rollbacks were played: what the method did is still there") {
		t.Error("it is not said that the fault is still on")
	}
}

// TestCutAnywhere opens each beginning of a journal, and says that something is missing.
func TestCutAnywhere(t *testing.T) {
	text := strings.Replace(chapter, `got 500"}`, `got 500", "proof": [{"activity": {"type": "probe", "name": "is-there", "tolerance": false, "provider": {"type": "python"}}, "output": false, "start": "2026-11-26T10:00:00.800000+00:00", "status": "succeeded", "end": "2026-11-26T10:00:00.810000+00:00", "duration": 0.01}]}`, 1)
	for n := range len(text) {
		r := read(t, text[:n])
		page := html(t, r)
		if !strings.Contains(page, "The journal ends in the middle") {
			t.Fatalf("%d bytes: nothing is said to be missing", n)
		}
		for _, wrong := range []string{"did not last", "not proven", "gave no answer"} {
			if strings.Contains(page, wrong) {
				t.Fatalf("%d bytes: the page says %q, and nobody can know", n, wrong)
			}
		}
		if _, err := r.JUnit(); err != nil {
			t.Fatal(err)
		}
		if n < strings.Index(text, `"verdict"`) && !strings.Contains(html(t, r), "NOT JUDGED") {
			t.Fatalf("%d bytes: there is a verdict", n)
		}
	}
}

// TestKilled opens the lines that a killed runner has left.
func TestKilled(t *testing.T) {
	page := html(t, read(t, `{"part":"before","run":{"activity":{"type":"probe","name":"answers","tolerance":200,"provider":{"type":"http"}},"output":{"status":200,"body":"x"},"start":"2026-11-26T10:00:00.000000+00:00","status":"succeeded","end":"2026-11-26T10:00:00.100000+00:00","tolerance_met":true}}
{"part":"method","run":{"activity":{"type":"action","name":"move","provider":{"type":"python"}},"output":null,"start":"2026-11-26T10:00:00.200000+00:00","status":"succeeded","end":"2026-11-26T10:00:00.300000+00:00"}}
{"part":"method","run":{"acti`))
	for _, want := range []string{"NOT JUDGED", "The runner ended before the run did", "Lines that are not whole were left out: 1", "move: the action succeeded", "The run took 300 ms"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
}

// TestToolkit opens journals that the Chaos Toolkit has written.
func TestToolkit(t *testing.T) {
	files, err := filepath.Glob("../journal/testdata/*.json")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		run, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		page := html(t, &Report{Runs: []*Run{run}, Mask: &show.Mask{}})
		for _, want := range []string{"NOT JUDGED", "The journal has no verdict", "is judged here, from the answers", "with a runner that gives a verdict"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not have %q", file, want)
			}
		}
	}
}

// TestOddJournals opens what other tools may write, and refuses what is none.
func TestOddJournals(t *testing.T) {
	wide := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(chapter)) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	for _, text := range []string{"\xef\xbb\xbf" + chapter, string(wide)} {
		if run := read(t, text).Runs[0]; run.Title != "Does it answer?" {
			t.Errorf("a journal of Windows is not read: %.20q", text)
		}
	}
	page := html(t, read(t, strings.Replace(chapter, `"output": false`, `"output": [NaN, -Infinity, "NaN"]`, 1)))
	if !strings.Contains(page, "&#34;NaN&#34;") || strings.Contains(page, "ends in the middle") {
		t.Error("NaN and Infinity are not read")
	}
	for _, odd := range []string{
		`{"run": 3, "steady_states": [], "experiment": "x"}`, `{"run": [null, 3, {}], "steady_states": {"before": {"probes": [{"activity": 3}]}, "during": [3]}, "rollbacks": {}}`,
		`{"chaoslib-version": null, "verdict": {"word": "splendid", "proof": [{}]}, "start": "yesterday"}`,
	} {
		html(t, read(t, odd))
	}
	for _, none := range []string{`[]`, `"x"`, `{}`, `{"title": "an experiment", "method": []}`, `hello`, "PK\x03\x04"} {
		path := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(path, []byte(none), 0o644); err != nil {
			t.Fatal(err)
		}
		if run, err := Read(path); err == nil {
			t.Errorf("%q is read as a journal: %+v", none, run)
		}
	}
}

// hostile is a text with what could change a page, a terminal or the order of letters.
const hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=x>{{.}}${x}\x1b[31m\u202e\u0000|`]]>"

// TestHostile shows such texts everywhere, and does nothing of what they say.
func TestHostile(t *testing.T) {
	quoted, _ := json.Marshal(hostile)
	text := chapter
	for _, part := range []string{`"Does it answer?"`, `"answers"`, `"move"`, `"a time"`, `"sorry\n"`, `"laptop"`, `"is-there"`, `"./exchange.dat"`, `"answers: wanted 200 or 503, got 500"`, `"it answers"`, `"headers"`} {
		if !strings.Contains(text, part) {
			t.Fatal(part)
		}
		text = strings.ReplaceAll(text, part, string(quoted))
	}
	long, _ := json.Marshal(strings.Repeat(hostile, 2000)) // over 200 KB
	for _, r := range []*Report{read(t, text), read(t, strings.Replace(text, `"output": false`, `"output": `+string(long), 1)), read(t, text, text), read(t, strings.ReplaceAll(text, string(quoted), string(long)))} {
		page := html(t, r)
		lower := strings.ToLower(page)
		for _, not := range []string{"<script", "<img", "<svg/", "onload=x>", "\x1b", "\u202e", "\x00"} {
			if strings.Contains(lower, not) {
				t.Errorf("the page has %q", not)
			}
		}
		if !strings.Contains(page, "&lt;script&gt;alert(1)") || !strings.Contains(page, "␛[31m") {
			t.Error("the text is not shown")
		}
		if len(page) > 150<<10 {
			t.Errorf("the page has %d bytes", len(page))
		}
		text, err := r.JUnit()
		if err != nil || xml.Unmarshal(text, new(suites)) != nil {
			t.Errorf("this is no XML: %v", err)
		}
		if md := string(r.Markdown()); strings.Contains(strings.Split(md, "| when")[0], `\|`) {
			t.Error("a bar outside of a table is written as in one")
		}
		if md := string(r.Markdown()); strings.ContainsAny(md, "\x1b\u202e\x00") {
			t.Error("the Markdown has control characters")
		}
	}
}

// TestSideBySide marks what differs between two runs, on one axis.
func TestSideBySide(t *testing.T) {
	other := strings.Replace(survived, `"end": "2026-11-26T10:00:01.000000`, `"end": "2026-11-26T10:00:02.000000`, 1)
	both := read(t, chapter, other)
	both.Runs[1].Name = "resilient"
	if text, err := both.JUnit(); err != nil || !strings.Contains(string(text), `name="Does it answer?, weak"`) || !strings.Contains(string(text), `name="Does it answer?, resilient"`) {
		t.Errorf("the suites have no names of their own, %v:\n%s", err, text)
	}
	page := html(t, read(t, chapter, other))
	if strings.Contains(page, t.TempDir()[:5]) {
		t.Error("the page has a whole path")
	}
	for _, want := range []string{`<tr class="differs"><th scope="row">after</th><td><bdi>500 sorry</bdi></td><td><bdi>503 sorry</bdi></td><td>differs</td>`,
		`<tr><th scope="row">fault</th>`, `<tr class="differs"><th scope="row">verdict</th><td><bdi>WEAKNESS FOUND (deviated)</bdi></td><td><bdi>HELD</bdi></td>`, "<strong>validate</strong> <em>you are here</em>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	unasked := strings.Replace(chapter, `"before": {`, `"earlier": {`, 1)
	if page := html(t, read(t, chapter, unasked)); !strings.Contains(page, `<tr><th scope="row">wanted</th><td><bdi>200 or 503</bdi></td><td><bdi>200 or 503</bdi></td>`) {
		t.Error("what was wanted is not there where only the answer after the fault is")
	}
	if n := strings.Count(page, ">500 ms</text>"); n != 2 {
		t.Errorf("%d of two pictures have the common axis", n)
	}
}

// TestForPrograms: failures, errors and skips are what they are, and the JSON is as its schema says.
func TestForPrograms(t *testing.T) {
	noVerdict := strings.NewReplacer(`"deviated", "reason": "answers: wanted 200 or 503, got 500"`, `"no-verdict", "reason": "the fault is not proven"`,
		`"status": "succeeded", "end": "2026-11-26T10:00:00.520000+00:00", "duration": 0.02, "tolerance_met": false`, `"status": "failed", "exception": ["chaoslib.exceptions.ActivityFailed: refused\n"]`).Replace(chapter)
	unsteady := strings.Replace(noVerdict, `"tolerance_met": true`, `"tolerance_met": false`, 1)
	toolkit := chapter[:strings.LastIndex(chapter, ",\n  \"verdict\"")] + "}"
	for _, c := range []struct {
		name, text                string
		failures, errors, skipped int
		held                      string
	}{
		{"deviated", chapter, 1, 0, 1, "false"}, {"held", survived, 0, 0, 0, "true"}, {"no verdict", noVerdict, 0, 1, 1, "null"}, {"not steady", unsteady, 0, 2, 1, "null"},
		{"the toolkit's", toolkit, 1, 1, 0, "null"}, {"doubtful", strings.Replace(chapter, `"word": "deviated"`, `"word": "held"`, 1), 1, 1, 0, "null"},
	} {
		r := read(t, c.text)
		text, err := r.JUnit()
		var all suites
		if err == nil {
			err = xml.Unmarshal(text, &all)
		}
		if err != nil || len(all.Suites) != 1 {
			t.Fatal(c.name, err)
		}
		if s := all.Suites[0]; s.Tests != 3 || s.Failures != c.failures || s.Errors != c.errors || s.Skipped != c.skipped {
			t.Errorf("%s: %s", c.name, text)
		}
		text, err = r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		valid(t, text)
		if !strings.Contains(string(text), `"held": `+c.held+",\n      \"start\"") {
			t.Errorf("%s: %s", c.name, text)
		}
	}
}

func valid(t *testing.T, text []byte) {
	t.Helper()
	written, _ := schema.Of("report")
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("mem:///report", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("mem:///report")
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = compiled.Validate(v)
	}
	if err != nil {
		t.Errorf("%v:\n%s", err, text)
	}
}

// TestManyActivities: a run of 10 minutes with five checks a second is a page that a browser shows.
func TestManyActivities(t *testing.T) {
	var during []string
	start := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	for i := range 3000 {
		at := verdict.Instant(start.Add(time.Duration(i) * 200 * time.Millisecond))
		met := strconv.FormatBool(i < 1000 || i > 2000)
		during = append(during, `{"steady_state_met": `+met+`, "probes": [{"activity": {"type": "probe", "name": "answers", "tolerance": 200, "provider": {"type": "http"}}, "output": {"status": 200, "body": "x"}, "start": "`+at+`", "end": "`+at+`", "status": "succeeded", "tolerance_met": `+met+`}]}`)
	}
	text := strings.NewReplacer(`"during": []`, `"during": [`+strings.Join(during, ",")+`]`, `"2026-11-26T10:00:01.0`, `"2026-11-26T10:10:00.0`).Replace(chapter)
	r := read(t, text)
	page := html(t, r)
	if len(page) > 400<<10 || !strings.Contains(page, "The table shows the first 200 activities of 3004.") {
		t.Errorf("the page has %d bytes", len(page))
	}
	lane := r.Runs[0].draw(r.Runs[0].length(), func(event) string { return "" }).Lanes[0]
	if len(lane.Strokes) != 2 || lane.Strokes[0].Title != "held: 2000" || lane.Strokes[1].Title != "broke: 1002" {
		t.Errorf("the strokes are %+.40v", lane.Strokes)
	} else if n := strings.Count(lane.Strokes[0].Path, "M"); n < int(plot)/2 || n > int(plot)+1 {
		t.Errorf("%d strokes", n)
	}
	if len(lane.Words) < 2 || lane.Words[0].Text != "broke" {
		t.Errorf("the words are %v", lane.Words)
	}
}

// TestRecord: what clients were answered is no verdict, and a long one is a small page.
func TestRecord(t *testing.T) {
	start := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	answers := &verdict.Result{Title: "t", Start: start, End: start.Add(10 * time.Minute), Status: "completed"}
	for i := range 2400 {
		at := start.Add(time.Duration(i) * 250 * time.Millisecond)
		met := i%240 > 20
		run := &verdict.Run{Activity: value.MapOf("name", "answers"), Name: "answers", Provider: "http", Output: value.MapOf("status", map[bool]int64{true: 200, false: 500}[met], "body", "x"),
			Start: at, End: at, Status: "succeeded", ToleranceMet: &met}
		answers.During = append(answers.During, &verdict.State{Met: &met, Runs: verdict.Runs{run}})
		act := &verdict.Run{Name: "the file is taken away", Action: true, Start: at, End: at, Status: "succeeded"}
		switch i % 240 {
		case 0:
			answers.Run, answers.Acted = append(answers.Run, act), append(answers.Acted, act.Name)
		case 21:
			answers.Rollbacks = append(answers.Rollbacks, act)
		}
	}
	r := &Report{Mask: &show.Mask{}, Next: "go on"}
	for _, name := range []string{"weak", "resilient"} {
		r.Runs = append(r.Runs, Record(name, "a laptop", answers, []string{"after 5 s: show of hands: 12 say that it holds"}))
	}
	page := html(t, r)
	for _, want := range []string{"RECORDED", "what a client of weak was answered", "1 weak", "a laptop", "after 5 s: show of hands", "The fault was on from 0 to 5.3 s."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	for _, not := range []string{"HELD", "NOT JUDGED", "no verdict", "the first 200", "the file is taken away, the file"} {
		if strings.Contains(page, not) {
			t.Errorf("the page has %q", not)
		}
	}
	if len(page) > 150<<10 || len(r.Runs[0].draw(r.Runs[0].length(), func(event) string { return "" }).Faults) != 10 {
		t.Errorf("the page has %d bytes", len(page))
	}
}

// TestOddTimes opens journals with times at which there was no runner.
func TestOddTimes(t *testing.T) {
	for _, odd := range []string{"1500-01-01T00:00:00.000000+00:00", "0000-01-01T00:00:00.000000+00:00", "9999-12-31T23:59:59.999999+00:00", "2026-11-26T10:00:00.000000+24:00", "soon"} {
		for _, was := range []string{`"2026-11-26T10:00:00.000000+00:00"`, `"2026-11-26T10:00:00.200000+00:00"`, `"2026-11-26T10:00:01.000000+00:00"`} {
			r := read(t, strings.Replace(chapter, was, `"`+odd+`"`, 1))
			html(t, r)
			if text, err := r.JSON(); err != nil {
				t.Errorf("%s: %v", odd, err)
			} else {
				valid(t, text)
			}
		}
	}
}

// TestDeep refuses deep texts and opens wide ones, in a time that does not grow with their square.
func TestDeep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(path, []byte(`{"run":`+strings.Repeat("[", 300000)+strings.Repeat(",", 300000)), 0o600); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := Read(path); err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

// TestOddWords: a verdict and a status of somebody's own are neither shown nor believed.
func TestOddWords(t *testing.T) {
	quoted, _ := json.Marshal(hostile)
	for _, word := range []string{`"held "`, `"HELD"`, `["held"]`, string(quoted)} {
		r := read(t, strings.NewReplacer(`"word": "deviated"`, `"word": `+word, `"status": "completed"`, `"status": `+string(quoted), `"deviated": true`, `"deviated": false`).Replace(chapter))
		page := html(t, r)
		if !strings.Contains(page, "NOT JUDGED") || strings.Contains(page, `class="verdict held`) || strings.ContainsAny(page, "\x1b\u202e") {
			t.Errorf("%s is believed or shown", word)
		}
		text, err := r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		valid(t, text)
	}
}

// TestDoubtful: a verdict against which the journal itself speaks is told to be one.
func TestDoubtful(t *testing.T) {
	const told = "The verdict does not fit the answers in the journal"
	explored := strings.NewReplacer(`"word": "held"`, `"word": "explored"`, `"probes": [{"type"`, `"none": [{"type"`, `"before": {`, `"x": {`, `"after": {`, `"y": {`).Replace(survived)
	for _, good := range []string{chapter, survived, explored, strings.Replace(survived, `"tolerance": false`, `"tolerance": "${wanted}"`, 1),
		strings.Replace(survived, `"before": {`, `"earlier": {`, 1), strings.Replace(chapter, `"word": "deviated"`, `"word": "no-verdict"`, 1),
		strings.Replace(survived, `"word": "held", "reason": "x"`, `"word": "deviated", "reason": "a control changed the journal's status"`, 1)} {
		if page := html(t, read(t, good)); strings.Contains(page, told) || strings.Contains(page, "DOUBTFUL") {
			t.Errorf("a good journal is doubted:\n%s", good)
		}
	}
	for from, to := range map[string]string{
		`"word": "held"`: `"word": "deviated"`, `"after": {`: `"later": {`, `"output": false`: `"output": true`, `"steady_state_met": true`: `"steady_state_met": false`,
		`"tolerance_met": true`: `"tolerance_met": null`, `"status": 503`: `"status": 500`, `"deviated": false`: `"deviated": true`, `"status": "succeeded", "end": "2026-11-26T10:00:00.520000`: `"status": "failed", "end": "2026-11-26T10:00:00.520000`,
		`"status": "succeeded", "end": "2026-11-26T10:00:00.110000`: `"status": "failed", "end": "2026-11-26T10:00:00.110000`, `"dry": null`: `"dry": "actions"`, `"run": [`: `"ran": [`, `"status": "completed"`: `"status": "aborted"`,
		`"rollbacks": [], "end"`: `"rollbacks": [{"activity": {"type": "action", "name": "back"}, "status": "failed"}], "end"`,
	} {
		if page := html(t, read(t, strings.Replace(survived, from, to, 1))); !strings.Contains(page, told) || !strings.Contains(page, "<strong>DOUBTFUL</strong>") {
			t.Errorf("%s in place of %s is believed", to, from)
		}
	}
	if page := html(t, read(t, strings.Replace(chapter, `"word": "deviated", "reason": "`, `"word": "held", "reason": "a control `, 1))); !strings.Contains(page, told) {
		t.Error("held is believed of answers that broke, because of a control")
	}
	if page := html(t, read(t, strings.Replace(chapter, `"word": "deviated"`, `"word": "explored"`, 1))); !strings.Contains(page, told) {
		t.Error("explored is believed of an experiment with a hypothesis")
	}
}

// TestSecrets: a journal of the toolkit shows the values that an experiment has for its secrets; a report does not.
func TestSecrets(t *testing.T) {
	const password = "sekret-token-123"
	for _, secrets := range []string{`{"api": {"token": "SECRET", "other": {"type": "env", "key": "API"}}}`, `{"api": {"x": {"type": "env", "key": "API", "default": "SECRET"}}}`,
		`{"a": {"b": {"type": "basic", "word": "SECRET", "key": "API"}}}`, `{"a": ["SECRET", {"type": "env", "key": "API"}]}`} {
		text := strings.NewReplacer(`"configuration": {}`, `"configuration": {}, "secrets": `+strings.ReplaceAll(secrets, "SECRET", password), `"a time"`, `"a time for `+password+`"`).Replace(chapter)
		r := read(t, text)
		r.Mask.Learn(r.Runs[0].Secrets())
		if page := html(t, r); strings.Contains(page, password) || !strings.Contains(page, "API") {
			t.Errorf("%s: the secret is on the page, or what is none is hidden", secrets)
		}
		for _, tolerance := range []string{`"SECRET"`, `["SECRET", 1]`, `{"type": "regex", "pattern": "SECRET"}`, `{"type": "jsonpath", "path": "$.SECRET", "expect": "SECRET"}`} {
			r := read(t, strings.ReplaceAll(text, `"tolerance": [200, 503]`, `"tolerance": `+strings.ReplaceAll(tolerance, "SECRET", password)))
			r.Mask.Learn(r.Runs[0].Secrets())
			if all := html(t, r) + string(r.Markdown()); strings.Contains(all, password) {
				t.Errorf("the secret of the tolerance %s is shown", tolerance)
			}
		}
	}
}

// TestPrivate: what is private by its key is in no report, whoever wrote it; what only looks so is.
func TestPrivate(t *testing.T) {
	text := strings.NewReplacer(`"headers": {}`, `"headers": {"Set-Cookie": "id=XQZ", "X-Api-Key": "XQZ", "Server": "nginx"}`, `"a time"`, `"{\"access_token\": \"X\\\"QZ\", \"pin_secret\": 4711, \"pass\": \"3 of 4\", \"passwords\": [\"XQZ\", 1], \"secret\": {\"a\": \"XQZ\"}, \"in\": \"{\\\"token\\\": \\\"XQZ\\\"}\", \"at\": \"http://x/?a=b&token=XQZ&c=d\", \"password\": \"XQZ"`,
		`"configuration": {}`, `"configuration": {"db_password": {"type": "env", "key": "DB_PASSWORD", "default": "XQZ"}, "passwords": ["XQZ"], "api-key": null}, "secrets": {"g": {"token": {"type": "env", "key": "TOKEN"}}}`).Replace(chapter)
	text = strings.NewReplacer(`"tolerance": false`, `"tolerance": {"type": "jsonpath", "path": "$.password", "expect": ["x"]}`, `"output": false`, `"output": {"password": "XQZ"}`,
		`"reason": "answers`, `"reason": "{\"token\": \"XQZ\"} answers`).Replace(text)
	r := read(t, text)
	markdown, junit, inJSON := r.Markdown(), []byte(nil), []byte(nil)
	junit, _ = r.JUnit()
	inJSON, _ = r.JSON()
	page := html(t, r)
	for form, shown := range map[string]string{"html": page, "markdown": string(markdown), "junit": string(junit), "json": string(inJSON)} {
		if strings.Contains(shown, "QZ") || strings.Contains(shown, "4711") {
			t.Errorf("%s shows what is private:\n%s", form, shown)
		}
	}
	for _, want := range []string{"nginx", "DB_PASSWORD", "TOKEN", "3 of 4"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
}

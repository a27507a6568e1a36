//go:build unix

package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Outcome is what came of a run: exit, crash (the class of an uncaught Python
// exception), journal (its state), content (the whole journal), log and files.
// Numbers are json.Number, so that 1 and 1.0 stay apart.
type Outcome map[string]any

// The states of a journal after a run.
const (
	written = "written"
	none    = "none"
	broken  = "broken" // there, but not JSON
)

// decode reads JSON with numbers as they are spelt.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}

// plain turns a Go value into the tree that decode would make of its JSON.
func plain(v any) (tree any) {
	if err := decode(line(v), &tree); err != nil {
		panic(fmt.Sprintf("%v is not JSON: %v", v, err))
	}
	return tree
}

// line is the JSON of v on one line, with <, > and & as they are.
func line(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Appendf(nil, "%q", err.Error())
	}
	return bytes.TrimSpace(b.Bytes())
}

// format writes an outcome with one line for each element of its larger parts.
func (o Outcome) format() []byte {
	var b bytes.Buffer
	spread(&b, map[string]any(o), "")
	b.WriteString("\n")
	return b.Bytes()
}

func spread(b *bytes.Buffer, v any, margin string) {
	inner := margin + "  "
	switch v := v.(type) {
	case []any:
		if len(v) > 0 {
			for i, item := range v {
				fmt.Fprintf(b, "%s\n%s%s", []string{"[", ","}[min(i, 1)], inner, line(item))
			}
			b.WriteString("\n" + margin + "]")
			return
		}
	case map[string]any:
		if len(v) > 0 && len(margin) < 6 {
			for i, key := range slices.Sorted(maps.Keys(v)) {
				fmt.Fprintf(b, "%s\n%s%q: ", []string{"{", ","}[min(i, 1)], inner, key)
				spread(b, v[key], inner)
			}
			b.WriteString("\n" + margin + "}")
			return
		}
	}
	b.Write(line(v))
}

// normaliser takes out of texts what differs from run to run.
type normaliser struct{ places *strings.Replacer }

func newNormaliser(folder, url string) *normaliser {
	return &normaliser{strings.NewReplacer(folder, "WORK", strings.TrimPrefix(url, "http://"), "SERVER")}
}

var varying = []struct {
	pattern *regexp.Regexp
	text    string
}{
	// The detail behind it is the HTTP library's own, and long.
	{regexp.MustCompile(`(failed to connect to [^ ]+): .*`), "$1"},
	{regexp.MustCompile(`\b\d+\.\d+% hypothesis`), "N% hypothesis"},
	// What differs between shells, and between the numbers of systems.
	{regexp.MustCompile(`/bin/sh: (?:line )?\d+: (\w+): (?:command )?not found`), "sh: $1: not found"},
	{regexp.MustCompile(`\[Errno \d+\] Directory not empty`), "[Errno] Directory not empty"},
	{regexp.MustCompile(`\b0x[0-9a-f]{6,}\b`), "0xADDRESS"},
	{regexp.MustCompile(`'Date': '[^']*'`), "'Date': 'NOW'"},
	// A secret that a control sets; whether it did is seen elsewhere.
	{regexp.MustCompile(`^\s*s3cr3t-by-a-control\s*$|s3cr3t-by-a-control`), "*****"},
}

func (n *normaliser) text(s string) string {
	s = n.places.Replace(s)
	for _, v := range varying {
		s = v.pattern.ReplaceAllString(s, v.text)
	}
	return s
}

// tree treats every text within v, keys of mappings excepted. An HTTP output
// loses its date.
func (n *normaliser) tree(v any) any {
	switch v := v.(type) {
	case string:
		return n.text(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = n.tree(v[i])
		}
		return list
	case map[string]any:
		mapping := make(map[string]any, len(v))
		for key, item := range v {
			mapping[key] = n.tree(item)
		}
		if headers, ok := mapping["headers"].(map[string]any); ok && headers["Date"] != nil {
			headers["Date"] = "NOW"
		}
		return mapping
	}
	return v
}

var bareNaN = regexp.MustCompile(`(?m)^(\s*(?:"(?:[^"\\]|\\.)*": )?)(-?Infinity|NaN)(,?)$`)

// addJournal reads the journal, and puts its state and its content into o. The
// verdict's word is "" where the journal has none.
func (o Outcome) addJournal(path string, n *normaliser, c *Case) (word string) {
	data, err := os.ReadFile(path)
	o["journal"] = written
	if errors.Is(err, fs.ErrNotExist) {
		o["journal"] = none
		return ""
	}
	var journal map[string]any
	// Python writes floats that JSON does not have.
	if err != nil || decode(bareNaN.ReplaceAll(data, []byte(`$1"$2"$3`)), &journal) != nil {
		o["journal"] = broken
		return ""
	}
	word, _ = asMap(journal["verdict"])["word"].(string)
	delete(journal, "verdict")
	journal = n.tree(journal).(map[string]any)
	hide(journal, "node", "platform", "chaoslib-version", "start", "end", "duration")
	states := asMap(journal["steady_states"])
	during := asList(states["during"])
	for _, state := range append([]any{states["before"], states["after"]}, during...) {
		simplify(asMap(state)["probes"])
	}
	// How often a question was asked is a matter of speed.
	during = slices.CompactFunc(during, func(a, b any) bool { return reflect.DeepEqual(a, b) })
	if during != nil {
		states["during"] = during
	}
	if c.NoDuring {
		delete(states, "during")
	}
	for _, key := range []string{"run", "rollbacks"} {
		simplify(journal[key])
		if c.Unordered { // they ran side by side
			slices.SortFunc(asList(journal[key]), func(a, b any) int { return bytes.Compare(line(a), line(b)) })
		}
	}
	o["content"] = journal
	return word
}

// hide keeps of some keys only what they hold: a text or a number.
func hide(m map[string]any, keys ...string) {
	for _, key := range keys {
		switch m[key].(type) {
		case string:
			m[key] = "TEXT"
		case json.Number:
			m[key] = "NUMBER"
		}
	}
}

// simplify leaves out of runs what differs between times and programs. Of an
// exception its last line stays.
func simplify(runs any) {
	for _, run := range asList(runs) {
		m := asMap(run)
		hide(m, "start", "end", "duration")
		if lines := asList(m["exception"]); lines != nil {
			var all strings.Builder
			for _, text := range lines {
				fmt.Fprint(&all, text)
			}
			text := strings.TrimSpace(all.String())
			m["exception"] = text[strings.LastIndex(text, "\n")+1:]
		}
	}
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

var (
	eventLine = regexp.MustCompile(`^(?:\x1b\[\d+m)*\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ([A-Z]+)\] (.*?)(?:\x1b\[\d*m)*$`)
	exception = regexp.MustCompile(`^([A-Za-z_][\w.]*)(: .*)?$`)
)

// events lists the log's events as "LEVEL message", first lines only, in the
// form that a case asks for.
func events(stderr string, n *normaliser, how string) []string {
	list := []string{}
	for line := range strings.Lines(stderr) {
		if m := eventLine.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			list = append(list, m[1]+" "+n.text(m[2]))
		}
	}
	switch how {
	case "none":
		return nil
	case "set":
		slices.Sort(list)
		list = slices.Compact(list)
	}
	return list
}

// crash is the class of the exception that ended a Python program, "" if none
// did. A traceback that was logged is indented and does not count.
func crash(stderr string) (class string) {
	inside := false
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\r\n")
		switch m := exception.FindStringSubmatch(line); {
		case strings.HasPrefix(line, "Traceback (most recent call last):"):
			inside = true
		case inside && m != nil:
			class, inside = m[1], false
		}
	}
	return class
}

const journalText = `{
  "status": "completed", "node": "here", "duration": 1.5, "extra": {"start": "kept", "at": "http://127.0.0.1:5/x"},
  "steady_states": {"before": {"probes": [{"start": "x", "duration": 1}]}, "after": null, "during": [{"a": 1}, {"a": 1}, {"a": 2}]},
  "run": [
    {"output": {"status": 200, "headers": {"Date": "now"}, "body": "in /tmp/w/d"}, "start": 5, "end": "y"},
    {
      "output": NaN,
      "exception": ["Traceback\n", "  File\n", "pkg.Failed: failed to connect to http://127.0.0.1:5/: because of 0x7f0011223344\n"]
    }
  ],
  "verdict": {"word": "deviated"}
}`

func TestAddJournal(t *testing.T) {
	path := t.TempDir() + "/journal.json"
	const want = `{"content":{"duration":"NUMBER","extra":{"at":"http://SERVER/x","start":"kept"},"node":"TEXT",` +
		`"run":[{"end":"TEXT","output":{"body":"in WORK/d","headers":{"Date":"NOW"},"status":200},"start":"NUMBER"},` +
		`{"exception":"pkg.Failed: failed to connect to http://SERVER/","output":"NaN"}],"status":"completed",` +
		`"steady_states":{"after":null,"before":{"probes":[{"duration":"NUMBER","start":"TEXT"}]},"during":[{"a":1},{"a":2}]}},"journal":"written"}`
	for _, c := range []struct{ text, want, word string }{
		{"", `{"journal":"none"}`, ""}, {`{"run": [`, `{"journal":"broken"}`, ""}, {journalText, want, "deviated"},
	} {
		if c.text != "" {
			if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		o := Outcome{}
		word := o.addJournal(path, newNormaliser("/tmp/w", "http://127.0.0.1:5"), &Case{})
		if got := string(line(o)); got != c.want || word != c.word {
			t.Errorf("got  %q %s\nwant %q %s", word, got, c.word, c.want)
		}
	}
}

package document

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Every row's value was read off json.load and yaml.safe_load of Python 3.11
// with PyYAML 6, then written with json.dumps. The last two are differences, see docs/differences.md.
func TestValues(t *testing.T) {
	for text, want := range map[string]string{
		`json:{"b": 1, "a": [1.0, 1e3, -0, true, null, "\u00e9\ud83d\ude00"]}`: `{"b": 1, "a": [1.0, 1000.0, 0, true, null, "é😀"]}`,
		"json:\xff\xfe{\x00\"\x00\xe9\x00\"\x00:\x001\x00}\x00":                `{"é": 1}`,
		"yaml:\xfe\xff\x00a\x00:\x00 \x00\xe9":                                 `{"a": "é"}`,
		"yaml:a: caf\xe9":                                                      `{"a": "café"}`,
		`json:12345678901234567890`:                                            `12345678901234567890`,
		`json:{"a": 1, "b": 2, "a": 3}`:                                        `{"a": 3, "b": 2}`,
		"yaml:a: yes\nb: 010\nc: 12:30:45\nd: 1_000":                           `{"a": true, "b": 8, "c": 45045, "d": 1000}`,
		"yaml:a: 1e3\nb: 1.5e+3\nc: .5\nd: ~\ne: off":                          `{"a": "1e3", "b": 1500.0, "c": 0.5, "d": null, "e": false}`,
		"yaml:- 0x1F\n- 0b11\n- -5\n- +7\n- 08\n- 0":                           `[31, 3, -5, 7, "08", 0]`,
		"yaml:- 'yes'\n- \"010\"\n- !!str 5\n- |\n  a\n":                       `["yes", "010", "5", "a\n"]`,
		"yaml:- y\n- n\n- 1:30.5\n- 1.\n- .":                                   `["y", "n", 90.5, 1.0, "."]`,
		"yaml:base: &b {x: 1, y: 2}\nown:\n  y: 3\n  <<: *b\n  z: 4":           `{"base": {"x": 1, "y": 2}, "own": {"x": 1, "y": 3, "z": 4}}`,
		"yaml:a: &a {k: 1}\nb: &b {k: 2, l: 2}\nc:\n  <<: [*a, *b]":            `{"a": {"k": 1}, "b": {"k": 2, "l": 2}, "c": {"k": 1, "l": 2}}`,
		"yaml:1: a\n1.5: b\nno: c\n~: d":                                       `{"1": "a", "1.5": "b", "false": "c", "null": "d"}`,
		"yaml:\ufeffa: 1":                                                      `{"a": 1}`,
		"json:\ufeff{}":                                                        `{}`,
		`yaml:a: "a\/b\x41"`:                                                   `{"a": "a/bA"}`,
		"yaml:%YAML 1.2\n---\na: 010":                                          `{"a": 8}`,
		"yaml:# c\n\n%YAML 1.0\n%TAG ! x\n--- b\n":                             `"b"`,
		"yaml:%YAML 1.1\n---\n- |\n %YAML 1.2\n":                               `["%YAML 1.2\n"]`,
		"yaml:? &k a\n: {b: &b {x: 1}, <<: *b}\nc: *k":                         `{"a": {"x": 1, "b": {"x": 1}}, "c": "a"}`,
		"yaml:x: a?b\n?\n: {d: 'e?', \"\tf\": ':g'}":                           `{"x": "a?b", "null": {"d": "e?", "\tf": ":g"}}`,
		"yaml:- .inf\n- -.INF":                                                 `[Infinity, -Infinity]`,
		"yaml:a:\tb\t\n":                                                       `{"a": "b"}`,
		"yaml:a: &b/c 1":                                                       `{"a": 1}`,
	} {
		node, problems := parseAs(text)
		if node == nil {
			t.Errorf("%q: %v", text, problems)
			continue
		}
		if got := value.JSON(node.Value); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

func parseAs(text string) (*Document, interface{ Error() string }) {
	format, text, _ := strings.Cut(text, ":")
	if format == "json" {
		n, p := ParseJSON("x.json", []byte(text))
		return n, p
	}
	n, p := ParseYAML("x.yaml", []byte(text))
	return n, p
}

func TestProblemsHaveTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"json:{\n  \"a\": 1,\n}":            "x.json:2:9: nothing comes after this comma",
		"json:{\"a\": 1":                    "x.json:1:8: the JSON ends too early",
		"json:{\"é\": nope}":                "x.json:1:7: this text has no quotes",
		"json:{} {}":                        "x.json:1:4: there is more after the end",
		"json:{}}":                          "x.json:1:3: there is more after the end",
		"json:{'a': 1}":                     "x.json:1:2: JSON has no single quotes",
		"json:{\"a\": NaN}":                 "x.json:1:7: JSON has no NaN",
		"json: \n\t ":                       "x.json: is empty",
		"json:{\"a\": \"\x00\"}":            "x.json:1:8: this is not text",
		"json:{\"a\": \"\xff\"}":            "x.json:1:8: warning: this file is not in UTF-8, and is read as Latin-1",
		"json:{\"a\": 1, \"a\": 2}":         "x.json:1:10: warning: the key 'a' is there twice",
		"json:" + strings.Repeat("[", 1000): "x.json:1:502: this is nested deeper than 500",
		"json:{\"a\": [1e999999, -1e999]}":  "x.json:1:8: this number is too large",
		"yaml:a: 1.0e+999999":               "x.yaml:1:4: this number is too large",

		"json:{\"a\": " + strings.Repeat("7", 4301) + "}": "x.json:1:7: this number is too large",
		"yaml:a: " + strings.Repeat("7", 4301):            "x.yaml:1:4: this number is too large",
		"yaml:a: -" + strings.Repeat("7_", 5e6) + "7":     "x.yaml:1:4: this number is too large",
		"yaml:a: 1" + strings.Repeat(":59", 2000):         "x.yaml:1:4: this number is too large",

		"yaml:%FOO x\n---\na: 1":            "x.yaml:1:5: this is not YAML",
		"yaml:%YAML 2.0\n---\na: 1":         "x.yaml:1:1: this is not YAML",
		"yaml:a: \"\\'\"":                   `x.yaml:1:5: what follows the \ has no meaning in double quotes`,
		"yaml:a: \"\\xZZ\"":                 `x.yaml:1:7: what follows the \ has no meaning in double quotes`,
		"yaml:a: *b":                        "x.yaml:1:4: this alias has no anchor",
		"yaml:a: 1\nb: [1, 2":               "x.yaml:2:4: this bracket is not closed",
		"yaml:a:\n\t- b":                    "x.yaml:2:1: this line is indented with a tab; use spaces alone",
		"yaml:a: 1\n\tb: 2":                 "x.yaml:2:1: this line is indented with a tab; use spaces alone",
		"yaml:a: |\n\tb":                    "x.yaml:2:1: this line is indented with a tab; use spaces alone",
		"yaml:é: b: c":                      "x.yaml:1:5: this colon cannot stand here; put quotes around a text that has a colon in it",
		"yaml:a: b\n  c: d":                 "x.yaml:2:3: this line is indented further than the line above",
		"yaml:x:\n  a: \"b\nc: d\n":         "x.yaml:2:6: this quote is not closed; add the closing quote",
		"yaml:a: 'b\n...\n":                 "x.yaml:1:4: this quote is not closed; add the closing quote",
		"yaml:a: 'it's'":                    "x.yaml:1:8: there is more after the end of the value",
		"yaml:a:\n  b: 1\n c: 2":            "x.yaml:3:2: the indentation of this line fits none",
		"yaml:- a\nb: 1":                    "x.yaml:2:1: a list item is expected here",
		"yaml:- a\n-b":                      "x.yaml:2:1: this line is neither 'key: value' nor '- item'",
		"yaml:a: }":                         "x.yaml:1:4: a value is expected here",
		"yaml:a: @b":                        "x.yaml:1:4: a text cannot begin with this character; put quotes around the text",
		"yaml:a: %b":                        "x.yaml:1:4: a text cannot begin with this character",
		"yaml:a: *":                         "x.yaml:1:5: a name is missing after this * or &",
		"yaml:a: - b":                       "x.yaml:1:4: a list cannot begin here",
		"yaml:a: |x\n  b":                   "x.yaml:1:5: a text after | or > must begin on the next line",
		"yaml:a: !<b c":                     "x.yaml:1:7: this tag cannot be read",
		"yaml:a: !e!b c":                    "x.yaml:1:4: this tag cannot be read",
		"yaml:a: 1\nb: \x01":                "x.yaml:2:4: there is a character that YAML does not allow",
		"yaml:" + strings.Repeat("[", 11e3): "this is nested too deep; flatten it",
		"yaml:a: 1\n---\nb: 2":              "x.yaml:2:1: a second document starts here",
		"yaml:a: 1\na: 2":                   "x.yaml:2:1: warning: the key 'a' is there twice",
		"yaml:a: !custom 1":                 "x.yaml:1:4: a tag has no meaning",
		"yaml:a: &a [*a]":                   "x.yaml:1:8: this alias contains itself",
		"yaml:? [1, 2]\n: x":                "x.yaml:1:3: a key must be text",
		"yaml:- [?a]":                       "x.yaml:1:4: within brackets, a text that begins with",
		"yaml:a: []#":                       "x.yaml:1:6: this is not YAML",
		"yaml:a:\n  - b: {c: 1,\n d: 2}":    "x.yaml:3:2: this line is indented further",
		"yaml:<<: 5":                        "x.yaml:1:5: << takes an object",
		"yaml:" + strings.Repeat("[", 600) + strings.Repeat("]", 600): "x.yaml:1:502: this is nested deeper than 500",
		"yaml:" + bomb(): "too large once its aliases are expanded",
		"yaml:- &a {" + strings.Repeat("a: 1,", 10_000) + "}\n" + strings.Repeat("- *a\n", 120): "x.yaml:100:3: this document is too large once its aliases are expanded",
	} {
		_, problems := parseAs(text)
		if got := problems.Error(); !strings.Contains(got, want) {
			t.Errorf("%.60q\n got %q\nwant %q", text, got, want)
		}
	}
}

// bomb doubles itself forty times.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 x\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	return b.String()
}

// What is not there is shown at its parent.
func TestPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"json:{\n \"a\": [\n  {\"b\": 1}\n ]\n}":                                    "a 2:7 2:2, a.0 3:3, a.0.b 3:9 3:4, a.7.b 2:7, a.0.c 3:3, x 1:1",
		"json:{\"ü\": {\"a\": 1}, \"a\": {\"b\": {\"c\": 1}}, \"a\": {\n\"d\": 2}}": "ü.a 1:13 1:8, a 1:44 1:39, a.b 1:44, a.b.c 1:44, a.d 2:6 2:1",
		"json:[1, [2]]":                       "0 1:2, 1.0 1:6, 1 1:5",
		"yaml:a:\n- b: 1\n- {c: [x, é, y]}\n": "a 2:1 1:1, a.0.b 2:6 2:3, a.1.c.2 3:14, a.1.d 3:3",
		"yaml:a: &x {k: 1, l: 2}\nb: *x\nc: {<<: *x, l: 3}\nd:\n  <<: [{k: 5}, *x]": "b 1:4 2:1, b.k 1:11 1:8, c.k 1:11 1:8, c.l 3:16 3:13, d.k 5:12 5:9, d.l 1:17 1:14",
		"yaml:a: {b: 1}\na:\n  c: 2":         "a 3:3 2:1, a.b 3:3, a.c 3:6 3:3",
		"yaml:%YAML 1.2\n---\n1: {yes: [7]}": "1.true.0 3:11, 1.true 3:10 3:5",
	} {
		doc, problems := parseAs(text)
		if doc == nil {
			t.Errorf("%q: %v", text, problems)
			continue
		}
		var findings []problem.Finding
		for row := range strings.SplitSeq(want, ", ") {
			path, places, _ := strings.Cut(row, " ")
			value, key, hasKey := strings.Cut(places, " ")
			keys := strings.Split(path, ".")
			if at := doc.At(keys...); fmt.Sprintf("%d:%d", at.Line, at.Column) != value {
				t.Errorf("%q: %s is at %v, want %s", text, path, at, value)
			}
			findings = append(findings, problem.Finding{Path: keys, What: value})
			if hasKey {
				findings = append(findings, problem.Finding{Path: keys, AtKey: true, What: key, Warning: true})
			}
		}
		list := doc.Problems(findings)
		for i, p := range list {
			if got := fmt.Sprintf("%d:%d", p.At.Line, p.At.Column); got != p.What || p.Code != problem.Invalid || p.At.File[:2] != "x." {
				t.Errorf("%q: %v at %s, in one pass", text, p, got)
			}
			if i > 0 && (p.At.Line < list[i-1].At.Line || p.At.Line == list[i-1].At.Line && p.At.Column < list[i-1].At.Column) {
				t.Errorf("%q: %v comes after %v", text, p, list[i-1])
			}
		}
		if len(list) != len(findings) {
			t.Errorf("%q: %v", text, list)
		}
	}
}

// What stands in a broken file may be a secret, so no message quotes it.
func TestProblemsQuoteNothing(t *testing.T) {
	for _, value := range []string{"*Xq7k", "&Xq7k &b c", "!Xq7k b", "!<Xq7k b", "!e!Xq7k b", "!!Xq7k b", "!!int Xq7k", "@Xq7k", "%Xq7k", "`Xq7k", "'Xq7k", "\"Xq7k", "\"\\Xq7k\"", "[Xq7k", "{Xq7k",
		"}Xq7k", "|Xq7k", "Xq7k: b", "? Xq7k", "&Xq7k [*Xq7k]", "{<<: Xq7k}", "{<<: *Xq7k}", "Xq7k\x01", "1\n%Xq7k", "1\n--- Xq7k", "1\n... Xq7k"} {
		for _, parse := range []func(string, []byte) (*Document, problem.List){ParseJSON, ParseYAML} {
			doc, problems := parse("x", []byte("secret: "+value+"\n"))
			if doc != nil || strings.Contains(problems.Error(), "Xq7k") {
				t.Errorf("%q: %v, %v", value, doc, problems)
			}
		}
	}
}

func TestRead(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]string{
		folder + "/none.json":  "does not exist",
		folder:                 "is a folder",
		file("x.txt", "{}"):    "its name does not end in .json, .yaml or .yml",
		file("x.YAML", "a: 1"): "its name does not end in",
		file("spaces.json", strings.Repeat(" ", maxBytes+1)): "is larger than",
		file("empty.yml", ""):                                "is empty",
		file("comment.yml", "# nothing\n"):                   "is empty",
	} {
		n, problems := Read(path)
		if n != nil || !strings.Contains(problems.Error(), want) {
			t.Errorf("%s: node %v, problems %v; want %q", path, n, problems, want)
		}
	}
}

const tooManyYAML = "this document has too many values and keys, or too many signs of YAML in its texts: more than 2,000,000"

// TestLimits: JSON and YAML have the same ones.
func TestLimits(t *testing.T) {
	list := func(n int, sign string) string { return "[" + strings.Repeat("a"+sign, n-1) + "a]" }
	for name, c := range map[string]struct{ text, want string }{
		"as many as may be": {"json:" + "[" + strings.Repeat("0,", maxValues-2) + "0]", ""},
		"one too many":      {"json:[" + strings.Repeat("0,", maxValues-1) + "0]", "x.json:1:4000000: " + tooMany + "; " + notData},
		"keys are values":   {"json:{" + strings.Repeat(`"a":1,`, maxValues/2-1) + `"b":2}`, tooMany},
		"many lists":        {"json:[" + strings.Repeat("[],", maxValues) + "0]", tooMany},
		"YAML, many":        {"yaml:" + list(mostPending, ","), ""},
		"YAML, in brackets": {"yaml:" + list(mostPending+2, ","), "x.yaml:1:200001: " + longLine + "; " + notData},
		"YAML, in lines":    {"yaml:" + strings.Repeat("- a\n", maxValues+1), "x.yaml:2000001:1: " + tooManyYAML},
		"YAML, in a line":   {"yaml:" + strings.Repeat("- ", mostPending+1), longLine},
		"YAML, with keys":   {"yaml:" + strings.Repeat("a: 1\n", maxValues/2+1), "x.yaml:1000001:2: " + tooManyYAML},
		"YAML, of one line": {"yaml:" + strings.Repeat("- {a: 1, b: 2}\n", maxValues/5+1), "x.yaml:400001:1: " + tooManyYAML},
		"YAML, as many":     {"yaml:" + strings.Repeat("- {a: 1, b: 2}\n", 1000) + strings.Repeat("- a: 'b: c'\n", 1000), ""},
		"YAML, a long text": {"yaml:a: |\n" + strings.Repeat(" 12:30 a-b http://x?y=z\n", maxValues/2), ""},
		"YAML, empty keys":  {"yaml:{" + strings.Repeat("? ,", 40_000) + "}", "and more"},
		"the same key":      {"json:{" + strings.Repeat(`"a":1,`, 40_000) + `"b":2}`, "and more"},
	} {
		doc, found := parseAs(c.text)
		list, _ := found.(problem.List)
		if c.want == "and more" {
			c.want = "there are more keys than these that are there twice: 39979"
			if len(list) > 0 {
				list = list[len(list)-1:]
			}
		}
		if got := list.Error(); (doc == nil) != (strings.Contains(c.want, "values") || strings.Contains(c.want, longLine)) || !strings.Contains(got, c.want) {
			t.Errorf("%s: %.200s", name, got)
		}
	}
}

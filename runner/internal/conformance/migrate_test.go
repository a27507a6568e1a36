//go:build unix

package conformance

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

func reduced(v any) any {
	out := []any{}
	for _, r := range asList(v) {
		m := asMap(r)
		e := map[string]any{"type": at(m, "activity.type"), "name": at(m, "activity.name")}
		for _, k := range []string{"status", "output", "tolerance_met", "exception"} {
			if x, ok := m[k]; ok {
				e[k] = x
			}
		}
		out = append(out, e)
	}
	return out
}

func TestMigrate(t *testing.T) {
	p := programUnderTest(t)
	for _, c := range selectedCases(t) {
		if c.Ours == nil {
			continue
		}
		got, err := p.run(t.Context(), c, filepath.Join(t.TempDir(), "work"))
		if err != nil {
			t.Error(c.Name, err)
			continue
		}
		content := got.outcome["content"]
		n := Outcome{"difference": c.Ours["difference"]}
		for key, v := range c.Ours {
			switch key {
			case "difference", "journal", "files", "exit", "log":
				n[key] = v
			case "status", "deviated", "steady_states":
				n["content."+key] = v
			case "ignore":
				var l []any
				for _, x := range asList(v) {
					if x == "run" || x == "rollbacks" {
						x = "content." + x.(string)
					}
					l = append(l, x)
				}
				n[key] = l
			case "run", "rollbacks":
				actual := at(content, key)
				if string(line(reduced(actual))) != string(line(v)) {
					t.Errorf("%s: %s: actual %s, was %s", c.Name, key, line(reduced(actual)), line(v))
				}
				want := at(c.Toolkit["content"], key)
				if c.comparable() && len(asList(want)) == len(asList(actual)) {
					for _, d := range differences("content."+key, want, actual) {
						n[d.path] = at(map[string]any(got.outcome), d.path)
					}
				} else {
					n["content."+key] = actual
				}
			case "more_log":
				n["log"] = steps(got.outcome["log"])
				for _, x := range asList(v) {
					if !slices.Contains(asList(n["log"]), x) {
						t.Errorf("%s: log lacks %v", c.Name, x)
					}
				}
			default:
				t.Errorf("%s: %s?", c.Name, key)
			}
		}
		var b bytes.Buffer
		b.WriteString("{\n  \"difference\": " + string(line(n["difference"])))
		for _, k := range slices.Sorted(maps.Keys(n)) {
			if k == "difference" {
				continue
			}
			l, isList := n[k].([]any)
			if isList && len(l) > 1 && k != "ignore" {
				var parts []string
				for _, x := range l {
					parts = append(parts, "    "+string(line(x)))
				}
				fmt.Fprintf(&b, ",\n  %q: [\n%s\n  ]", k, strings.Join(parts, ",\n"))
			} else {
				fmt.Fprintf(&b, ",\n  %q: %s", k, line(n[k]))
			}
		}
		b.WriteString("\n}\n")
		for i := range c.archive.Files {
			if c.archive.Files[i].Name == oursFile {
				c.archive.Files[i].Data = b.Bytes()
			}
		}
		if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o644); err != nil {
			t.Error(err)
		}
	}
}

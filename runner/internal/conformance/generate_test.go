//go:build unix

package conformance

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v4"
)

// generator makes experiments by chance out of a grammar, which
// testdata/generator/grammar.yaml describes and is.
type generator struct {
	*rand.Rand
	rules map[string][]any
	files []txtar.File // beside every experiment
	ids   int
}

func newGenerator(t *testing.T) *generator {
	t.Helper()
	g := &generator{}
	folder := filepath.Join("testdata", "generator")
	text, err := os.ReadFile(filepath.Join(folder, "grammar.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &g.rules); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"own.py", "watch.py", "twist.py"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		g.files = append(g.files, txtar.File{Name: name, Data: data})
	}
	g.files = append(g.files, txtar.File{Name: "f", Data: []byte("content\n")}, txtar.File{Name: "d/x", Data: []byte("deep\n")})
	return g
}

var (
	ruleName = regexp.MustCompile(`<([a-z-]+)>`)
	several  = regexp.MustCompile(`^<([a-z-]+)\*(\d)>$`)
	seldom   = regexp.MustCompile(`^(.*?)\?(\d+)(-?)( .*)?$`)
)

// rule takes one element of a rule.
func (g *generator) rule(name string) any {
	switch name {
	case "id":
		g.ids++
		return g.ids
	case "earlier":
		return 1 + g.IntN(max(g.ids, 1))
	}
	from := g.rules[name]
	if len(from) == 0 {
		panic("the grammar has no rule " + name)
	}
	return g.expand(from[g.IntN(len(from))])
}

// expand puts what rules make in the place of their names.
func (g *generator) expand(v any) any {
	switch v := v.(type) {
	case string:
		if m := ruleName.FindString(v); m == v && m != "" {
			return g.rule(v[1 : len(v)-1])
		}
		return ruleName.ReplaceAllStringFunc(v, func(m string) string { return fmt.Sprint(g.rule(m[1 : len(m)-1])) })
	case []any:
		list := []any{}
		for _, item := range v {
			text, _ := item.(string)
			if m := several.FindStringSubmatch(text); m != nil {
				most, _ := strconv.Atoi(m[2])
				for range g.IntN(most + 1) {
					list = append(list, g.rule(m[1]))
				}
				continue
			}
			list = append(list, g.expand(item))
		}
		return list
	case map[string]any:
		return g.expandMap(v)
	}
	return v
}

// expandMap leaves seldom keys out. Of a key that is a rule, the mapping that it
// makes is joined in.
func (g *generator) expandMap(v map[string]any) map[string]any {
	mapping := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		name := key
		if m := seldom.FindStringSubmatch(key); m != nil {
			n, _ := strconv.Atoi(m[2])
			rare := g.IntN(n) == 0
			if rare == (m[3] == "-") { // with a minus the key is left out once in n times
				continue
			}
			name = m[1] + m[4]
		}
		if ruleName.MatchString(name) {
			maps.Copy(mapping, asMap(g.expand(name)))
			continue
		}
		mapping[name] = g.expand(v[key])
	}
	return mapping
}

// generate makes the case of a seed.
func (g *generator) generate(seed uint64) *Case {
	g.Rand, g.ids = rand.New(rand.NewPCG(seed, 0)), 0
	made := g.rule("case").(map[string]any)
	experiment := asMap(made["experiment"])
	breakIt(experiment, asMap(made["break"]), g.Rand)
	c := &Case{
		Name: fmt.Sprintf("random-%d", seed), About: fmt.Sprintf("Seed %d of the generator.", seed),
		Command: "run", Needs: "random+controls+chaoslib", Source: "experiment.json",
		Env: []string{"FROM_ENV=from the environment", "NUMBER=5", "SECRET=s3cr3t-env", "PYTHONPATH=."}, Observe: []string{"f", "made", "calls.txt"},
	}
	for _, flag := range slices.Sorted(maps.Keys(asMap(made["args"]))) {
		name, _, _ := strings.Cut(flag, " ")
		c.Args = append(c.Args, name)
		if v := asMap(made["args"])[flag]; v != nil {
			c.Args = append(c.Args, fmt.Sprint(v))
		}
	}
	files := asMap(made["files"])
	files["experiment.json"] = experiment
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text, isText := files[name].(string)
		if !isText {
			text = string(line(files[name])) + "\n"
		}
		if name == "settings.yaml" {
			c.Settings = name
		}
		c.Files = append(c.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	text := string(line(experiment)) + string(line(c.Args))
	if strings.Contains(text, `"background":true`) || strings.Contains(text, "--hypothesis-frequency") {
		c.Log, c.Unordered = "set", true
	}
	c.Mutated = strings.Contains(text, `"twister"`)
	c.Files = append(c.Files, g.files...)
	return c
}

// breakIt makes one mistake.
func breakIt(experiment, mistake map[string]any, r *rand.Rand) {
	place := experiment
	key, _ := mistake["key"].(string)
	if where, _ := mistake["in"].(string); where != "top" {
		list := asList(experiment[where])
		if where == "probes" {
			list = asList(at(experiment, "steady-state-hypothesis.probes"))
		}
		if len(list) == 0 {
			return
		}
		place = asMap(list[r.IntN(len(list))])
		if rest, ok := strings.CutPrefix(key, "provider."); ok {
			place, key = asMap(place["provider"]), rest
		}
	}
	switch {
	case place == nil:
	case mistake["value"] == "DELETE":
		delete(place, key)
	default:
		place[key] = mistake["value"]
	}
}

// TestGenerate shows that a seed always makes the same experiment, and that
// every rule of the grammar is used.
func TestGenerate(t *testing.T) {
	g := newGenerator(t)
	all := []byte{}
	for seed := range uint64(2000) {
		var texts [2][]byte
		for i := range texts {
			c := g.generate(seed)
			texts[i] = append(line([]any{c.Args, c.Settings, c.Log}), txtar.Format(&txtar.Archive{Files: c.Files})...)
		}
		if !bytes.Equal(texts[0], texts[1]) {
			t.Fatalf("seed %d makes two experiments:\n%s\n%s", seed, texts[0], texts[1])
		}
		all = append(all, texts[0]...)
	}
	used, err := os.ReadFile(filepath.Join("testdata", "generator", "grammar.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range g.rules {
		if name != "case" && !bytes.Contains(used, []byte("<"+name+">")) && !bytes.Contains(used, []byte("<"+name+"*")) {
			t.Errorf("nothing uses the rule %s", name)
		}
	}
	for _, made := range []string{`"background":true`, `"skip"`, "--fail-fast", `"where":["method",0]`, `"raise"`, `"type":"attack"`, `"global"`, "--var-file", `"dynamic"`} {
		if !bytes.Contains(all, []byte(made)) {
			t.Errorf("of 2000 experiments none has %s", made)
		}
	}
}

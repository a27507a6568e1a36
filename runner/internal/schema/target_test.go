package schema

import (
	"cmp"
	"os"
	"path/filepath"
	"testing"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/value"
)

// loadTarget is the loader's opinion of a target: what it refuses.
func loadTarget(t *testing.T, text []byte) error {
	path := filepath.Join(t.TempDir(), "it.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	_, found := target.Load(path)
	if refused, _ := found.Split(); len(refused) > 0 {
		return refused
	}
	return nil
}

func TestTargetMutations(t *testing.T) {
	c := comparison{schema: compile(t, "target")}
	var all []mutation
	documents, _ := filepath.Glob(filepath.Join("testdata", "target*.yaml"))
	for _, path := range documents {
		whole := readTarget(t, path)
		all = append(all, mutations(whole)...)
		for _, other := range documents { // keys that may not go together
			for key, v := range readTarget(t, other).All() {
				m := whole.Copy()
				m.Set(key, v)
				all = append(all, mutation{path + " with " + key + " of " + other, m})
			}
		}
	}
	paths, err := filepath.Glob(filepath.Join("..", "..", "..", "targets", "*.yaml"))
	if err != nil || len(paths) < 2 {
		t.Fatal(paths, err)
	}
	for _, path := range append(paths, documents...) {
		all = append(all, mutation{path, readTarget(t, path)})
	}
	for _, m := range all {
		c.compare(t, m.name, loadTarget(t, []byte(value.JSON(m.value))), m.value)
	}
	c.end(t, 300)
}

func readTarget(t *testing.T, path string) *value.Map {
	t.Helper()
	doc, found := document.Read(path)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return doc.Map()
}

// TestTargetTexts compares on texts that come near the limits of a key.
func TestTargetTexts(t *testing.T) {
	c := comparison{schema: compile(t, "target")}
	whole := readTarget(t, filepath.Join("testdata", "target.yaml"))
	running, brought := readTarget(t, filepath.Join("testdata", "target-url.yaml")), readTarget(t, filepath.Join("testdata", "target-up.yaml"))
	of := map[string]*value.Map{"url": running, "up": brought, "down": brought}
	for key, texts := range map[string][]any{
		"url":    {"http://x", "HTTPS://x/", "http://x:99999", "http://x:/", "http://", "http:///x", "ftp://x", "http://?x", "x:80", "http://x:${port}", "http://x/${run}", "http://x/$${port}", "${bin}"},
		"up":     {[]any{"${run}"}, []any{"a", "${rum}"}, []any{"", "a"}, []any{"a", ""}, "a"},
		"down":   {[]any{"${run}"}, []any{"a", "${rum}"}, []any{"", "a"}, []any{"a", ""}, "a"},
		"title":  {"one\n", "\n one \n", "one\ntwo", " ", "${rum}", "${port}", "$${rum}", "$$${x}", "${", "${x", "a$", "$", "$5", "${}", "$ {x}", "${port}${x}", "$${port}${exe}"},
		"next":   {"one\ntwo", "${run}$", "$$"},
		"build":  {[]any{"${bin}"}, []any{"${run}"}, []any{"a", "${port}"}, []any{"a", "$${port}"}, []any{"", "a"}, []any{"a", ""}},
		"start":  {[]any{"${run}"}, []any{"a", "${rum}"}, []any{"", "a"}, []any{"a", ""}},
		"port":   {int64(0), int64(1), int64(65535), int64(65536), int64(-1)},
		"expect": {"held", "interrupted", "Held"},
		"ready": {
			ready("url", "HTTPS://x"), ready("url", "http://"), ready("url", "http:///x"), ready("url", "ftp://x"), ready("url", "http://?x"),
			ready("status", int64(99)), ready("status", int64(100)), ready("status", int64(599)), ready("status", int64(600)),
			ready("within", "0s"), ready("within", "1"), ready("within", ".5s"), ready("within", "1.s"), ready("within", "1h2m3s4ms5us6µs7ns"),
			ready("within", "+1s"), ready("within", "-1s"), ready("within", "1 s"), ready("within", "1d"), ready("within", "."), ready("within", ".s"),
		},
		"environment": {value.MapOf("a b", "x"), value.MapOf("1", "x"), value.MapOf("_1", ""), value.MapOf("A", "${rum}"), value.MapOf("", "x")},
	} {
		for _, v := range texts {
			m := cmp.Or(of[key], whole).Copy()
			m.Set(key, v)
			text := []byte(value.JSON(m))
			c.compare(t, value.JSON(value.MapOf(key, v)), loadTarget(t, text), m)
		}
	}
	c.end(t, 50)
}

func ready(key string, v any) *value.Map {
	m := value.MapOf("url", "http://127.0.0.1:${port}/")
	m.Set(key, v)
	return m
}

package target

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// readyWithin is how long a service may take to get ready, where its target
// does not say.
const readyWithin = 10 * time.Second

// verdicts are the words that a run can be expected to end in. To be interrupted
// is not something to expect.
func verdicts() []string {
	return []string{"held", "deviated", "explored", "no-verdict", "not-undone"}
}

// Load reads a target's file. It returns every problem of the file at once,
// sorted, with its line and column; a target that is not nil comes with warnings
// at most.
func Load(path string) (*Target, problem.List) {
	doc, found := document.Read(path)
	if doc == nil {
		return nil, found
	}
	t, wrong := read(doc.Value)
	found = append(found, doc.Problems(wrong)...)
	found.Sort()
	if wrong, _ := found.Split(); len(wrong) > 0 {
		return nil, found
	}
	t.doc, t.Name = doc, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return t, found
}

func read(v any) (*Target, []problem.Finding) {
	m, ok := v.(*value.Map)
	if !ok {
		return nil, []problem.Finding{{What: "a target is a mapping, and this is " + kindOf(v), Do: "write keys and values, as in title: my service"}}
	}
	r := reader{Map: m, found: new([]problem.Finding)}
	r.keys("title", "build", "start", "folder", "port", "ready", "environment", "experiment", "expect", "next")
	t := &Target{
		Title:       r.line("title"),
		Build:       r.command("build", optional, buildNames()),
		Start:       r.command("start", required, runNames()),
		Folder:      r.text("folder", optional),
		Port:        r.number("port", 1, 65535),
		Ready:       r.ready(),
		Experiment:  r.text("experiment", required),
		Expect:      r.word("expect", verdicts()),
		Next:        r.text("next", optional),
		Environment: r.environment(),
	}
	if t.Folder == "" {
		t.Folder = "${run}"
	}
	return t, *r.found
}

func (r reader) ready() Ready {
	in, ok := r.within("ready", required, "a mapping with url, status and within")
	if !ok {
		return Ready{}
	}
	in.keys("url", "status", "within")
	return Ready{URL: in.address("url"), Status: in.number("status", 100, 599), Within: in.duration("within", readyWithin)}
}

func (r reader) address(key string) string {
	text := r.text(key, required)
	u, err := url.Parse(fill(text, Places{Port: 1}))
	if text != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		r.wrong(fmt.Sprintf("%q is no address that can be asked", text), `write one as in "http://127.0.0.1:${port}/"`, key)
	}
	return text
}

func (r reader) duration(key string, otherwise time.Duration) time.Duration {
	v, ok := r.Get(key)
	if !ok {
		return otherwise
	}
	d, err := time.ParseDuration(r.Text(key))
	if err != nil || d <= 0 {
		r.mustBe("a time with its unit, as in 10s or 500ms", v, key, key)
	}
	return d
}

func (r reader) environment() map[string]string {
	in, ok := r.within("environment", optional, "a mapping of names to texts")
	if !ok {
		return nil
	}
	all := make(map[string]string)
	for name, v := range in.All() {
		if !isVariable(name) {
			in.wrongKey(name, fmt.Sprintf("%q is no name of an environment variable", name), "use letters, digits and _")
		}
		all[name] = in.string(v, "environment."+name, runNames(), name)
	}
	return all
}

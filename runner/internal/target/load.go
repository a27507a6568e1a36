package target

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
)

// readyWithin is how long a service may take to get ready, where its target
// does not say.
const readyWithin = 10 * time.Second

func keys() []string {
	return []string{"title", "build", "start", "folder", "port", "ready", "environment", "experiment", "expect", "next"}
}

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
	r := &reader{found: found}
	t := r.target(doc)
	r.found.Sort()
	if wrong, _ := r.found.Split(); len(wrong) > 0 {
		return nil, r.found
	}
	t.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return t, r.found
}

func (r *reader) target(doc *document.Node) *Target {
	if doc.Map() == nil {
		r.wrong(doc.At, "a target is a mapping, and this is "+kind(doc.Value), "write keys and values, as in title: my service")
		return nil
	}
	r.keys(doc, "", keys())
	t := &Target{
		Title:      r.line(doc, "title", must),
		Build:      r.command(doc, "build", may, buildNames()),
		Start:      r.command(doc, "start", must, runNames()),
		Folder:     r.text(doc, "folder", may),
		Port:       r.number(doc, "port", 1, 65535),
		Ready:      r.ready(doc),
		Experiment: r.text(doc, "experiment", must),
		Expect:     r.word(doc, "expect", verdicts()),
		Next:       r.text(doc, "next", may),
		at:         make(map[string]problem.Position),
	}
	t.Environment = r.environment(doc)
	if t.Folder == "" {
		t.Folder = "${run}"
	}
	for _, key := range keys() {
		t.at[key] = doc.At
		if n := doc.Get(key); n != nil {
			t.at[key] = n.At
		}
	}
	return t
}

func (r *reader) ready(doc *document.Node) Ready {
	n := doc.Get("ready")
	if n == nil {
		r.missing(doc, "ready")
		return Ready{}
	}
	if n.Map() == nil {
		r.kind(n, "ready", "a mapping with url, status and within")
		return Ready{}
	}
	r.keys(n, "ready", []string{"url", "status", "within"})
	return Ready{
		URL:    r.address(n, "url"),
		Status: r.number(n, "status", 100, 599),
		Within: r.duration(n, "within", readyWithin),
	}
}

func (r *reader) address(in *document.Node, key string) string {
	text := r.text(in, key, must)
	u, err := url.Parse(fill(text, Places{Port: 1}))
	if text != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		r.wrong(in.Get(key).At, fmt.Sprintf("%q is no address that can be asked", text), `write one as in "http://127.0.0.1:${port}/"`)
	}
	return text
}

func (r *reader) duration(in *document.Node, key string, otherwise time.Duration) time.Duration {
	n := in.Get(key)
	if n == nil {
		return otherwise
	}
	text, _ := n.Value.(string)
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		r.kind(n, key, "a time with its unit, as in 10s or 500ms")
	}
	return d
}

func (r *reader) environment(doc *document.Node) map[string]string {
	n := doc.Get("environment")
	if n == nil {
		return nil
	}
	if n.Map() == nil {
		r.kind(n, "environment", "a mapping of names to texts")
		return nil
	}
	all := make(map[string]string)
	for _, f := range n.Fields {
		if !isVariable(f.Key) {
			r.wrong(f.At, fmt.Sprintf("%q is no name of an environment variable", f.Key), "use letters, digits and _")
		}
		all[f.Key] = r.string(f.Value, "environment."+f.Key, runNames())
	}
	return all
}

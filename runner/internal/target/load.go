package target

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Load reads a target's file. It returns every problem of the file at once, sorted,
// with its line and column; a target that is not nil comes with warnings at most.
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

// read takes a target out of the value of its file.
func read(v any) (*Target, []problem.Finding) {
	m, ok := v.(*value.Map)
	if !ok {
		return nil, []problem.Finding{{What: "a target is an object, and this is " + kindOf(v), Do: "write keys and values, as in title: my service"}}
	}
	if m.Has("method") || m.Has("steady-state-hypothesis") {
		return nil, []problem.Finding{{What: "this is an experiment, and not a target", Do: "run it with the command run, or name it in the key experiment of a target"}}
	}
	r := reader{Map: m, found: new([]problem.Finding)}
	r.keys("title build start url up down folder port ready environment experiment expect next source original", r.kind())
	if r.Has("source") != r.Has("original") {
		r.wrong("source and original belong together", "give both or neither: the file that learners change, and the same file as it came")
	}
	return &Target{
		Title:       r.line("title"),
		Build:       r.command("build", buildNames()),
		Start:       r.command("start", runNames()),
		URL:         r.address(buildNames(), "http://127.0.0.1:8080/"),
		Up:          r.command("up", runNames()),
		Down:        r.command("down", runNames()),
		Folder:      cmp.Or(r.text("folder"), "${run}"),
		Port:        r.number("port", 1, 65535),
		Ready:       r.ready(),
		Experiment:  r.text("experiment"),
		Expect:      r.verdict("expect"),
		Next:        r.text("next"),
		Source:      r.text("source"),
		Original:    r.text("original"),
		Environment: r.environment(),
	}, *r.found
}

// reader takes the values out of a mapping and notes all that is wrong. A key that
// is not there has the zero value.
type reader struct {
	*value.Map
	path  []string // of the mapping, within the target
	found *[]problem.Finding
}

// environment is a mapping from names of variables to texts.
func (r reader) environment() map[string]string {
	in := r.within("environment", "an object of names and texts")
	form := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	all := make(map[string]string)
	for name, v := range in.All() {
		if !form.MatchString(name) {
			in.wrongKey(name, fmt.Sprintf("'%s' cannot be the name of an environment variable", name), "use letters, digits and _")
		}
		all[name] = in.string(v, "environment."+name, runNames(), name)
	}
	return all
}

// within is a reader of the mapping at a key.
func (r reader) within(key, wanted string) reader {
	in := reader{r.Map.Map(key), []string{key}, r.found}
	if v, ok := r.Get(key); ok && in.Map == nil {
		r.mustBe(wanted, v, key, key)
	}
	return in
}

// wrong notes what is wrong at a path from here.
func (r reader) wrong(what, do string, path ...string) {
	*r.found = append(*r.found, problem.Finding{Path: slices.Concat(r.path, path), What: what, Do: do})
}

// wrongKey notes what is wrong with a key itself.
func (r reader) wrongKey(key, what, do string) {
	*r.found = append(*r.found, problem.Finding{Path: slices.Concat(r.path, []string{key}), AtKey: true, What: what, Do: do})
}

// mustBe notes a value of another kind than wanted.
func (r reader) mustBe(wanted string, v any, what string, path ...string) {
	do := "correct it, or remove the key"
	if v == nil {
		do = "write " + wanted
	}
	if _, isNumber := value.Rational(v); isNumber && wanted == "text" { // a bool is one, too
		do = "put quotes around it"
	}
	r.wrong(fmt.Sprintf("%s must be %s, and it is %s", what, wanted, kindOf(v)), do, path...)
}

// kindOf says what a value is; a text or a number is shown.
func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "empty"
	case string:
		return fmt.Sprintf("the text %q", v)
	case bool, []any, *value.Map:
		return value.Kind(v)
	}
	return "the number " + value.Text(v)
}

// keys notes each key that is none of the known ones, and each required one that
// is missing. Both are lists of words.
func (r reader) keys(known, required string) {
	words := strings.Fields(known)
	for key := range r.All() {
		if !slices.Contains(words, key) {
			what := fmt.Sprintf("the key '%s' is not known", key)
			if len(r.path) > 0 {
				what += " in " + r.path[0]
			}
			r.wrongKey(key, what, problem.DidYouMean(key, words))
		}
	}
	for key := range strings.FieldsSeq(required) {
		if !r.Has(key) {
			page := "targets/weak.yaml"
			if key == "up" || key == "down" {
				page = "docs/targets.md"
			}
			r.wrong(fmt.Sprintf("the key '%s' is missing", key), "add it; "+page+" shows how")
		}
	}
}

// text is the text at a key, which must not be empty.
func (r reader) text(key string) string { return r.textWith(key, runNames()) }

// textWith is text in which only these names may be.
func (r reader) textWith(key string, names []string) string {
	v, ok := r.Get(key)
	if !ok {
		return ""
	}
	if v == "" {
		r.wrong(key+" is empty", "write a text, or remove the key", key)
	}
	return r.string(v, key, names, key)
}

// string is a text whose names are all known. The path leads to it from here.
func (r reader) string(v any, what string, names []string, path ...string) string {
	s, ok := v.(string)
	if !ok {
		r.mustBe("text", v, what, path...)
	}
	for _, m := range form().FindAllStringSubmatch(s, -1) {
		name := m[1]
		if m[0] == "$${" || slices.Contains(names, name) {
			continue
		}
		do := "choose one of " + strings.Join(names, ", ") + ", or write $${" + name + "} for the text itself"
		if near := problem.Near(name, names); len(near) > 0 {
			do = fmt.Sprintf("did you mean '${%s}'?", near[0])
		}
		r.wrong(fmt.Sprintf("${%s} in %s is not known", name, what), do, path...)
	}
	if _, open, ok := strings.Cut(form().ReplaceAllString(s, ""), "${"); ok {
		name := regexp.MustCompile(`^\w*`).FindString(open)
		do := "write the }, or $${ for the text itself"
		if near := problem.Near(name, names); slices.Contains(names, name) {
			do = "did you mean '${" + name + "}'?"
		} else if len(near) > 0 {
			do = "did you mean '${" + near[0] + "}'?"
		}
		r.wrong(fmt.Sprintf("${%s in %s has no closing }", name, what), do, path...)
	}
	return s
}

// line is a text of one line.
func (r reader) line(key string) string {
	s := strings.TrimSpace(r.text(key))
	if strings.Contains(s, "\n") {
		r.wrong(key+" has several lines", "write it in one line", key)
	}
	return s
}

// command is a list of a program and its arguments.
func (r reader) command(key string, names []string) (args []string) {
	v, ok := r.Get(key)
	list, _ := v.([]any)
	switch {
	case ok && len(list) == 0:
		r.mustBe(`a list of a program and its arguments, as in ["python3", "server.py"]`, v, key, key)
	case ok && list[0] == "":
		r.wrong(key+" names no program", "write the program first, then its arguments", key, "0")
	}
	for i, item := range list {
		if sign, _ := item.(string); slices.Contains([]string{"&", "&&", "|", "||", ";", ">", ">>", "<"}, sign) {
			*r.found = append(*r.found, problem.Finding{Path: []string{key, strconv.Itoa(i)}, Warning: true,
				What: "there is no shell here, so " + sign + " is only an argument", Do: `leave it out, or write the command for a shell, as in [sh, -c, "..."]`})
		}
		args = append(args, r.string(item, fmt.Sprintf("%s[%d]", key, i), names, key, strconv.Itoa(i)))
	}
	return args
}

// number is a whole number from low to high; 0 where the key is not there.
func (r reader) number(key string, low, high int64) int {
	v, ok := r.Get(key)
	i, isWhole := v.(int64)
	if ok && (!isWhole || i < low || i > high) {
		r.mustBe(fmt.Sprintf("a whole number from %d to %d", low, high), v, key, key)
	}
	return int(i)
}

// verdict is a word that a run can be expected to end in. To be interrupted is not
// something to expect.
func (r reader) verdict(key string) string {
	known := []string{"held", "deviated", "explored", "no-verdict", "not-undone"}
	word := r.text(key)
	if word != "" && !slices.Contains(known, word) {
		r.wrong(fmt.Sprintf("%s cannot be '%s'", key, word), problem.DidYouMean(word, known), key)
	}
	return word
}

package draft

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// comments explain the parts of an experiment, by the keys and the list indices that lead to
// them.
var comments = map[string]string{
	"": `A first experiment, made by 'runner init'. Change everything as you like.
A line that begins with # is a comment: no program reads it.`,
	"title": "The question that the experiment answers.",
	"steady-state-hypothesis": `The hypothesis says what a client sees when all is well. Its probes are asked
before the method, and again after it. If the answers are not allowed then, a
weakness is found.`,
	"steady-state-hypothesis/probes/0/tolerance": "The answers that are allowed: here, the status of HTTP.",
	"steady-state-hypothesis/probes/0/provider":  "How the probe asks. The timeout is in seconds.",
	"method": `The method makes the fault. An action changes something: it calls a function
of Python (the usual ones are built into the runner) or runs a program, as in
  tolerance: 0
  provider: {type: process, path: docker, arguments: [stop, web]}
The tolerance of a program is its exit code.`,
	"method/1": `The proof: a probe with a tolerance that is met only if the fault is on.
Without a proof, nobody knows if the experiment did anything.`,
	"method/1/proof": "Asks the probe again at the end: the fault must last until then.",
	"rollbacks":      "The rollbacks undo the fault. Ctrl-C does not stop them.",
}

// YAML writes an experiment with comments that explain its parts.
func YAML(experiment *value.Map) string {
	var b strings.Builder
	comment(&b, "", "")
	writeMap(&b, experiment, "", "", false)
	return b.String()
}

// Template is an experiment that is valid as it is, with comments: for those who would rather
// write than answer questions. It is about the service of chapter 5.
func Template() string {
	d := New(Place{
		Folder:  ".",
		Find:    func(path string) (there, folder bool) { return !strings.HasSuffix(path, away), false },
		Program: func(string) (found, advice string) { return "", "" },
	})
	for _, answer := range []string{"", "200, 503", "chapter5/exchange.dat", "", ""} {
		if _, err := d.Answer(answer); err != nil {
			panic(err) // the answers above are wrong
		}
	}
	return YAML(d.Experiment())
}

func comment(b *strings.Builder, at, indent string) {
	if text := comments[at]; text != "" {
		if at != "" && indent == "" {
			b.WriteString("\n")
		}
		for line := range strings.SplitSeq(text, "\n") {
			b.WriteString(indent + "# " + line + "\n")
		}
	}
}

// writeMap writes each key on a line of its own. The first one may stand behind the dash of an
// item of a list.
func writeMap(b *strings.Builder, m *value.Map, at, indent string, behindDash bool) {
	for key, v := range m.All() {
		path := strings.TrimPrefix(at+"/"+key, "/")
		if !behindDash {
			comment(b, path, indent)
			b.WriteString(indent)
		}
		behindDash = false
		b.WriteString(key + ":")
		switch v := v.(type) {
		case *value.Map:
			b.WriteString("\n")
			writeMap(b, v, path, indent+"  ", false)
		case []any:
			writeList(b, v, path, indent+"  ")
		default:
			b.WriteString(" " + scalar(v) + "\n")
		}
	}
}

// writeList writes objects one below the other, and everything else on one line.
func writeList(b *strings.Builder, list []any, at, indent string) {
	var short []string
	for i, item := range list {
		m, isMap := item.(*value.Map)
		if !isMap {
			short = append(short, scalar(item))
			continue
		}
		if i == 0 {
			b.WriteString("\n")
		}
		path := fmt.Sprint(at, "/", i)
		comment(b, path, indent)
		b.WriteString(indent + "- ")
		writeMap(b, m, path, indent+"  ", true)
	}
	if short != nil {
		b.WriteString(" [" + strings.Join(short, ", ") + "]\n")
	}
}

// bare is text that needs no quotes, unless it means something else in YAML.
var bare = regexp.MustCompile(`^[a-z]+(?:[.-][a-z]+)*$`)

func scalar(v any) string {
	text, isText := v.(string)
	switch {
	case !isText:
		return value.JSON(v)
	case bare.MatchString(text) && !strings.Contains(" y n yes no on off true false null ", " "+text+" "):
		return text
	}
	return strconv.Quote(text) // whose escapes YAML has, too
}

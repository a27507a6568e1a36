//go:build unix

package conformance

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"chaosworkshop.example/runner/internal/draft"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/value"
)

// hostile are pieces of answers that mean something to YAML, to JSON, to a shell, to a
// terminal or to the Chaos Toolkit.
var hostile = []string{
	`"`, `'`, "{", "}", "[", "]", "${x}", "${x", "$x", "$$", "$(x)", "`x`", "{{x}}", "%", "%s", "%20", "&a", "*a", "!x", "|", ">", "@", ",", "~", `\`, `\n`, `\"`,
	": ", " #", "- ", "--- ", "? ", "=", "<<", "yes", "null", "0x1", "1e3", "1:30", "2026-01-01", "é", "日本語", "🦊", "ß", " ", "  ",
	"\n", "\t", "\r", "\x00", "\x1b[A", "\x7f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\u202e", "\xff",
	strings.Repeat("long ", 100), strings.Repeat("x", 300), strings.Repeat("y", 2000),
}

// person answers the questions by chance, in a folder of hostile names.
type person struct {
	*rand.Rand
	files []string
}

func (p *person) some() string {
	var b strings.Builder
	for range 1 + p.IntN(4) {
		b.WriteString(hostile[p.IntN(len(hostile))])
	}
	return b.String()
}

func (p *person) one(of ...string) string { return of[p.IntN(len(of))] }

// word is text as one word of a command, often well quoted.
func (p *person) word() string {
	text := p.some()
	switch p.IntN(4) {
	case 0:
		return text
	case 1:
		return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
	}
	return "'" + strings.ReplaceAll(text, "'", "") + "'"
}

func (p *person) command() string {
	words := []string{p.one("true", "false", "ls", "sh -c", "no-such-program", p.word())}
	for range p.IntN(4) {
		words = append(words, p.word())
	}
	return strings.Join(words, " ")
}

func (p *person) file() string { return p.files[p.IntN(len(p.files))] }

func (p *person) answer(question int) string {
	switch question {
	case 0:
		return p.one("", p.some(), "http://localhost:8080/"+p.some(), "https://u:"+p.some()+"@example.com/?q="+p.some(), "http://"+p.some()+"/")
	case 1:
		return p.one("", "200", "200, 503", "404 or 410", "200 200", p.some(), "99", "200"+p.some())
	case 2:
		return p.one(p.file(), p.file(), p.command(), p.some(), "")
	case 3:
		return p.one("", "not "+p.command(), p.command(), p.file())
	}
	return p.one("", p.command(), p.file())
}

// draft answers until an experiment is made. It counts the answers that were refused.
func (p *person) draft(t *testing.T, refused []int) (*value.Map, []string) {
	d := draft.New(draft.Place{
		Folder: "/srv",
		Find: func(path string) (there, folder bool) {
			return slices.Contains(p.files, path), strings.Contains(path, "x")
		},
		Program: provider.Program,
	})
	var answers []string
	for len(answers) < draft.Questions {
		answer := p.answer(len(answers))
		if _, err := d.Answer(answer); err != nil {
			refused[len(answers)]++
			continue
		}
		answers = append(answers, strings.TrimSpace(answer))
	}
	return d.Experiment(), answers
}

// TestDrafts answers the questions of init 200 times by chance: our runner finds nothing to say
// about what comes of it, and neither does the toolkit, where it is at hand.
func TestDrafts(t *testing.T) {
	const drafts = 200
	ours := programUnderTest(t)
	programs := []program{ours}
	if *chaosFlag != "" {
		programs = append(programs, driven(t))
	}
	refused, kept := make([]int, draft.Questions), ""
	for seed := range uint64(drafts) {
		p := &person{Rand: rand.New(rand.NewPCG(seed, 8))}
		for range 8 {
			p.files = append(p.files, p.some())
		}
		experiment, answers := p.draft(t, refused)
		kept += strings.Join(answers, " ")
		var json strings.Builder
		value.WriteJSON(&json, experiment, "    ")
		name, text := "mine.json", json.String()
		if seed%2 == 0 {
			name, text = "mine.yaml", draft.YAML(experiment)
		}
		c := &Case{Command: "validate", Source: name, Files: []txtar.File{{Name: name, Data: []byte(text)}}}
		for _, program := range programs {
			got, err := program.run(t.Context(), c, filepath.Join(t.TempDir(), "work"))
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(got.outcome["exit"]) != "0" || strings.Contains(strings.ToLower(got.stderr), "warning") {
				t.Errorf("seed %d, the toolkit: %v\n%s\nthe answers:\n%q\n%s", seed, program.toolkit, got.stderr, answers, text)
			}
		}
	}
	for question, n := range refused {
		if n < drafts/10 {
			t.Errorf("question %d has refused only %d answers", question+1, n)
		}
	}
	for _, piece := range hostile {
		mayPass := utf8.ValidString(piece) && strings.TrimFunc(piece, unicode.IsPrint) == "" && len(piece) < 1000
		if found := strings.Contains(kept, piece); found != mayPass {
			t.Errorf("that an answer with %q was taken: %v", piece, found)
		}
	}
}

// Package show is the one way out for text: whatever the program prints or
// writes first loses the secrets, then what could steer a terminal, and is cut
// last. In another order, a piece of a secret could be left.
package show

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/value"
)

// Hidden is what is shown in the place of a secret.
const Hidden = "*****"

// Mask takes secrets out of whatever is shown or written. It grows while the
// program runs, and never forgets. The zero Mask knows no secrets. It is safe for
// concurrent use.
//
// A secret is found in text as it is, line by line, and as JSON, Python, URLs and
// base64 write it. One shorter than four bytes, or a word such as true or status,
// is hidden only where it is all of a text: within others it would be found
// everywhere.
type Mask struct{ known atomic.Pointer[secrets] }

// secrets are never changed; a mask that learns gets new ones.
type secrets struct {
	parts []string        // texts that betray a secret wherever they occur
	whole map[string]bool // texts that are a secret only when nothing else is there
}

// Learn adds every value among the given ones: those in groups and those deeper.
func (m *Mask) Learn(values *value.Map) {
	for {
		old := m.known.Load()
		now := &secrets{whole: map[string]bool{}}
		if old != nil {
			now.parts, now.whole = slices.Clone(old.parts), maps.Clone(old.whole)
		}
		now.collect(values)
		slices.Sort(now.parts)
		now.parts = slices.Compact(now.parts)
		if len(now.whole) == 0 || m.known.CompareAndSwap(old, now) {
			return
		}
	}
}

func (s *secrets) collect(v any) {
	switch v := v.(type) {
	case *value.Map:
		for _, item := range v.All() {
			s.collect(item)
		}
	case []any:
		for _, item := range v {
			s.collect(item)
		}
	case nil, bool: // they would be found everywhere and betray nothing
	case []byte:
		s.add(string(v))
	default:
		s.add(value.Text(v))
	}
}

func (s *secrets) add(secret string) {
	trimmed := strings.TrimSpace(secret)
	if trimmed == "" || s.whole[secret] {
		return
	}
	s.whole[secret], s.whole[trimmed] = true, true
	s.parts = append(s.parts, encodings(secret)...)
	if !utf8.ValidString(secret) { // an output with it is read as Latin-1
		latin1 := make([]rune, len(secret))
		for i := range len(secret) {
			latin1[i] = rune(secret[i])
		}
		s.add(string(latin1))
	}
}

// Text is a text with every secret hidden, neither cleaned nor cut: for files.
func (m *Mask) Text(text string) string {
	s := m.known.Load()
	if s == nil || text == "" {
		return text
	}
	if s.whole[text] || s.whole[strings.TrimSpace(text)] {
		return Hidden
	}
	hidden := s.find(text)
	if hidden == nil {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		switch {
		case !hidden[i]:
			b.WriteByte(text[i])
		case i == 0 || !hidden[i-1]:
			b.WriteString(Hidden)
		}
	}
	return b.String()
}

// find tells of each byte of a text whether it belongs to a secret; nil is none.
// Secrets may overlap: to replace one after the other would leave the end of the
// second.
func (s *secrets) find(text string) (hidden []bool) {
	for _, part := range s.parts {
		done := 0
		for at := 0; ; at++ {
			i := strings.Index(text[at:], part)
			if i < 0 {
				break
			}
			if hidden == nil {
				hidden = make([]bool, len(text))
			}
			at += i
			for done = max(done, at); done < at+len(part); done++ {
				hidden[done] = true
			}
		}
	}
	return hidden
}

// Value is v with every secret hidden in its values. Keys stay, and so do the
// words and the times that a journal or an experiment is made of. What it changes
// it copies; v itself stays as it is.
func (m *Mask) Value(v any) any {
	s := m.known.Load()
	if s == nil {
		return v
	}
	switch v := v.(type) {
	case string:
		return m.Text(v)
	case *value.Map:
		masked := &value.Map{}
		recorded := v.Has("activity") || v.Has("experiment") // a run, or the whole journal
		for key, item := range v.All() {
			if !slices.Contains(ownWords[key], item) && !(recorded && isTime(key, item)) {
				item = m.Value(item)
			}
			masked.Set(key, item)
		}
		return masked
	case []any:
		masked := make([]any, len(v))
		for i, item := range v {
			masked[i] = m.Value(item)
		}
		return masked
	case nil, bool:
		return v
	case []byte:
		return []byte(m.Text(string(v)))
	}
	if text := strings.TrimSuffix(value.Text(v), ".0"); len(text) >= minLength && s.whole[text] {
		return Hidden
	}
	return v // also a number of few digits: it would hide every status and exit code
}

// ownWords are the values that the format itself has for a key: no secret can be
// meant there.
var ownWords = map[string][]any{
	"type":   {"probe", "action", "http", "process", "python", "regex", "jsonpath", "range", "env", "vault"},
	"status": {"completed", "failed", "aborted", "interrupted", "succeeded"},
	"word":   {"held", "explored", "deviated", "no-verdict", "not-undone", "interrupted"},
	"part":   {"before", "during", "after", "method", "proof", "rollback"},
}

var instant = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$`)

// isTime tells whether v is a time as journals have it.
func isTime(key string, v any) bool {
	text, _ := v.(string)
	return key == "duration" && value.Kind(v) == "a number" || (key == "start" || key == "end") && instant.MatchString(text)
}

// maxShown bounds one text on the screen, in bytes: the journal has all of it.
const maxShown = 4000

// Screen makes a text from outside fit for a terminal: secrets are hidden, control
// characters become their visible pictures, what reorders text is left out, and
// what is longer than a few screens is cut. Line ends and tabs stay. The secrets are
// looked for again where nothing invisible stands within them any more.
func (m *Mask) Screen(text string) string {
	text = m.Lines(text)
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown], "") + " ... (cut)"
	}
	return text
}

// Lines is Screen without the cut: for a log file.
func (m *Mask) Lines(text string) string { return m.Text(clean(m.Text(text))) }

// Line is Screen on one line of at most so many letters; 0 is no limit. Whatever
// is white space becomes a single blank.
func (m *Mask) Line(text string, letters int) string {
	line := []rune(strings.Join(strings.Fields(m.Lines(text)), " "))
	if letters > 0 && len(line) > letters {
		return strings.TrimRight(string(line[:letters-1]), " ") + "…"
	}
	return string(line)
}

func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ':
			return '\u2400' + r
		case r == 0x7f:
			return '\u2421'
		case r >= 0x80 && r < 0xa0:
			return '\ufffd'
		case unicode.Is(unicode.Cf, r) && r != '\u200d':
			return -1
		}
		return r
	}, text)
}

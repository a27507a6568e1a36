// Package show is the one way out for text: whatever the program prints or
// writes first loses the secrets, then what could steer a terminal, and is cut
// last. In another order, a piece of a secret could be left.
package show

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/value"
)

// Hidden is what is shown in the place of a secret.
const Hidden = "*****"

// Mask takes secrets out of whatever is shown or written. It grows while the program runs, and
// never forgets. The zero Mask knows no secrets. It is safe for concurrent use.
//
// A secret is found in text as it is, line by line, in pieces that come of a path, a URL or JSON,
// and as JSON, Python, URLs and base64 write it. One shorter than four bytes, or a word such as
// true or status, is hidden only where it is all of a text: within others it would be found
// everywhere. The user name and the password of a URL are hidden in any case.
type Mask struct {
	mu    sync.RWMutex
	whole map[string]bool // texts that are a secret only when nothing else is there
	parts parts

	logins      map[string]bool // of URLs
	loginsBytes int
}

// Learn adds every value among the given ones: those in groups and those deeper.
func (m *Mask) Learn(values *value.Map) {
	m.learn(values, func(secret string) []string { return append(cuts(secret), secret) })
	m.mu.Lock()
	defer m.mu.Unlock()
	texts(values, true, func(secret string) {
		for _, part := range rare(secret) {
			m.parts.add(part)
		}
	})
	m.parts.order()
}

// LearnURLs adds the passwords in all URLs among the given values.
func (m *Mask) LearnURLs(values any) {
	m.learn(values, func(text string) []string { return logins(text, m.isNew) })
}

// What is learnt of URLs: a login beyond that is hidden where it stands in a URL, and nowhere else.
const (
	mostLogins      = 2000
	mostLoginsBytes = 64 << 10
)

// isNew tells whether a login is to be learnt, and takes it as learnt.
func (m *Mask) isNew(login string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.logins[login] || len(m.logins) == mostLogins || m.loginsBytes+len(login) > mostLoginsBytes {
		return false
	}
	if m.logins == nil {
		m.logins = map[string]bool{}
	}
	m.logins[login] = true
	m.loginsBytes += len(login)
	return true
}

// LearnPieces adds the passwords in URLs among the values, and the pieces that a shell
// makes of the secrets in them. Call it before the values are given to others.
func (m *Mask) LearnPieces(values any) {
	if !m.mayHide(values) {
		return
	}
	m.learn(values, func(text string) []string {
		all := logins(text, m.isNew)
		const longest = 1 << 20 // bytes that a program can be given: macOS has the largest limit
		if len(text) > longest {
			return all
		}
		m.mu.RLock()
		defer m.mu.RUnlock()
		for secret := range m.whole {
			if strings.Contains(text, secret) {
				all = append(all, words(secret)...)
			}
		}
		return all
	})
}

// learn adds what a function finds in each of the values.
func (m *Mask) learn(values any, secretsIn func(string) []string) {
	var found []string
	texts(values, true, func(text string) { found = append(found, secretsIn(text)...) })
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.whole == nil {
		m.whole = map[string]bool{}
	}
	for _, secret := range found {
		trimmed := strings.TrimSpace(secret)
		if trimmed == "" || m.whole[secret] {
			continue
		}
		latin1 := string(charset.DecodeAs([]byte(secret), "latin-1")) // as it is read in an output that is not UTF-8 as a whole
		m.whole[secret], m.whole[trimmed], m.whole[latin1] = true, true, true
		for _, part := range append(encodings(secret), encodings(latin1)...) {
			m.parts.add(part)
		}
	}
	m.parts.order()
}

// texts hands over every value that may be a secret, as text; numbers where asked for.
func texts(v any, numbers bool, add func(string)) {
	switch v := v.(type) {
	case *value.Map:
		for _, item := range v.All() {
			texts(item, numbers, add)
		}
	case []any:
		for _, item := range v {
			texts(item, numbers, add)
		}
	case nil, bool: // they would be found everywhere and betray nothing
	case string:
		add(v)
	case []byte:
		add(string(v))
	default:
		if numbers {
			add(value.Text(v))
		}
	}
}

// Text is a text with every secret hidden, and what stands before the @ of a URL,
// neither cleaned nor cut: for files.
func (m *Mask) Text(text string) string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.whole[text] || m.whole[strings.TrimSpace(text)] {
		return Hidden
	}
	var found marks
	loginsAt(text, found.add)
	m.parts.find(text, 0, &found)
	m.parts.findWrapped(text, &found)
	return found.hide(text)
}

// Value is v with every secret hidden in its values, and in the keys of outputs. Other keys stay, and so do the words and
// the times that a journal or an experiment is made of. What it changes it copies; v itself stays as it is.
func (m *Mask) Value(v any) any {
	if !m.mayHide(v) {
		return v
	}
	return m.value(v, false)
}

// key is a key with every secret hidden, if it is in an output and no word of the format.
func (m *Mask) key(key string, isOutput bool) string {
	if !isOutput || slices.Contains(common, key) {
		return key
	}
	return m.Text(key)
}

// mayHide tells whether there may be anything to hide among the values.
func (m *Mask) mayHide(values any) bool {
	m.mu.RLock()
	hides := len(m.whole) > 0
	m.mu.RUnlock()
	texts(values, false, func(text string) { hides = hides || strings.Contains(text, "@") }) // as in a URL with a password
	return hides
}

func (m *Mask) value(v any, isOutput bool) any {
	switch v := v.(type) {
	case string:
		return m.Text(v)
	case *value.Map:
		masked := &value.Map{}
		recorded := v.Has("activity") || v.Has("experiment") // a run, or the whole journal
		for key, item := range v.All() {
			if !slices.Contains(ownWords[key], item) && !(recorded && isTime(key, item)) {
				item = m.value(item, isOutput || recorded && key == "output")
			}
			for key = m.key(key, isOutput); isOutput && masked.Has(key); { // hidden, two are the same
				key += "*"
			}
			masked.Set(key, item)
		}
		return masked
	case []any:
		masked := make([]any, len(v))
		for i, item := range v {
			masked[i] = m.value(item, isOutput)
		}
		return masked
	case nil, bool:
		return v
	case []byte:
		return []byte(m.Text(string(v)))
	}
	if text := strings.TrimSuffix(value.Text(v), ".0"); len(text) >= minLength && m.Text(text) == Hidden {
		return Hidden
	}
	return v // also a number of few digits: it would hide every status and exit code
}

// ownWords are the values that the format itself has for a key: no secret can be meant there.
var ownWords = map[string][]any{
	"type":   {"probe", "action", "http", "process", "python", "regex", "jsonpath", "range", "env", "vault"},
	"status": {"completed", "failed", "aborted", "interrupted", "succeeded"},
	"word":   {"held", "explored", "deviated", "no-verdict", "not-undone", "interrupted"},
	"part":   {"before", "during", "after", "method", "proof", "rollback"},
}

var instant = compiled(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$`)

// isTime tells whether v is a time as journals have it.
func isTime(key string, v any) bool {
	text, _ := v.(string)
	return key == "duration" && value.Kind(v) == "a number" || (key == "start" || key == "end") && instant().MatchString(text)
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
	const most = 1 << 16 // bytes of a long text of which only the beginning is shown
	if letters > 0 && len(text) > most {
		end := most
		if blank := strings.LastIndexAny(text[:most], " \t\r\n"); blank > 0 {
			end = blank // a login ends there at the latest
		} else {
			text = m.Text(text)
			end = min(most, len(text))
		}
		m.mu.RLock()
		half := 10 * m.parts.longest // more letters than half a secret at the end can have
		m.mu.RUnlock()
		if line := []rune(m.oneLine(text[:end])); len(line) > letters+half {
			return cut(line, letters)
		}
	}
	return cut([]rune(m.oneLine(text)), letters)
}

func (m *Mask) oneLine(text string) string { return strings.Join(strings.Fields(m.Lines(text)), " ") }

func cut(line []rune, letters int) string {
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

package variables

import (
	"cmp"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// Hidden is what is shown in the place of a secret.
const Hidden = "*****"

// Mask takes secrets out of whatever is shown or written. A nil *Mask has no
// secrets and returns what it is given. It is safe for concurrent use.
type Mask struct {
	parts []string        // texts that betray a secret wherever they occur
	whole map[string]bool // texts that are a secret only when nothing else is there
}

// NewMask knows every value among the secrets: those in groups and those deeper.
// It is nil where there is nothing to hide.
//
// A value is found in text as it is, line by line, and as JSON, Python, URLs and
// base64 write it. One shorter than four characters, or a word such as true, is
// hidden only where it is all of a text: within others it would be found
// everywhere.
func NewMask(secrets *value.Map) *Mask {
	m := &Mask{whole: map[string]bool{}}
	m.learn(secrets)
	if len(m.whole) == 0 {
		return nil
	}
	slices.Sort(m.parts)
	m.parts = slices.Compact(m.parts)
	return m
}

// Mask hides the values of these secrets.
func (v *Variables) Mask() *Mask {
	if v == nil {
		return nil
	}
	return NewMask(v.Secrets)
}

func (m *Mask) learn(v any) {
	switch v := v.(type) {
	case *value.Map:
		for _, item := range v.All() {
			m.learn(item)
		}
	case []any:
		for _, item := range v {
			m.learn(item)
		}
	case nil, bool: // they would be found everywhere and betray nothing
	case []byte:
		m.add(string(v))
	default:
		m.add(value.Text(v))
	}
}

func (m *Mask) add(secret string) {
	if strings.TrimSpace(secret) == "" {
		return
	}
	m.whole[secret] = true
	m.whole[strings.TrimSpace(secret)] = true
	m.parts = append(m.parts, forms(secret)...)
}

// Text is s with every secret hidden.
func (m *Mask) Text(s string) string {
	if m == nil || s == "" {
		return s
	}
	if m.whole[s] || m.whole[strings.TrimSpace(s)] {
		return Hidden
	}
	spans := m.spans(s)
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	end := 0
	for _, hit := range spans {
		b.WriteString(s[end:hit.from])
		b.WriteString(Hidden)
		end = hit.to
	}
	b.WriteString(s[end:])
	return b.String()
}

// span is a piece of text to hide, in bytes.
type span struct{ from, to int }

// spans finds every secret, and makes one span of those that overlap: replacing
// one after the other would leave the end of the second.
func (m *Mask) spans(s string) []span {
	var all []span
	for _, part := range m.parts {
		for at := 0; ; {
			i := strings.Index(s[at:], part)
			if i < 0 {
				break
			}
			all = append(all, span{at + i, at + i + len(part)})
			at += i + 1
		}
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	merged := all[:0]
	for _, next := range all {
		if last := len(merged) - 1; last >= 0 && next.from <= merged[last].to {
			merged[last].to = max(merged[last].to, next.to)
			continue
		}
		merged = append(merged, next)
	}
	return merged
}

// Value is v with every secret hidden, keys included. What it changes it copies;
// v itself stays as it is.
func (m *Mask) Value(v any) any {
	if m == nil {
		return v
	}
	switch v := v.(type) {
	case string:
		return m.Text(v)
	case *value.Map:
		masked := &value.Map{}
		for key, item := range v.All() {
			masked.Set(m.Text(key), m.Value(item))
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
		if hidden := m.Text(string(v)); hidden != string(v) {
			return []byte(hidden)
		}
		return v
	}
	if text := value.Text(v); len(text) >= shortest && m.whole[text] {
		return Hidden
	}
	return v // also a number of few digits: it would hide every status and exit code
}

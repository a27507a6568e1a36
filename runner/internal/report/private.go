package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
)

// A page is given to others more easily than a journal. What these keys hold is not shown on it.
const keys = `(?i)pass(?:word|wd|phrase)|secret|token|api[-_]?key|authorization|cookie|credential`

var (
	isPrivate = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(keys) })
	// What stands behind such a key in JSON, also in JSON that is a text in JSON, and cut in the middle.
	inText = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(\\*"[^"]*(?:` + keys + `)[^"]*"\s*:\s*)(?:\\+"(?:[^"\\]|\\[^"])*(?:\\+"|$)|"(?:[^"\\]|\\.)*(?:"|$)|\[[^\]]*(?:\]|$)|\{[^}]*(?:\}|$)|[0-9.]+)`)
	})
	inURL = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`([?&][^=&\s"]*(?:` + keys + `)[^=&\s"]*=)[^&\s"]+`)
	})
)

// hiddenIn is a text without what is probably private.
func hiddenIn(text string) string {
	if !strings.ContainsAny(text, `"=`) || !isPrivate().MatchString(text) { // as nearly always; a long text takes seconds
		return text
	}
	return inURL().ReplaceAllString(inText().ReplaceAllString(text, `${1}"`+show.Hidden+`"`), "${1}"+show.Hidden)
}

// WithoutPrivate is a value without what is probably private, by its key.
func WithoutPrivate(v any) any {
	switch v := v.(type) {
	case string:
		return hiddenIn(v)
	case []any:
		all := make([]any, len(v))
		for i, item := range v {
			all[i] = WithoutPrivate(item)
		}
		return all
	case *value.Map:
		m := &value.Map{}
		for key, item := range v.All() {
			m.Set(key, hiddenAt(key, item))
		}
		return m
	}
	return v
}

// hiddenAt is the value of a key. Of a variable that is taken from elsewhere, only what it is then
// is private.
func hiddenAt(key string, v any) any {
	if key == "secrets" || !isPrivate().MatchString(key) {
		return WithoutPrivate(v)
	}
	switch v := v.(type) {
	case *value.Map:
		m, _ := WithoutPrivate(v).(*value.Map)
		for _, at := range []string{"default", "value"} {
			if m.Has(at) {
				m.Set(at, show.Hidden)
			}
		}
		return m
	case []any:
		return []any{show.Hidden}
	case nil, bool:
		return v
	}
	return show.Hidden
}

// Secrets are the values that the experiment has for its secrets, as a journal of the Chaos Toolkit
// shows them: all but the names of what is taken from elsewhere.
func (r *Run) Secrets() *value.Map {
	all := &value.Map{}
	var learn func(v any)
	learn = func(v any) {
		switch v := v.(type) {
		case *value.Map:
			for key, item := range v.All() {
				elsewhere := slices.Contains([]string{"env", "file", "vault"}, v.AsText("type"))
				if !elsewhere || !slices.Contains([]string{"type", "key", "path", "mount_point", "env_var_type"}, key) {
					learn(item)
				}
			}
		case []any:
			for _, item := range v {
				learn(item)
			}
		default:
			all.Set(strconv.Itoa(all.Len()), v)
		}
	}
	learn(r.Written.Map("experiment").Value("secrets"))
	return all
}

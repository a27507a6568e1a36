package variables

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

func TestMaskHidesEveryForm(t *testing.T) {
	secrets := []string{
		"hunter2", `quo"te\d`, "two\nlines of key", "per%cent /slash?&=+", "it's\ttabbed", "pässwörd", "emoji😀key", "a$b${c}d", "<&>tags",
		" padded ", "1234",
	}
	for _, secret := range secrets {
		mask := NewMask(value.MapOf("group", value.MapOf("key", secret)))
		asciiOnly, _ := json.Marshal(secret)
		plain := strings.TrimSpace(secret)
		for form, text := range map[string]string{
			"plain":       "is " + secret + " or",
			"go json":     "is " + string(asciiOnly) + " or",
			"python json": "is " + string(value.AppendJSON(nil, secret, "", "")) + " or",
			"ascii json":  "is " + escapeBeyondASCII(string(value.AppendJSON(nil, secret, "", ""))) + " or",
			"repr":        "is " + value.Repr(secret) + " or",
			"query":       "http://h/?q=" + url.QueryEscape(secret) + "&x",
			"path":        "http://h/" + url.PathEscape(secret) + "/x",
			"lower case":  "http://h/" + strings.ToLower(url.QueryEscape(plain)) + "/x",
			"base64":      "Basic " + base64.StdEncoding.EncodeToString([]byte(secret)),
			"user":        "Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+secret)),
			"user 2":      "Basic " + base64.StdEncoding.EncodeToString([]byte("jo:"+secret+"!")),
			"user 3":      "Basic " + base64.URLEncoding.EncodeToString([]byte("joe:"+secret+"\n")),
		} {
			got := mask.Text(text)
			if form == "lower case" && plain != strings.ToLower(plain) || strings.Contains(form, "go json") && strings.ContainsAny(secret, "<>&") {
				continue
			}
			if !strings.Contains(got, Hidden) || strings.Contains(got, plain) {
				t.Errorf("%q as %s: %q became %q", secret, form, text, got)
			}
		}
	}
}

func TestMaskText(t *testing.T) {
	secrets := value.MapOf("top", "toplevel", "g", value.MapOf("a", "hunter2", "b", "ter2abc", "short", "no", "flag", true, "word", "true",
		"number", int64(987654), "small", int64(7), "none", nil, "empty", "", "deep", value.MapOf("k", []any{"within"}),
		"pem", "-----BEGIN-----\nabcdefgh\nx\n-----END-----\n", "bytes", []byte("rawbytes")))
	mask := NewMask(secrets)
	for text, want := range map[string]string{
		"":                              "",
		"nothing here, no: 7 is true":   "nothing here, no: 7 is true",
		"hunter2":                       Hidden,
		" hunter2\n":                    Hidden,
		"xhunter2y hunter2":             "x" + Hidden + "y " + Hidden,
		"hunter2abc!":                   Hidden + "!", // two that overlap
		"hunter2hunter2":                Hidden,
		"toplevel, within, rawbytes":    Hidden + ", " + Hidden + ", " + Hidden,
		"no":                            Hidden,
		"true":                          Hidden,
		"port 987654":                   "port " + Hidden,
		"line abcdefgh of the key":      "line " + Hidden + " of the key",
		"Hunter2 is not hunter 2":       "Hunter2 is not hunter 2",
		"a -----BEGIN-----\nabcdefgh z": "a " + Hidden + "\n" + Hidden + " z",
	} {
		if got := mask.Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestMaskValue(t *testing.T) {
	mask := (&Variables{Secrets: value.MapOf("g", value.MapOf("a", "hunter2", "n", int64(123456), "four", int64(1234), "small", int64(7), "flag", true))}).Mask()
	v := value.MapOf("x", "a hunter2", "hunter2", []any{"hunter2", int64(123456), 123456.5, int64(1234), int64(7), true, nil, int64(8)},
		"b", []byte("hunter2"), "m", value.MapOf("k", "clean"))
	before := value.Repr(v)
	want := `{'x': 'a *****', '*****': ['*****', '*****', 123456.5, '*****', 7, True, None, 8], 'b': b'*****', 'm': {'k': 'clean'}}`
	if got := value.Repr(mask.Value(v)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if value.Repr(v) != before {
		t.Error("masking changed the value")
	}
}

func TestMaskWithoutSecretsReturnsWhatItGets(t *testing.T) {
	for _, secrets := range []*value.Map{nil, {}, value.MapOf("g", value.MapOf("a", "", "b", nil, "c", true))} {
		mask := NewMask(secrets)
		if mask != nil {
			t.Errorf("%s: a mask for nothing", value.Repr(secrets))
		}
		v := value.MapOf("a", "b")
		if mask.Text("true") != "true" || mask.Value(v) != v {
			t.Error("changed")
		}
	}
	if (*Variables)(nil).Mask() != nil {
		t.Error("a mask for nothing")
	}
}

package show

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/value"
)

// forms are what programs make of a secret on its way to an output.
func forms(secret string) map[string]string {
	inJSON := value.JSON(secret)
	return map[string]string{
		"plain": secret, "json": inner(inJSON), "ascii json": inner(charset.ASCII(inJSON)), "json in json": inner(value.JSON(inner(inJSON))),
		"repr": inner(value.Repr(secret)), "html": html.EscapeString(secret), "query": url.QueryEscape(secret), "path": url.PathEscape(secret),
		"python query": strings.ReplaceAll(url.QueryEscape(secret), "+", "%20"), "large": strings.ToUpper(secret), "small": strings.ToLower(secret),
		"hex": fmt.Sprintf("%x", secret), "large hex": fmt.Sprintf("%X", secret), "base64": base64.StdEncoding.EncodeToString([]byte(secret)),
		"shell": strings.ReplaceAll(secret, "'", `'\''`), "csv": strings.ReplaceAll(secret, `"`, `""`), "ascii": strings.ReplaceAll(inner(strconv.QuoteToASCII(secret)), `\u00`, `\x`),
		"url twice": url.QueryEscape(url.QueryEscape(secret)), "all %": escaping([]byte(secret), "%%%02x", ""), "all \\u": escaping(utf16.Encode([]rune(secret)), `\u%04x`, ""),
		"dump": escaping([]byte(secret), "%02x", " "), "base32": base32.StdEncoding.EncodeToString([]byte(secret)),
		"between quotes": strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(secret), "python bytes": inner(value.Repr([]byte(secret))[1:]),
	}
}

// FuzzMask: no four letters in a row of a secret survive on any road, in any of the forms.
func FuzzMask(f *testing.F) {
	for _, secret := range []string{"hunter2", `quo"te\d`, "two\nlines of key", "per%cent /slash?&=+", "it's\ttabbed", "pässwörd", "emoji😀key", "a$b${c}d",
		"<&>tags", " padded ", "1234", "abcabcab", "http://me:pw12@host.test:80/a?b=c", `{"user": "bobb"}`, "p\xe4sswort", "zero\u200bwidth", "\x1b[31mred0", "*****ab"} {
		f.Add(secret, "hunter3", uint16(20))
	}
	f.Fuzz(func(t *testing.T, secret, other string, letters uint16) {
		if isUsual(secret) || len(secret) > 200 || len(other) > 200 {
			return
		}
		m := learned(value.MapOf("group", value.MapOf("key", secret, "other", other)))
		for form, written := range forms(strings.TrimSpace(secret)) {
			text := "<[" + written + other + "]>"
			shown := m.Value(value.MapOf("k", []any{text, []byte(text)})).(*value.Map).List("k")
			for road, got := range map[string]string{
				"Text": m.Text(text), "Screen": m.Screen(text), "Lines": m.Lines(text), "Line": m.Line(text, int(letters)), "Value": shown[0].(string), "bytes": string(shown[1].([]byte)),
			} {
				if left := survivor(written, got); left != "" {
					t.Fatalf("%q as %s: %q of %q is left on the road %s: %q", secret, form, left, written, road, got)
				}
			}
		}
	})
}

// survivor is a piece of four letters of a secret that is in a text; empty for none. Only what
// somebody can read counts: letters, digits and signs.
func survivor(secret, text string) string {
	runes := []rune(strings.TrimSpace(secret))
	for i := range len(runes) - 3 {
		piece := string(runes[i : i+4])
		bad := func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) || r == utf8.RuneError || r == '*' }
		if strings.IndexFunc(piece, bad) < 0 && strings.Contains(text, piece) {
			return piece
		}
	}
	return ""
}

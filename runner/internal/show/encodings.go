package show

import (
	"encoding/base64"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/value"
)

// minLength is the length, in bytes, from which on a text is hidden within other
// text too.
const minLength = 4

// common are words of JSON and Python, of the format and of our own sentences. A
// secret that is one of them is hidden only where it is all of a text: everywhere
// else the word most likely means itself.
var common = strings.Fields("true false null none activity action probe method rollback rollbacks process python http status " +
	"succeeded failed completed aborted interrupted deviated stdout stderr body headers title name type")

// encodings lists the texts that a secret may turn into on its way to a log, all of
// them long enough to be told from chance.
func encodings(secret string) []string {
	if trimmed := strings.TrimSpace(secret); len(trimmed) < minLength || slices.Contains(common, strings.ToLower(trimmed)) {
		return nil
	}
	var all []string
	lines := strings.FieldsFunc(secret, func(r rune) bool { return r == '\n' || r == '\r' })
	for _, text := range append(lines, secret) {
		if text = strings.TrimSpace(text); len(text) < minLength {
			continue
		}
		if parts := strings.Split(text, "@"); len(parts) > 1 || !strings.Contains(text, "//") {
			// A password in an address is replaced before the secret is looked for.
			parts = slices.DeleteFunc(append(parts, strings.Split(parts[0], ":")...), func(p string) bool { return len(p) < minLength || slices.Contains(common, p) })
			all = append(all, parts...)
		}
		all = append(all, text, inner(value.Repr(text)), html.EscapeString(text), strings.ReplaceAll(text, "'", `'"'"'`)) // the last for a shell
		json := asJSON(text)
		ascii := charset.ASCII(json)
		for _, form := range []string{json, ascii, strings.ReplaceAll(ascii, "/", `\/`), forScripts.Replace(json)} {
			all = append(all, form, asJSON(form)) // JSON is often sent within JSON
		}
		all = append(all, urlEncodings(text)...)
	}
	all = append(all, base64Encodings(secret)...)
	return append(all, base64Encodings(strings.TrimSpace(secret))...)
}

func asJSON(text string) string { return inner(string(value.AppendJSON(nil, text, "", ""))) }

func inner(quoted string) string { return quoted[1 : len(quoted)-1] }

// forScripts escapes what JSON in a page must not hold, as Go and many others do.
var forScripts = strings.NewReplacer("&", `\u0026`, "<", `\u003c`, ">", `\u003e`)

// urlEscape is one escaped byte of a URL.
var urlEscape = regexp.MustCompile(`%[0-9A-F]{2}`)

// urlEncodings are the forms that a text has in the path and in the query of a URL,
// with large and with small letters in the escapes.
func urlEncodings(s string) []string {
	query, path := url.QueryEscape(s), url.PathEscape(s)
	python := strings.ReplaceAll(query, "+", "%20")
	slashes := strings.ReplaceAll(python, "%2F", "/")
	// As a browser and our own http provider leave it in an address: with all that
	// an address may hold.
	whole := urlEscape.ReplaceAllStringFunc(python, func(escape string) string {
		if char, err := url.PathUnescape(escape); err == nil && strings.Contains("!#$&'()*+,/:;=?@[]", char) {
			return char
		}
		return escape
	})
	all := []string{query, path, python, slashes, whole}
	for _, form := range all {
		all = append(all, urlEscape.ReplaceAllStringFunc(form, strings.ToLower))
	}
	return all
}

// base64Encodings are what stays the same of the secret in base64 whatever stands
// before and behind it, as the user name does in HTTP's basic authentication.
// Where it begins within three bytes decides among three forms.
func base64Encodings(s string) []string {
	var all []string
	for before := range 3 {
		padded := append(make([]byte, before), s...)
		from, to := (before*8+5)/6, len(padded)*8/6
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if coded := enc.EncodeToString(padded); to-from >= minLength {
				all = append(all, coded[from:to])
			}
		}
	}
	return all
}

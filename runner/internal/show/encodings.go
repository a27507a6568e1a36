package show

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

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
	for _, text := range append(strings.FieldsFunc(secret, isBreak), secret) {
		if text = strings.TrimSpace(text); len(text) >= minLength {
			all = append(all, text, jsonEncoding(text), asciiEncoding(text), pythonEncoding(text))
			all = append(all, urlEncodings(text)...)
		}
	}
	all = append(all, base64Encodings(secret)...)
	return append(all, base64Encodings(strings.TrimSpace(secret))...)
}

func isBreak(r rune) bool { return r == '\n' || r == '\r' }

// jsonEncoding is the secret between the quotes of JSON.
func jsonEncoding(s string) string {
	quoted := value.AppendJSON(nil, s, "", "")
	return string(quoted[1 : len(quoted)-1])
}

// asciiEncoding is the same where only ASCII is written.
func asciiEncoding(s string) string { return escapeBeyondASCII(jsonEncoding(s)) }

// pythonEncoding is the secret between the quotes of Python.
func pythonEncoding(s string) string {
	quoted := value.Repr(s)
	return quoted[1 : len(quoted)-1]
}

func urlEncodings(s string) []string {
	query, path := url.QueryEscape(s), url.PathEscape(s)
	python := strings.ReplaceAll(query, "+", "%20")
	slashes := strings.ReplaceAll(python, "%2F", "/")
	// As a browser and our own http provider leave it in an address: with all that
	// an address may hold.
	whole := strings.NewReplacer("%21", "!", "%23", "#", "%24", "$", "%26", "&", "%27", "'", "%28", "(", "%29", ")", "%2A", "*", "%2B", "+",
		"%2C", ",", "%2F", "/", "%3A", ":", "%3B", ";", "%3D", "=", "%3F", "?", "%40", "@", "%5B", "[", "%5D", "]").Replace(python)
	all := []string{query, path, python, slashes, whole}
	for _, form := range all {
		all = append(all, lowerHex(form))
	}
	return all
}

// lowerHex writes the escapes of a URL with small letters.
func lowerHex(s string) string {
	out := []byte(s)
	for i := 0; i+2 < len(out); i++ {
		if out[i] == '%' {
			copy(out[i+1:], strings.ToLower(s[i+1:i+3]))
		}
	}
	return string(out)
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

func escapeBeyondASCII(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

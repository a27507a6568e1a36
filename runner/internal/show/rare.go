package show

import (
	"encoding/base32"
	"fmt"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"unicode/utf16"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/value"
)

// rare are forms of a secret that few programs write: each byte or each letter escaped, only what a shell or Python must escape,
// as a list or a dump of bytes, for mail, URL-encoded twice, and base32. They are looked for as they are, and not within other forms.
func rare(secret string) (all []string) {
	if isUsual(secret) {
		return nil
	}
	text := strings.TrimSpace(secret)
	for _, form := range []struct{ escape, between string }{
		{"%%%02X", ""}, {"%%%02x", ""}, {`\x%02x`, ""}, {`\x%02X`, ""}, {`\%03o`, ""}, // a URL, C and Python, a shell
		{"%02x", " "}, {"%02X", " "}, {"%02x", ":"}, {"%02X", ":"}, {"%02x", "-"}, {"%d", ", "}, {"%d", " "}, // dumps, lists
	} {
		all = append(all, escaping([]byte(text), form.escape, form.between))
	}
	for _, form := range []struct{ escape, between string }{{`\u%04x`, ""}, {`\u%04X`, ""}, {"%c", "\x00"}} { // JSON, and UTF-16 that is read as UTF-8
		all = append(all, escaping(utf16.Encode([]rune(text)), form.escape, form.between))
	}
	for _, form := range []string{"&#%d;", "&#x%x;", "&#x%X;"} { // a page
		all = append(all, escaping([]rune(text), form, ""))
	}
	bytes := string(charset.DecodeAs([]byte(text), "latin-1"))
	all = append(all, inASCII(inner(value.Repr(text))), inASCII(inner(value.Repr(bytes))))                     // Python's ascii and bytes
	for _, escaped := range []string{"\\\"$`", " '\"\\|&;()<>!{}*[]?^$`,", "()[]{}?*+-|^$\\.&~# \t\n\r\v\f"} { // bash between quotes and without, Python's re.escape
		all = append(all, behindBackslash(text, escaped))
	}
	var mail strings.Builder
	lines := quotedprintable.NewWriter(&mail)
	_, _ = lines.Write([]byte(text)) // in memory: no error
	_ = lines.Close()
	all = append(all, mail.String(), strings.ReplaceAll(mail.String(), "=\r\n", ""))
	for _, form := range urlEncodings(text) { // a URL is often the parameter of another
		again := url.QueryEscape(form)
		all = append(all, strings.ReplaceAll(form, "%", "%25"), again, urlEscape().ReplaceAllStringFunc(again, strings.ToLower))
	}
	all = append(all, base32.StdEncoding.EncodeToString([]byte(text)))
	for before := range 5 { // as in codes
		padded := append(make([]byte, before), text...)
		coded := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(padded)
		coded = coded[(before*8+4)/5 : len(padded)*8/5]
		all = append(all, coded, strings.ToLower(coded))
	}
	return all
}

func behindBackslash(text, which string) string {
	var b strings.Builder
	for i := range len(text) {
		if strings.IndexByte(which, text[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// inASCII writes what is not ASCII as Python does.
func inASCII(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

func escaping[T byte | uint16 | rune](of []T, escape, between string) string {
	var b strings.Builder
	for i, one := range of {
		if i > 0 {
			b.WriteString(between)
		}
		fmt.Fprintf(&b, escape, one)
	}
	return b.String()
}

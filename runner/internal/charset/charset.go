// Package charset turns bytes that came from outside into text.
package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Decode makes UTF-8 of bytes of which nobody says what they are: what a byte
// order mark says, else UTF-8 where they are that, else Latin-1, in which every
// byte is a letter. It is sure of all but the last. The mark itself is left out.
func Decode(b []byte) (text []byte, sure bool) {
	b, found := bytes.CutPrefix(b, []byte("\ufeff"))
	switch {
	case !found && len(b)%2 == 0 && (bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff"))):
		return decoded(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)), true
	case utf8.Valid(b):
		return b, true
	}
	return decoded(b, charmap.ISO8859_1), false
}

// DecodeAs makes UTF-8 of bytes in the charset of the given name, in any spelling
// that IANA or the web's browsers know, such as "windows-1251" or "Shift_JIS".
// Bytes that it does not know become U+FFFD. A name that is not known means
// UTF-8, as it does for Python's library requests.
func DecodeAs(b []byte, name string) []byte { return decoded(b, named(name)) }

// named finds a charset. Python takes - for _ in names, and is fond of "latin-1".
func named(name string) encoding.Encoding {
	hyphens := strings.ReplaceAll(name, "_", "-")
	switch strings.ToLower(strings.ReplaceAll(hyphens, "-", "")) {
	case "utf16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf32":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "utf32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "utf32be":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case "latin1":
		return charmap.ISO8859_1
	}
	for _, spelling := range []string{name, hyphens} {
		if e, err := ianaindex.IANA.Encoding(spelling); err == nil && e != nil {
			return e
		}
		if e, err := htmlindex.Get(spelling); err == nil {
			return e
		}
	}
	return unicode.UTF8
}

// decoded never fails: decoders write U+FFFD for what they cannot read.
func decoded(b []byte, e encoding.Encoding) []byte {
	text, _ := e.NewDecoder().Bytes(b)
	return text
}

// Of is the charset that a Content-Type names, empty where it names none.
func Of(contentType string) (name string) {
	_, parameters, _ := strings.Cut(contentType, ";")
	for parameter := range strings.SplitSeq(parameters, ";") {
		key, v, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(key), "charset") {
			name = strings.Trim(v, ` "'`)
		}
	}
	return name
}

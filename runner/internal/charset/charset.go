// Package charset turns bytes that came from outside into text, and text into ASCII.
package charset

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
)

// Decode makes UTF-8 of bytes in an unknown charset. A byte order mark decides, and is
// removed. Without one it is UTF-8 if the bytes are valid UTF-8, else Latin-1, which
// is a guess: then sure is false.
func Decode(b []byte) (text []byte, sure bool) {
	b, found := bytes.CutPrefix(b, []byte("\ufeff"))
	switch {
	case !found && isUTF16(b):
		return decoded(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)), true
	case utf8.Valid(b):
		return b, true
	}
	return decoded(b, charmap.ISO8859_1), false
}

func isUTF16[T string | []byte](b T) bool {
	return len(b)%2 == 0 && len(b) > 0 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff)
}

// Text makes UTF-8 of a text that may be long, in the charset of the given name: see DecodeAs. An
// empty name means an unknown one: see Decode. It is not copied where it is UTF-8. A text that would have
// more than so many bytes is left out; size tells how many.
func Text(text, name string, most int) (made string, size int) {
	if name == "" {
		return guessed(text, charmap.ISO8859_1, most)
	}
	return written(text, named(name), most)
}

// Output is Text for what a program has printed. What is not UTF-8 may be in the charset of the console: see console.
func Output(text string, most int) (made string, size int) { return guessed(text, console(), most) }

// guessed makes UTF-8 of a text in an unknown charset: see Decode. Another one stands in for Latin-1.
func guessed(text string, otherwise encoding.Encoding, most int) (made string, size int) {
	text, found := strings.CutPrefix(text, "\ufeff")
	switch {
	case !found && isUTF16(text):
		return written(text, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), most)
	case !utf8.ValidString(text):
		return written(text, otherwise, most)
	}
	return text, len(text)
}

func written(text string, e encoding.Encoding, most int) (made string, size int) {
	if e == unicode.UTF8 && utf8.ValidString(text) {
		return text, len(text)
	}
	read := func() io.Reader { return e.NewDecoder().Reader(strings.NewReader(text)) }
	n, _ := io.Copy(io.Discard, read()) // first, so that nothing is moved
	if n > int64(most) {
		return "", int(n)
	}
	var b strings.Builder
	b.Grow(int(n))
	io.Copy(&b, read())
	return b.String(), int(n)
}

// DecodeAs makes UTF-8 of bytes in the charset of the given name, in any spelling that IANA or
// the web's browsers know, such as "windows-1251" or "Shift_JIS". Bytes that it does not know
// become U+FFFD. A name that is not known means UTF-8, as it does for Python's library requests.
func DecodeAs(b []byte, name string) []byte { return decoded(b, named(name)) }

// named finds a charset. Python takes - for _ in names, and has names of its own.
func named(name string) encoding.Encoding {
	name = strings.ReplaceAll(name, "_", "-")
	switch strings.ToLower(name) {
	case "utf-16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "latin-1":
		return charmap.ISO8859_1
	}
	if e, err := ianaindex.IANA.Encoding(name); err == nil && e != nil {
		return e
	}
	if e, err := htmlindex.Get(name); err == nil {
		return e
	}
	return unicode.UTF8
}

// decoded never fails: decoders write U+FFFD for what they cannot read.
func decoded(b []byte, e encoding.Encoding) []byte {
	text, _ := e.NewDecoder().Bytes(b)
	return text
}

// ASCII writes a text of JSON with \uXXXX for what is beyond ASCII's printable
// characters, as Python's json.dumps does.
func ASCII(json string) string {
	var b strings.Builder
	b.Grow(len(json))
	for _, letter := range json {
		if letter < 0x7f {
			b.WriteByte(byte(letter))
			continue
		}
		for _, unit := range utf16.AppendRune(nil, letter) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// Of is the charset that a Content-Type names: UTF-8 for an empty name, as for the
// library requests; empty where it names none.
func Of(contentType string) (name string) {
	_, parameters, _ := strings.Cut(contentType, ";")
	for parameter := range strings.SplitSeq(parameters, ";") {
		key, v, given := strings.Cut(parameter, "=")
		if given && strings.EqualFold(strings.TrimSpace(key), "charset") {
			name = cmp.Or(strings.Trim(v, ` "'`), "utf-8")
		}
	}
	return name
}

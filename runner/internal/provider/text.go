package provider

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// bodyText decodes bytes: in the charset that a content type names, else as
// UTF-8 where they are that, else as Latin-1, in which every byte is a letter.
// The toolkit guesses where no charset is named, and is often wrong.
func bodyText(contentType string, body []byte) string {
	named := charset(contentType)
	switch named {
	case "iso-8859-1", "latin-1", "latin1", "iso8859-1", "l1", "cp819", "8859":
		return latin1(body)
	case "windows-1252", "cp1252", "1252":
		return windows1252(body)
	case "utf-16", "utf16", "utf-16le", "utf-16be":
		return utf16Text(body, named == "utf-16be")
	case "":
		if body = bytes.TrimPrefix(body, []byte("\ufeff")); hasUTF16Mark(body) {
			return utf16Text(body, false)
		}
	}
	switch {
	case utf8.Valid(body):
		return string(body)
	case named == "utf-8" || named == "utf8":
		return string([]rune(string(body))) // U+FFFD for what is none
	}
	return latin1(body)
}

func charset(contentType string) (name string) {
	_, parameters, ok := strings.Cut(contentType, ";")
	if !ok {
		return ""
	}
	for parameter := range strings.SplitSeq(parameters, ";") {
		key, v, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(key), "charset") {
			name = strings.ToLower(strings.Trim(v, ` "'`))
		}
	}
	return strings.ReplaceAll(name, "_", "-")
}

func latin1(text []byte) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// latin1Bytes is the other way round, for headers; false where a letter has no
// byte.
func latin1Bytes(s string) (string, bool) {
	var b strings.Builder
	for _, r := range s {
		if r > 0xff {
			return "", false
		}
		b.WriteByte(byte(r))
	}
	return b.String(), true
}

// windows1252 is Latin-1 but for these letters.
func windows1252(text []byte) string {
	letters := []rune("€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ")
	var b strings.Builder
	for _, c := range text {
		if 0x80 <= c && c < 0xa0 {
			b.WriteRune(letters[c-0x80])
		} else {
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

func hasUTF16Mark(text []byte) bool {
	return len(text)%2 == 0 && (bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")))
}

// utf16Text reads the byte order off the mark, if there is one.
func utf16Text(text []byte, bigEndian bool) string {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(text) < 2:
		return latin1(text)
	case text[0] == 0xff && text[1] == 0xfe:
		text = text[2:]
	case text[0] == 0xfe && text[1] == 0xff:
		text, bigEndian = text[2:], true
	}
	if bigEndian {
		order = binary.BigEndian
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return string(utf16.Decode(units))
}

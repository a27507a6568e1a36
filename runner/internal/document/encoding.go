package document

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/problem"
)

// prepare makes UTF-8 of a text, whichever encoding an editor has saved it in,
// and checks that there is some. What stops is a problem; a guess is a warning.
func prepare(name string, text []byte) (*source, problem.List) {
	text, guessed := decode(text)
	s := newSource(name, text)
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return s, problem.List{s.problem(s.position(i), "this is not text", "name an experiment or a target, saved as UTF-8")}
	}
	if strings.TrimSpace(string(text)) == "" {
		return s, problem.List{s.empty()}
	}
	if guessed < 0 {
		return s, nil
	}
	p := s.problem(s.position(guessed), "this file is not in UTF-8, and is read as Latin-1", "save it as UTF-8")
	p.Warning = true
	return s, problem.List{p}
}

// decode makes UTF-8 of a text. What is neither UTF-8 nor has the mark of UTF-16
// is taken for Latin-1, which any bytes are: guessed is where the first letter
// stands that says so, below zero for none.
func decode(text []byte) (decoded []byte, guessed int) {
	switch {
	case bytes.HasPrefix(text, []byte("\xff\xfe")):
		return fromUTF16(text[2:], binary.LittleEndian), -1
	case bytes.HasPrefix(text, []byte("\xfe\xff")):
		return fromUTF16(text[2:], binary.BigEndian), -1
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return text, -1
	}
	guessed = -1
	for _, c := range text {
		if guessed < 0 && c >= utf8.RuneSelf {
			guessed = len(decoded)
		}
		decoded = utf8.AppendRune(decoded, rune(c))
	}
	return decoded, guessed
}

func fromUTF16(text []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

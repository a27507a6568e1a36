package charset

import "testing"

func TestDecode(t *testing.T) {
	for bytes, want := range map[string]struct {
		text string
		sure bool
	}{
		"":                         {"", true},
		"plain":                    {"plain", true},
		"caf\xc3\xa9":              {"café", true},
		"\xef\xbb\xbfhi":           {"hi", true},
		"\xff\xfeh\x00\xe9\x00":    {"hé", true},
		"\xfe\xff\x00h\x00\xe9":    {"hé", true},
		"\xff\xfe\x3d\xd8\x00\xde": {"😀", true},
		"\xff\xfeh":                {"ÿþh", false}, // half a letter: no UTF-16
		"caf\xe9":                  {"café", false},
		"\x80\x00":                 {"\u0080\x00", false},
		"\xef\xbb\xbf\xff\xfe":     {"ÿþ", false}, // one mark alone counts
	} {
		text, sure := Decode([]byte(bytes))
		if string(text) != want.text || sure != want.sure {
			t.Errorf("%q: got %q, sure %v; want %q, %v", bytes, text, sure, want.text, want.sure)
		}
		if got, size := Text(bytes, "", len(want.text)); got != want.text || size != len(got) {
			t.Errorf("%q: got %q, %d, want %q", bytes, got, size, want.text)
		}
		if got, size := Text(bytes, "", len(want.text)-1); len(want.text) > len(bytes) && (got != "" || size != len(want.text)) {
			t.Errorf("%q, too long: got %q, %d", bytes, got, size)
		}
	}
}

// The table of package provider has more names, with what Python makes of them.
func TestDecodeAs(t *testing.T) {
	for name, want := range map[string]string{
		"windows-1251": "йa", "WINDOWS-1251": "йa", "latin_1": "éa", "ISO-8859-1": "éa", "klingon": "\ufffda", "": "\ufffda",
		"us-ascii": "\ufffda", "ibm850": "Úa",
	} {
		if got := string(DecodeAs([]byte("\xe9a"), name)); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
		if got, size := Text("\xe9a", name, 9); name != "" && (got != want || size != len(want)) {
			t.Errorf("%q: got %q, %d, want %q", name, got, size, want)
		}
	}
}

func TestOf(t *testing.T) {
	for header, want := range map[string]string{
		"": "", "text/html": "", "charset=x": "", "text/html;charset=a": "a", `text/html; x=y; CharSet = "b c" ; z`: "b c",
		"a;charset='d'": "d", "a; charset": "", "a; charset=": "utf-8", "a;charset=e;charset=f": "f",
	} {
		if got := Of(header); got != want {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}

func TestASCII(t *testing.T) {
	if got, want := ASCII("a~\u007fé😀"), `a~\u007f\u00e9\ud83d\ude00`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

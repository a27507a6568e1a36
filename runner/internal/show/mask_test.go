package show

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/value"
)

func learned(secrets *value.Map) *Mask {
	m := &Mask{}
	m.Learn(secrets)
	return m
}

func TestMaskHidesEveryForm(t *testing.T) {
	secrets := []string{
		"hunter2", `quo"te\d`, "two\nlines of key", "per%cent /slash?&=+", "it's\ttabbed", "pässwörd", "emoji😀key", "a$b${c}d", "<&>tags", "it's so",
		" padded ", "1234",
	}
	for _, secret := range secrets {
		mask := learned(value.MapOf("group", value.MapOf("key", secret)))
		asciiOnly, _ := json.Marshal(secret)
		plain := strings.TrimSpace(secret)
		for form, text := range map[string]string{
			"plain":       "is " + secret + " or",
			"go json":     "is " + string(asciiOnly) + " or",
			"python json": "is " + value.JSON(secret) + " or",
			"ascii json":  "is " + charset.ASCII(value.JSON(secret)) + " or",
			"repr":        "is " + value.Repr(secret) + " or",
			"in json":     "is " + value.JSON(value.MapOf("k", value.JSON(value.MapOf("k", secret)))),
			"php json":    "is " + strings.ReplaceAll(charset.ASCII(value.JSON(secret)), "/", `\/`),
			"python html": strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;").Replace(secret),
			"hex":         fmt.Sprintf("%x", secret),
			"large hex":   fmt.Sprintf("%X", secret),
			"bytes":       "is b" + value.Repr([]byte(plain))[1:],
			"ascii":       "is " + strings.ReplaceAll(strconv.QuoteToASCII(plain), `\u00`, `\x`),
			"bash -x":     "+ echo '" + strings.ReplaceAll(secret, "'", `'\''`) + "'",
			"bash %q":     regexp.MustCompile(`[^\w%+,./:=@^-]`).ReplaceAllString(strings.ReplaceAll(plain, "\n", ""), `\$0`),
			"mixed bytes": "is " + string(charset.DecodeAs([]byte(secret+"\xff"), "latin-1")),
			"html":        "<p>" + html.EscapeString(secret) + "</p>",
			"shell":       "'" + strings.ReplaceAll(secret, "'", `'"'"'`) + "'",
			"query":       "http://h/?q=" + url.QueryEscape(secret) + "&x",
			"path":        "http://h/" + url.PathEscape(secret) + "/x",
			"lower case":  "http://h/" + strings.ToLower(url.QueryEscape(plain)) + "/x",
			"base64":      "Basic " + base64.StdEncoding.EncodeToString([]byte(secret)),
			"user":        "Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+secret)),
			"user 2":      "Basic " + base64.StdEncoding.EncodeToString([]byte("jo:"+secret+"!")),
			"url twice":   "http://h/?u=" + url.QueryEscape("http://i/?q="+url.QueryEscape(plain)),
			"all %":       "http://h/" + escaping([]byte(plain), "%%%02X", ""),
			"all \\x":     escaping([]byte(plain), `\x%02x`, ""),
			"all \\u":     escaping(utf16.Encode([]rune(plain)), `\u%04x`, ""),
			"all &#":      escaping([]rune(plain), "&#%d;", ""),
			"dump":        fmt.Sprintf("00 % x 00", plain),
			"list":        "is " + strings.ReplaceAll(fmt.Sprint([]byte(plain)), " ", ", "),
			"base32":      base32.StdEncoding.EncodeToString([]byte(plain)),
			"base32 3":    base32.StdEncoding.EncodeToString([]byte("abc" + plain + "x")),
			"user 3":      "Basic " + base64.URLEncoding.EncodeToString([]byte("joe:"+secret+"\n")),
		} {
			got := mask.Text(text)
			if form == "lower case" && plain != strings.ToLower(plain) {
				continue
			}
			if !strings.Contains(got, Hidden) || strings.Contains(got, plain) {
				t.Errorf("%q as %s: %q became %q", secret, form, text, got)
			}
		}
	}
}

// What a shell, CSV and the program base64 make of a secret is hidden whole.
func TestMaskHidesWholeForms(t *testing.T) {
	long := strings.Repeat("k3y", 50)
	mask := learned(value.MapOf("g", value.MapOf("a", "pass  word1234", "b", `say"cheese99`, "c", long, "d", "MixedCase9")))
	for _, text := range []string{"pass word1234", `say""cheese99`, "MIXEDCASE9", "mixedcase9"} {
		if got := mask.Text("is " + text); got != "is "+Hidden {
			t.Errorf("%q became %q", text, got)
		}
	}
	for _, before := range []string{"", "me:"} { // whatever the width of the lines, and whatever stands before it
		coded := base64.StdEncoding.EncodeToString([]byte(before + long))
		for _, width := range []int{60, 64, 70, 76} {
			var lines []string
			for line := range slices.Chunk([]byte(coded), width) {
				lines = append(lines, string(line))
			}
			got := mask.Text("me: " + strings.Join(lines, "\r\n"))
			if left := strings.TrimPrefix(strings.ReplaceAll(got, Hidden, ""), "me: "); len(left) > 6 {
				t.Errorf("of base64 in lines of %d letters %q is left", width, left)
			}
		}
	}
}

// What bash (declare -p, printf %q) and Python (ascii, repr of bytes, re.escape) have printed of a secret is hidden whole.
func TestMaskHidesWhatProgramsEscape(t *testing.T) {
	const dollars, quotes, regex = "pa$$word${HOME}xyz", "Geheim\"niß'Tresor99", "foo&bar=baz+qu.x"
	mask := learned(value.MapOf("g", value.MapOf("a", dollars, "b", quotes, "c", regex)))
	for _, written := range []string{
		`pa\$\$word\${HOME}xyz`, `pa\$\$word\$\{HOME\}xyz`, `Geheim\"niß'Tresor99`, `Geheim\"niß\'Tresor99`,
		`Geheim"ni\xdf\'Tresor99`, `Geheim"ni\xc3\x9f\'Tresor99`, `foo\&bar=baz\+qu\.x`,
	} {
		if got := mask.Text("is '" + written + "'"); got != "is '"+Hidden+"'" {
			t.Errorf("%s became %s", written, got)
		}
	}
}

func TestMaskText(t *testing.T) {
	secrets := value.MapOf("top", "toplevel", "g", value.MapOf("a", "hunter2", "b", "ter2abc", "short", "no", "flag", true, "word", "true",
		"number", int64(987654), "small", int64(7), "none", nil, "empty", "", "deep", value.MapOf("k", []any{"within"}),
		"pem", "-----BEGIN-----\nabcdefgh\nx\n-----END-----\n", "bytes", []byte("rawbytes")))
	mask := learned(secrets)
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
	mask := learned(value.MapOf("g", value.MapOf("a", "hunter2", "n", int64(123456), "four", int64(1234), "small", int64(7), "flag", true)))
	v := value.MapOf("x", "a hunter2", "hunter2", []any{"hunter2", int64(123456), 123456.5, int64(1234), int64(7), true, nil, int64(8)},
		"b", []byte("hunter2"), "m", value.MapOf("k", "clean"))
	before := value.Repr(v)
	want := `{'x': 'a *****', 'hunter2': ['*****', '*****', 123456.5, '*****', 7, True, None, 8], 'b': b'*****', 'm': {'k': 'clean'}}`
	if got := value.Repr(mask.Value(v)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if value.Repr(v) != before {
		t.Error("masking changed the value")
	}
	run := value.MapOf("activity", value.MapOf("hunter2", "x"), "output", value.MapOf("stdout", "x", "a hunter2", value.MapOf("hunter2", "y", "123456", "z")))
	want = `{'activity': {'hunter2': 'x'}, 'output': {'stdout': 'x', 'a *****': {'*****': 'y', '******': 'z'}}}`
	if got := value.Repr(mask.Value(run)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What the formats are made of stays, whatever the secrets are, and so do keys.
func TestOwnWordsStay(t *testing.T) {
	mask := learned(value.MapOf("a", "succeeded", "b", "stdout", "c", "process", "d", "2026", "e", "held", "f", "action"))
	v := value.MapOf("activity", nil, "start", "2026-01-02T03:04:05.000006+00:00", "status", "succeeded", "word", "held",
		"provider", value.MapOf("type", "process", "path", "process"),
		"output", value.MapOf("stdout", "in 2026", "status", int64(0), "start", "2026-", "duration", 2026.0))
	want := `{'activity': None, 'start': '2026-01-02T03:04:05.000006+00:00', 'status': 'succeeded', 'word': 'held', 'provider': {'type': 'process', 'path': '*****'}, ` +
		`'output': {'stdout': 'in *****', 'status': 0, 'start': '*****-', 'duration': '*****'}}`
	if got := value.Repr(mask.Value(v)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := mask.Screen("every action succeeded, in 2026"); got != "every action succeeded, in *****" {
		t.Errorf("a sentence of ours became %q", got)
	}
}

// A long secret is looked for in pieces, and hidden whole.
func TestLongSecret(t *testing.T) {
	for _, length := range []int{longPart, longPart + 1, 2*longPart - 1, 3*longPart + 7} {
		var secret strings.Builder
		for i := 0; secret.Len() < length; i++ {
			fmt.Fprintf(&secret, "%x.", i*i)
		}
		whole := secret.String()[:length]
		if got := learned(value.MapOf("a", whole)).Text("is " + whole + " or " + whole + whole); got != "is "+Hidden+" or "+Hidden {
			t.Errorf("%d bytes: %q", length, got)
		}
	}
}

// A secret that is not UTF-8 is found as outputs have it, which are read as Latin-1.
func TestSecretInLatin1(t *testing.T) {
	if got := learned(value.MapOf("a", "p\xe4sswort")).Text("it is pässwort"); got != "it is *****" {
		t.Errorf("got %q", got)
	}
}

// A mask grows, and forgets nothing.
func TestMaskGrows(t *testing.T) {
	mask := learned(value.MapOf("a", "hunter2"))
	mask.Learn(value.MapOf("a", "hunter3"))
	mask.Learn(nil)
	if got := mask.Text("hunter2 and hunter3"); got != "***** and *****" {
		t.Errorf("got %q", got)
	}
}

// A secret is hidden before a text is cut, so that no piece of it is left.
func TestMaskedBeforeCut(t *testing.T) {
	secret := strings.Repeat("abcdefgh", 5)
	mask := learned(value.MapOf("a", secret))
	for _, got := range []string{
		mask.Line("prefix "+secret, 20), mask.Line("x\n"+secret+"\ty", 10), mask.Screen(strings.Repeat("x", maxShown-10) + secret),
	} {
		if strings.Contains(got, "abcd") || !strings.Contains(got, "*") {
			t.Errorf("shown: %q", got)
		}
	}
	for name, text := range map[string]string{ // far more than is shown, and a secret where a piece of it ends
		"behind blanks": strings.Repeat(" ", 1<<16-20) + secret, "behind line ends": strings.Repeat("\n", 1<<16-20) + secret[:20] + strings.Repeat("\n", 1<<16) + secret[20:],
		"behind secrets": strings.Repeat(secret, 1<<11), "in a URL": "http://u:" + strings.Repeat("y", 1<<16) + "@h/",
	} {
		if got := mask.Line(text+strings.Repeat("x", 1<<16), 15); strings.Contains(got, "abcd") || strings.Contains(got, "yy") || !strings.Contains(got, Hidden) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := mask.Line(strings.Repeat("x ", 1<<17), 5); got != "x x…" {
		t.Errorf("of a long text: %q", got)
	}
	if got := mask.Line("one\ttwo\nthree four", 10); got != "one two t…" {
		t.Errorf("got %q", got)
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain\ttext\n":                     "plain\ttext\n",
		"\x1b[31mred\x07\x00":               "␛[31mred␇␀",
		"del\x7f c1\u009b31m":               "del␡ c1\ufffd31m",
		"evil\u202egnp.exe":                 "evilgnp.exe",
		"zero\u200bwidth":                   "zerowidth",
		"family \U0001F468\u200d\U0001F469": "family \U0001F468\u200d\U0001F469",
		strings.Repeat("é", maxShown):       strings.Repeat("é", maxShown/2) + " ... (cut)",
	} {
		if got := (&Mask{}).Screen(text); got != want {
			t.Errorf("Screen(%.40q) is %.60q, want %.60q", text, got, want)
		}
	}
}

func TestMaskWithoutSecretsReturnsWhatItGets(t *testing.T) {
	for _, secrets := range []*value.Map{nil, {}, value.MapOf("g", value.MapOf("a", "", "b", nil, "c", true))} {
		mask := learned(secrets)
		v := value.MapOf("a", "b")
		if mask.Text("true") != "true" || mask.Value(v) != v {
			t.Error("changed")
		}
	}
}

// What errors and servers name of a path, a URL or JSON.
func TestMaskHidesPieces(t *testing.T) {
	for secret, texts := range map[string][]string{
		"/srv/priv/keyfile": {"mkdir /srv/priv: no", "/srv/priv", "priv/keyfile", "missing: 'keyfile'"},
		"/a1/b2/c3/d4":      {"mkdir /a1/b2/c3", "b2/c3/d4"},
		`C:\priv\keyfile`:   {`C:\priv`, `C:\\priv`, "keyfile"},
		"https://Hook.test/T042/abcd?tok=qrst%20uv&x=1": {"host='hook.test', port=443", "url: /T042/abcd", "'tok': 'qrst uv'", "qrst%20uv"},
		"http://me:p%40ssw0rd@host.test:8080/":          {"p@ssw0rd", "host.test", base64.StdEncoding.EncodeToString([]byte("me:p@ssw0rd"))},
		"hunter2/secret?p@ss":                           {`invalid port ":hunter2"`, "p@ss", "secret"},
		"me:hunter2":                                    {"hunter2"},
		`{"user": "bobb", "pins": [["wxyz99"]]}`:        {"bobb has", "[['wxyz99']]"},
	} {
		mask := learned(value.MapOf("k", secret))
		for _, text := range texts {
			shown := mask.Text(text)
			for i := range len(secret) - 3 {
				if strings.Contains(shown, secret[i:i+4]) {
					t.Errorf("%q: %q became %q", secret, text, shown)
					break
				}
			}
		}
	}
	if got := learned(value.MapOf("k", "https://h/x/status?body=1")).Text("https: the status of the body x/y"); strings.Contains(got, "*") {
		t.Errorf("usual words were hidden: %q", got)
	}
}

// What a shell makes of a secret, once it has been told the secret.
func TestMaskLearnsPieces(t *testing.T) {
	for _, test := range []struct{ secret, text, want string }{
		{`hunter2\secret`, "hunter2secret", "*****"},
		{`ab\cd\ef\gh`, "abcdefgh", "*****"},
		{"abcd  efgh", "abcd efgh", "*****"},
		{"abcd;efgh|ijkl", "sh: 1: efgh: not found", "sh: 1: *****: not found"},
		{`pa'ss wo'rd`, "pass word", "*****"},
		{`ab\\cd\ef`, `ab\cd\ef`, "*****"}, // between quotes
		{`q"uo"te\d`, `quote\d`, "*****"},  // the same: its own ones end them
		{"abcd$HOMExyefgh", "abcd", "*****"},
		{"abcd${HOME}efgh", "abcd/rootefgh", "*****/root*****"},
		{"ab`echo`cdefghijk", "abcdefghijk", "ab*****"},
		{`hunter2\nsecret`, "hunter2\nsecret", "*****\n*****"}, // echo
	} {
		mask := learned(value.MapOf("k", test.secret))
		mask.LearnPieces(value.MapOf("arguments", []any{"-c", "echo " + test.secret}))
		if got := mask.Text(test.text); got != test.want {
			t.Errorf("%q: %q became %q, want %q", test.secret, test.text, got, test.want)
		}
	}
	mask := &Mask{}
	mask.LearnPieces([]any{"//me:hunter2@h"})
	if got := mask.Text("hunter2"); got != Hidden {
		t.Errorf("the password of a URL: %q", got)
	}
	mask = learned(value.MapOf("k", "correct horse battery"))
	mask.LearnPieces("another text")
	if got := mask.Text("a horse"); got != "a horse" {
		t.Errorf("the words of a secret that no shell has seen: %q", got)
	}
}

// What stands before the @ of a URL is hidden, whether it was learned or not.
func TestMaskHidesLogins(t *testing.T) {
	for text, want := range map[string]string{
		"to http://me:pw@h/x: refused":                   "to http://*****@h/x: refused",
		"http://TOKEN@h, ftp://a:b@c":                    "http://*****@h, ftp://*****@c",
		"http://me:se/cr@et@h/x":                         "http://*****@h/x",
		"in http:/TOKEN@h":                               "in http:/*****@h",
		"'//me:pw@h'":                                    "'//*****@h'",
		`{"url": "http://h/", "mail": "me@x.org"}`:       `{"url": "http://h/", "mail": "me@x.org"}`,
		"http://h:80/a@b http://h?a:b@c http://h/a:b@c":  "http://h:80/a@b http://h?a:b@c http://h/a:b@c",
		"http://[::1]:80/a@b and registry/app:1@sha256:": "http://[::1]:80/a@b and registry/app:1@sha256:",
		"http://me:${pw}@h http://${k}@h":                "http://me:${pw}@h http://${k}@h",
	} {
		mask := &Mask{}
		if got := mask.Screen(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
		if got := mask.Value(value.MapOf("a", []any{text})).(*value.Map).List("a")[0]; got != want {
			t.Errorf("%q became %q in a value, want %q", text, got, want)
		}
	}
	mask := &Mask{}
	mask.LearnURLs([]any{"http://me:hunter2@h/", "//you:pass@h", "http://me:my pa'ss@h/", "http://abcdefghijk1@h/", "http://word@h/", "http://me:${word}@h/"})
	for text, want := range map[string]string{
		"hunter2, pass":   "*****, pass", // the second may be a usual word
		"you%3Apass":      "*****",
		"\"me:my pa'ss\"": "\"*****\"",
		"Basic " + base64.StdEncoding.EncodeToString([]byte("you:pass")): "Basic *****",
		"abcdefghijk1, word": "*****, word",
		"me:${word}":         "me:${word}",
	} {
		if got := mask.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

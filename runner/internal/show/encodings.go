package show

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/value"
)

// minLength is the length, in bytes, from which on a text is hidden within other text too.
const minLength = 4

// common are words of JSON and Python, of the format and of our own sentences. A
// secret that is one of them is hidden only where it is all of a text: everywhere
// else the word most likely means itself.
var common = strings.Fields("true false null none activity action probe method rollback rollbacks process python http status " +
	"succeeded failed completed aborted interrupted deviated stdout stderr body headers title name type")

// isUsual tells whether a text is too short, or too common a word, to be looked for within others.
func isUsual(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) < minLength || slices.Contains(common, strings.ToLower(text))
}

// encodings lists the texts that a secret may turn into on its way to a log, all of
// them long enough to be told from chance.
func encodings(secret string) []string {
	if isUsual(secret) {
		return nil
	}
	var all []string
	lines := strings.FieldsFunc(secret, func(r rune) bool { return r == '\n' || r == '\r' })
	for _, text := range append(lines, secret) {
		if text = strings.TrimSpace(text); len(text) < minLength {
			continue
		}
		page, json := html.EscapeString(text), inner(value.JSON(text))
		all = append(all, text, page, inPython.Replace(page), strings.ToUpper(text), strings.ToLower(text),
			strings.Join(strings.Fields(text), " "), strings.ReplaceAll(text, `"`, `""`), // as a shell and CSV write it
			inner(value.Repr(text)), strings.ReplaceAll(inner(strconv.QuoteToASCII(text)), `\u00`, `\x`), // for Python
			strings.ReplaceAll(text, "'", `'"'"'`), strings.ReplaceAll(text, "'", `'\''`), special().ReplaceAllString(text, `\$0`)) // for a shell
		ascii := charset.ASCII(json)
		for _, form := range []string{json, ascii, strings.ReplaceAll(ascii, "/", `\/`), inScripts.Replace(json)} {
			all = append(all, form, inner(value.JSON(form))) // JSON is often sent within JSON
		}
		all = append(all, urlEncodings(text)...)
	}
	return all
}

// cuts are the pieces of a secret that errors and servers name where it is a path, a
// URL or JSON: a host, often in small letters, a folder above, the value of a parameter.
func cuts(secret string) []string {
	text := strings.TrimSpace(secret)
	all := slices.Concat(logins(secret, func(string) bool { return true }), codes(secret), codes(text))
	if parsed, err := value.ParseJSON([]byte(text)); err == nil {
		texts(parsed, true, func(inner string) { all = append(all, inner) })
	}
	if len(text) > 256 { // rather a key than a path or a URL
		text = ""
	}
	text = strings.TrimLeft(text[strings.Index(text, "://")+1:], "/")
	for i := range text {
		if strings.IndexByte(`/\@:?#`, text[i]) >= 0 {
			all = append(all, text[:i], text[i+1:])
		}
	}
	decoded, _ := url.QueryUnescape(text)
	for _, form := range []string{text, decoded, strings.ToLower(text)} {
		all = append(append(all, form), betweenParts().Split(form, -1)...)
	}
	return slices.DeleteFunc(all, isUsual)
}

// words are the pieces that a shell makes of a secret: it replaces names, splits a text
// at blanks and operators, and takes quotes and backslashes out.
func words(secret string) (all []string) {
	for _, part := range append(names().Split(secret, -1), secret) {
		for _, word := range append(word().FindAllString(part, -1), part) {
			all = append(append(all, word, unquoted.Replace(word), noQuotes.Replace(word)), escaped().Split(word, -1)...)
		}
	}
	return slices.DeleteFunc(all, isUsual)
}

// logins are the user names with passwords of all wanted URLs in a text, and the passwords
// alone, but for plain words: they may mean something else.
func logins(text string, wanted func(login string) bool) (all []string) {
	add := func(from, to int) {
		written := text[from:to]
		if !wanted(written) {
			return
		}
		decoded, _ := url.PathUnescape(written) // empty where it cannot be
		for _, login := range []string{written, decoded} {
			_, password, _ := strings.Cut(login, ":")
			all = append(append(all, login, password), codes(login)...)
		}
	}
	loginsAt(text, add)
	loginOfAll(text, add)
	return slices.DeleteFunc(all, func(piece string) bool { return isUsual(piece) || plainWord().MatchString(piece) })
}

// loginsAt hands over the places of what stands between // and @ in the URLs of a text. A URL ends
// at a blank or a quote, so that of a long text only the words are searched that have an @.
func loginsAt(text string, found func(from, to int)) {
	for from := 0; ; {
		at := from + strings.IndexByte(text[from:], '@')
		if at < from {
			return
		}
		start, end := at, at
		for start > from && !endsURL[text[start-1]] {
			start--
		}
		for end < len(text) && !endsURL[text[end]] {
			end++
		}
		loginsIn(text[start:end], func(from, to int) { found(start+from, start+to) })
		from = end
	}
}

// loginsIn hands over the same places in one word. Before a login stand two / or more, or one after
// a letter and a colon.
func loginsIn(word string, found func(from, to int)) {
	last := strings.LastIndexByte(word, '@')
	for done := 0; ; {
		slashes := done + strings.IndexByte(word[done:], '/')
		if slashes < done {
			return
		}
		from := len(word) - len(strings.TrimLeft(word[slashes:], "/"))
		if to := loginEnd(word, from, last); to > 0 && (from > slashes+1 || hasScheme().MatchString(word[max(done, slashes-2):slashes])) {
			found(from, to)
			from = to + 1
		}
		done = from
	}
}

// loginOfAll hands over the place of the login in a text that is one URL: it may have blanks and
// quotes, too.
func loginOfAll(text string, found func(from, to int)) {
	url, _, _ := strings.Cut(text, "\x00")
	from := len(beforeLogin().FindString(url))
	if to := loginEnd(url, from, strings.LastIndexByte(url, '@')); from > 0 && to > 0 {
		found(from, to)
	}
}

// loginEnd is where a login ends that begins at from, before an @, the last of which is given; 0 where
// none is. A ${name} is no login. A password may have a / in it that should be escaped: what
// comes after a : and is no port is a password.
func loginEnd(word string, from, last int) int {
	end := from
	for end < len(word) && !endsHost[word[end]] {
		end++
	}
	host := word[from:end]
	to := from + strings.LastIndexByte(host, '@')
	user, password, ok := strings.Cut(host, ":")
	if ok && !strings.ContainsAny(user, "@[") && strings.Trim(password, "0123456789") != "" && last > end {
		to = last
	}
	if to <= from || strings.HasSuffix(word[:to], "}") && named().MatchString(word[from:to]) {
		return 0
	}
	return to
}

// The tables are quicker than a search for a set of letters: most words are short.
var (
	endsURL  = [256]bool{'\t': true, '\n': true, '\f': true, '\r': true, ' ': true, '"': true, '\'': true, '<': true, '>': true, '`': true}
	endsHost = [256]bool{'/': true, '?': true, '#': true}
)

var (
	hasScheme    = compiled(`^\w:$`)
	beforeLogin  = compiled(`^\s*[\w+.-]*(?:/|\w:)/+`)
	plainWord    = compiled(`^[[:alpha:]]{0,15}$`)
	named        = compiled(`(?:^|:)\$\{\w+\}$`)
	betweenParts = compiled(`(?:^|[/\\@:?#&;])[\w.-]+=|[/\\@:?#&;]`)
	names        = compiled(`\$(\{[^}]*\}|\w+|[$!?#*@-]|$)`)
	word         = compiled("(?s)(?:\\\\.|[^\\s;&|<>()`])+")
	escaped      = compiled(`\\.|["']`)
	special      = compiled(`[^\w%+,./:=@^-]`)
	urlEscape    = compiled(`%[0-9A-F]{2}`) // one escaped byte of a URL
	unquoted     = strings.NewReplacer("\\\n", "", `\\`, `\`, `\`, "", `"`, "", `'`, "")
	noQuotes     = strings.NewReplacer(`"`, "", `'`, "")
	inPython     = strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#x27;")        // a page's quotes
	inScripts    = strings.NewReplacer("&", `\u0026`, "<", `\u003c`, ">", `\u003e`) // what JSON in a page must not hold
)

// compiled is the expression of a pattern, made when it is first needed: most runs have
// no secrets, and need none.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// inner is what stands between two quotes.
func inner(quoted string) string { return quoted[1 : len(quoted)-1] }

// urlEncodings are the forms that a text has in the path and in the query of a URL,
// with large and with small letters in the escapes.
func urlEncodings(s string) []string {
	query, path := url.QueryEscape(s), url.PathEscape(s)
	python := strings.ReplaceAll(query, "+", "%20")
	slashes, whole := strings.ReplaceAll(python, "%2F", "/"), python
	for _, char := range "!#$&'()*+,/:;=?@[]" { // as a browser and our own http provider leave it in an address
		whole = strings.ReplaceAll(whole, url.QueryEscape(string(char)), string(char))
	}
	all := []string{query, path, python, slashes, whole}
	for _, form := range all {
		all = append(all, urlEscape().ReplaceAllStringFunc(form, strings.ToLower))
	}
	return all
}

// codes are the secret in hexadecimal digits, and what stays the same of it in base64
// whatever stands before and behind it, as the user name does in HTTP's basic
// authentication. Where it begins within three bytes decides among three forms.
func codes(s string) []string {
	if isUsual(s) {
		return nil
	}
	all := []string{fmt.Sprintf("%x", s), fmt.Sprintf("%X", s), base64.StdEncoding.EncodeToString([]byte(s))}
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

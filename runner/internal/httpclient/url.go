package httpclient

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// What may stand in each part of a URL beside letters, digits and "-._~".
const (
	inUser  = "!$&'()*+,;=:"
	inPath  = inUser + "@/"
	inQuery = inPath + "?"
	inURL   = inQuery + "#[]"
)

// parts are the scheme of a URL, its user, its host with the port, path and query.
var parts = regexp.MustCompile(`(?s)^\s*([^:/?#]+)://(?:([^/?#]*)@)?([^/?#]*)([^?#]*)\??([^#]*)`)

// ParseURL reads an http or https URL as requests does: a space or an umlaut is
// escaped, "/a/../b" is "/b", and the part after # is left out. Its error repeats
// the text, which may have a password in it, and says what is wrong with it.
func ParseURL(written string) (*url.URL, error) {
	wrong := func(format string, values ...any) (*url.URL, error) {
		return nil, fmt.Errorf("the URL '%s' "+format, append([]any{written}, values...)...)
	}
	found := parts.FindStringSubmatch(written)
	if found == nil {
		return wrong("does not begin with http:// or https://")
	}
	scheme, user, host, path := strings.ToLower(found[1]), escape(found[2], inUser), found[3], found[4]
	if scheme != "http" && scheme != "https" {
		return wrong("begins with neither http:// nor https://")
	}
	if user != "" {
		host = user + "@" + host
	}
	u, err := url.Parse(scheme + "://" + host + escape(path, inPath))
	if err != nil {
		// Without the address, which net/url repeats, and without pieces of it: a part
		// of a password would not be known as one.
		return wrong("cannot be read: %s", strings.TrimPrefix(quoted.ReplaceAllString(errors.Unwrap(err).Error(), ""), "net/url: "))
	}
	switch name := u.Hostname(); {
	case name == "":
		return wrong("names no host")
	case strings.Contains(name, ":") && u.Host[0] != '[':
		return wrong("has more than one port")
	case strings.HasPrefix(name, ".") || strings.HasPrefix(name, "*"):
		return wrong("has a host that starts with %s", name[:1])
	}
	if _, err := strconv.ParseUint(u.Port(), 10, 16); err != nil && u.Port() != "" {
		return wrong("has a port that is too high: ports end at 65535")
	}
	if strings.Contains(path, "/.") {
		u = u.ResolveReference(u)
	}
	u.RawQuery = EscapeQuery(found[5])
	return u, nil
}

var quoted = regexp.MustCompile(` "[^"]*"`)

// EscapeQuery escapes what may not stand in the part of a URL after the ?.
func EscapeQuery(query string) string { return escape(query, inQuery) }

// escape writes a part of a URL with %XX for whatever may not stand in it, and
// for nothing else. A part with a % that is no escape has no escapes at all.
func escape(part, allowed string) string {
	_, err := url.PathUnescape(part)
	var b strings.Builder
	for i := 0; i < len(part); i++ {
		c, must := part[i], false
		if c == '%' && err == nil {
			code, _ := strconv.ParseUint(part[i+1:i+3], 16, 8)
			c, i, must = byte(code), i+2, true
		}
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0,
			!must && strings.IndexByte(allowed, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

package provider

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// What may stand in each part of a URL beside letters, digits and "-._~".
const (
	inUser  = "!$&'()*+,;=:"
	inPath  = inUser + "@/"
	inQuery = inPath + "?"
)

const urlAdvice = `write it whole: "http://localhost:8080/"`

// parseAddress reads the URL of an HTTP activity as python-requests 2 does: a space
// or an umlaut is escaped, "/a/../b" is "/b", and what follows a # stays at
// home. Its error says what the text lacks.
func parseAddress(written string) (*url.URL, error) {
	scheme, rest, ok := strings.Cut(strings.TrimLeftFunc(written, unicode.IsSpace), "://")
	if !ok {
		return nil, unusable("the URL '"+written+"' has no scheme", urlAdvice)
	}
	if scheme = strings.ToLower(scheme); scheme != "http" && scheme != "https" {
		return nil, unusable("the URL '"+written+"' is not one of http or https", urlAdvice)
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	host, path := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = escape(host[:i], inUser) + host[i:]
	}
	u, err := url.Parse(scheme + "://" + host + escape(path, inPath))
	if err != nil {
		return nil, unusable("the URL '"+written+"' cannot be read: "+reasonOf(err), urlAdvice)
	}
	if u.Hostname() == "" {
		return nil, unusable("the URL '"+written+"' names no host", urlAdvice)
	}
	if _, err := strconv.ParseUint(u.Port(), 10, 16); err != nil && u.Port() != "" {
		return nil, unusable("the URL '"+written+"' has the port "+u.Port()+", and ports end at 65535", urlAdvice)
	}
	if strings.Contains(path, "/.") {
		u = u.ResolveReference(u)
	}
	u.RawQuery = escape(query, inQuery)
	return u, nil
}

// reasonOf leaves out the address, which net/url repeats.
func reasonOf(err error) string {
	if parse, ok := err.(*url.Error); ok {
		return parse.Err.Error()
	}
	return err.Error()
}

// escape writes a part of a URL with %XX for whatever may not stand in it, and
// for nothing else. A part with a % that is no escape has no escapes at all.
func escape(part, allowed string) string {
	if !needsEscape(part, allowed) {
		return part
	}
	escaped := strings.Count(part, "%") == countEscapes(part)
	var b strings.Builder
	for i := 0; i < len(part); i++ {
		c := part[i]
		if c == '%' && escaped {
			c, i = unhex(part[i+1:]), i+2
			if !isUnreserved(c) {
				fmt.Fprintf(&b, "%%%02X", c)
				continue
			}
		}
		if isUnreserved(c) || strings.IndexByte(allowed, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func needsEscape(part, allowed string) bool {
	for i := range len(part) {
		if !isUnreserved(part[i]) && strings.IndexByte(allowed, part[i]) < 0 {
			return true
		}
	}
	return false
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

func countEscapes(part string) (n int) {
	for i := 0; i+2 < len(part); i++ {
		if _, err := strconv.ParseUint(part[i+1:i+3], 16, 8); part[i] == '%' && err == nil {
			n++
		}
	}
	return n
}

func unhex(digits string) byte {
	c, _ := strconv.ParseUint(digits[:2], 16, 8)
	return byte(c)
}

package provider

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
)

const maxRedirects = 30 // as python-requests

// errRedirect is a redirect that cannot be followed, in which no network has a
// part.
var errRedirect = errors.New("the redirect cannot be followed")

// redirected does with a redirect what python-requests does where net/http does
// otherwise.
func redirected(next *http.Request, via []*http.Request) error {
	last := via[len(via)-1]
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("%w: the server redirects more than %d times", errRedirect, maxRedirects)
	case next.URL.Scheme != "http" && next.URL.Scheme != "https":
		return fmt.Errorf("%w: it leads to '%s'", errRedirect, next.URL.Redacted())
	case next.URL.Host == "":
		next.URL.Host = last.URL.Host
	}
	if next.Response.StatusCode == http.StatusMovedPermanently && last.Method != http.MethodPost {
		next.Method = last.Method
	}
	if next.Body == nil {
		next.Header.Del("Content-Type")
	}
	next.Header.Del("Cookie") // those that an answer set are added later
	next.Header.Del("Authorization")
	if sameServer(last.URL, next.URL) {
		carry(next.Header, last.Header, "Authorization")
	}
	next.URL.User = nil
	next.Header.Del("Referer")
	carry(next.Header, via[0].Header, "Referer")
	return nil
}

func carry(to, from http.Header, name string) {
	if content, ok := from[name]; ok {
		to[name] = content
	}
}

// sameServer tells whether a password for the one may be shown to the other.
func sameServer(from, to *url.URL) bool {
	if from.Hostname() != to.Hostname() {
		return false
	}
	upgrade := from.Scheme == "http" && to.Scheme == "https"
	if upgrade && (from.Port() == "" || from.Port() == "80") && (to.Port() == "" || to.Port() == "443") {
		return true
	}
	return from.Scheme == to.Scheme && port(from) == port(to)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// cookies are what a server sets on the way from one redirect to the next. Most
// answers set none.
type cookies struct{ jar *cookiejar.Jar }

func (c *cookies) SetCookies(u *url.URL, set []*http.Cookie) {
	if c.jar == nil {
		c.jar, _ = cookiejar.New(nil) // never fails
	}
	c.jar.SetCookies(u, set)
}

func (c *cookies) Cookies(u *url.URL) []*http.Cookie {
	if c.jar == nil {
		return nil
	}
	return c.jar.Cookies(u)
}

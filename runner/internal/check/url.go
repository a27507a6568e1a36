package check

import (
	"net/url"
	"strings"
)

// badURL says what is wrong with an address, as far as its text tells.
func badURL(address string) string {
	if strings.HasPrefix(address, "$") { // a variable may hold the scheme
		return ""
	}
	scheme, rest, ok := strings.Cut(address, "://")
	switch {
	case !ok:
		return "the URL '" + address + "' has no scheme"
	case strings.Contains(scheme, "$"):
		return ""
	case !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return "the URL '" + address + "' is not one of http or https"
	case rest == "" || strings.HasPrefix(rest, "/"):
		return "the URL '" + address + "' names no host"
	}
	if _, err := url.Parse(address); err != nil && !strings.Contains(address, "$") {
		return "the URL '" + address + "' cannot be read: " + strings.TrimPrefix(err.Error(), "parse ")
	}
	return ""
}

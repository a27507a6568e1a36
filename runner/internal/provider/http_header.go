package provider

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// known are the headers that net/http looks up by its own spelling of their name.
const known = "|user-agent|authorization|cookie|content-type|content-length|transfer-encoding|trailer|connection|referer|"

// usualHeader is what a request says of itself, for all of them to share.
func usualHeader() http.Header {
	return http.Header{"User-Agent": {userAgent}, "Accept-Encoding": {"gzip, deflate"}, "Accept": {"*/*"}}
}

// addHeaders puts an activity's headers beside the usual ones, which a header
// that is null takes out. Names go as they are spelt.
func (e *exchange) addHeaders(named *value.Map) error {
	if named.Len() > 0 {
		e.header = maps.Clone(e.header)
	}
	for name, content := range named.All() {
		e.drop(name)
		if content == nil {
			continue
		}
		written, ok := content.(string)
		if !ok {
			return unusable(fmt.Sprintf("the header %s is %s, not text", asJSON(name), asJSON(content)), "put quotes around it")
		}
		wire, ok := latin1Bytes(written)
		if !ok || !isToken(name) || !isSendable(wire) {
			return unusable(fmt.Sprintf("the header %s cannot be sent with the value %s", asJSON(name), asJSON(written)),
				"write a name of one word, and a value of one line, in Latin letters, that starts with no space")
		}
		switch lower := strings.ToLower(name); {
		case lower == "host":
			e.host = wire
		case strings.Contains(known, "|"+lower+"|"):
			e.header.Set(name, wire)
		default:
			e.header[name] = []string{wire}
		}
	}
	return nil
}

// drop takes a header out, however it is spelt. net/http sends a User-Agent of
// its own unless told that there is none.
func (e *exchange) drop(name string) {
	for present := range e.header {
		if strings.EqualFold(present, name) {
			delete(e.header, present)
		}
	}
	if strings.EqualFold(name, "User-Agent") {
		e.header["User-Agent"] = nil
	}
}

// isToken is a word of HTTP, such as a method or the name of a header.
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

func isSendable(content string) bool {
	for i := range len(content) {
		if c := content[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return content == "" || content[0] != ' ' && content[0] != '\t'
}

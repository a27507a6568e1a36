package jsonpath

import (
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// FuzzFind: neither reading panics or goes on for ever, and what is found lies in the
// document.
func FuzzFind(f *testing.F) {
	for _, path := range []string{`$..a[?(@.b="x" and not @.c or 1<2)][0:2:-1].length()`, `$['a'][?@.b == 'x' || !match(@.c, 'd')]`,
		`$[-1,*,"x"].length()`, `$..[?length(@..*) > 1e3, ::2]`, `$[{"a":[1,null]}]`, `$[?({"a":[1,null]}=@)]`} {
		f.Add(path, shop)
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		document, err := value.ParseJSON([]byte(text))
		if err != nil {
			document = text
		}
		for _, parse := range []func(string) (*query, *syntaxError){parseToolkit, parseRFC} {
			q, err := parse(path)
			if (q == nil || err != nil) && (err == nil || err.Error() == "") {
				t.Fatalf("%q: %v %v", path, q, err)
			}
			if err == nil {
				found, err := (&Path{*q}).Find(t.Context(), document)
				if err != nil && found != nil {
					t.Fatalf("%q: an error and %v", path, found)
				}
			}
		}
	})
}

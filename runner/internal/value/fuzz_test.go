package value

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzParseJSON: encoding/json and this package read the same texts.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,null,true,"x"]}`, `[[]]`, "1e5", `"\u00e9"`, "{", "[1,]", `{"a":1,"a":2}`, "nul", "1 2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseJSON([]byte(text))
		if valid := json.Valid([]byte(text)); valid != (err == nil) {
			t.Fatalf("%q: %v, encoding/json says %v", text, err, valid)
		}
		if err != nil {
			return
		}
		once := []byte(indented(v))
		again, err := ParseJSON(once)
		if !strings.Contains(string(once), "Infinity") && (err != nil || !Equal(v, again)) {
			t.Fatalf("%q reads back as %s %v", text, Repr(again), err)
		}
	})
}

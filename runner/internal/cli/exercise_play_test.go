package cli

import (
	"slices"
	"testing"
)

// What a service says of an error in its own code is found among its other lines.
func TestCrash(t *testing.T) {
	const file = "chapter5/service/main.go"
	for name, c := range map[string]struct{ said, want []string }{
		"well": {[]string{"12:00:00 GET / 200 (0.1 ms)", "12:00:00 cannot read the exchange file"}, nil},
		"Go": {
			[]string{"12:00:00 GET / 200 (0.1 ms)", "12:00:01 http: panic serving 127.0.0.1:1: assignment to entry in nil map", "goroutine 7 [running]:",
				"net/http.(*conn).serve.func1()", "\t/go/src/net/http/server.go:1943 +0xd3", "main.answer()", "\t/kit/chapter5/service/main.go:53 +0x1d"},
			[]string{"12:00:01 http: panic serving 127.0.0.1:1: assignment to entry in nil map", "/kit/chapter5/service/main.go:53 +0x1d"},
		},
		"Python": {
			[]string{"Traceback (most recent call last):", `  File "/kit/chapter5/service/main.go", line 51, in answer`, "    return Answer(503)", "NameError: name 'Answer' is not defined"},
			[]string{`File "/kit/chapter5/service/main.go", line 51, in answer`, "NameError: name 'Answer' is not defined"},
		},
	} {
		if got := crash(c.said, file); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

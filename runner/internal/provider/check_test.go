package provider

import (
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

func TestCheckURL(t *testing.T) {
	good := []string{"http://localhost", "HTTPS://h:1/x?y#z", "  http://h", "http://me:pw@h/", "http://[::1]:80/", "${url}", "$url/x", "${scheme}://h/",
		"http${s}://h/", "http://${host}/", "http://h:${port}/", "http://h/%zz", "http://h/a b", "http://ü.test/", "http://${host/", "http://h/${x", ""}
	bad := []string{"h", "h/${x}", "localhost:80", "ftp://h/", "htp://${host}/", "http://", "http:///x", "http://h:x/", "http://h:70000/", "http:/h", "http://a:8080:80/", "http://*.h/", "http://h\x01/", "${url", "http://h:${port/"}
	for _, address := range good {
		if found := Check(value.MapOf("type", "http", "url", address)); len(found) > 0 {
			t.Errorf("%q: %v", address, found)
		}
	}
	for _, address := range bad {
		found := Check(value.MapOf("type", "http", "url", address))
		if len(found) != 1 || len(found[0].Path) != 1 || found[0].Path[0] != "url" || found[0].Do == "" {
			t.Errorf("%q: %v", address, found)
		}
	}
}

// What names may yet turn into something that works passes.
func TestCheckSettings(t *testing.T) {
	json := value.MapOf("Content-Type", "application/json")
	open := value.MapOf("Content-Type", "${type}")
	tests := []struct {
		settings []any
		path     string // of the finding; empty: none
	}{
		{[]any{"timeout", "${t}"}, ""},
		{[]any{"timeout", "${t"}, "timeout"},
		{[]any{"timeout", []any{"${t}", int64(1)}}, ""},
		{[]any{"timeout", []any{int64(1), int64(0)}}, "timeout"},
		{[]any{"timeout", nil}, ""},
		{[]any{"method", "${m}"}, "method"},
		{[]any{"headers", value.MapOf("A", "${a}", "B", nil)}, ""},
		{[]any{"headers", value.MapOf("A", "x", "B", true)}, "headers.B"},
		{[]any{"headers", value.MapOf("A b", "x")}, "headers.A b"},
		{[]any{"headers", value.MapOf("${k}", "${v}")}, "headers.${k}"},
		{[]any{"headers", value.MapOf("${k}", nil)}, ""},
		{[]any{"arguments", "${a}"}, ""},
		{[]any{"arguments", []any{"${a}"}}, ""},
		{[]any{"arguments", []any{[]any{"a", int64(1)}}}, ""},
		{[]any{"arguments", []any{"a"}}, "arguments"},
		{[]any{"arguments", true}, "arguments"},
		{[]any{"arguments", []any{"a"}, "method", "post", "headers", json}, ""},
		{[]any{"arguments", int64(5), "method", "POST", "headers", json}, ""},
		{[]any{"arguments", int64(5), "method", "POST", "headers", open}, ""},
		{[]any{"arguments", int64(5), "method", "get", "headers", json}, "arguments"},
		{[]any{"type", "process", "arguments", false}, "arguments"},
		{[]any{"type", "process", "arguments", "${a}"}, ""},
		{[]any{"type", "process", "timeout", "${t}"}, "timeout"},
		{[]any{"type", "process", "timeout", -1.5}, ""},
		{[]any{"type", "python", "timeout", "x"}, ""},
	}
	for _, test := range tests {
		settings := value.MapOf("type", "http", "url", "http://h/")
		for key, v := range value.MapOf(test.settings...).All() {
			settings.Set(key, v)
		}
		var path strings.Builder
		for _, f := range Check(settings) {
			path.WriteString(strings.Join(f.Path, "."))
		}
		if path.String() != test.path {
			t.Errorf("%s: found %q, want %q", shown(settings), path.String(), test.path)
		}
	}
}

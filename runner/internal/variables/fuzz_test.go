package variables

import (
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// FuzzSubstitute: no name that is known is left, at any depth; keys and all else stay. What has no
// $$ in it is the same when names are replaced a second time.
func FuzzSubstitute(f *testing.F) {
	for _, text := range []string{"", "$", "$$", "${port}", "$port", "http://h:${port}/$$port/${${port}}", "${Port}${port}$", "$${port}", "${port:-1}", "é$port_é", "{$port}", "${port\n}"} {
		f.Add(text, text)
	}
	v := &Variables{Configuration: value.MapOf("port", "*", "a", "."), Secrets: value.MapOf("own", value.MapOf("key", "-", "port", "+"), "plain", "x")}
	known := []string{"${port}", "${a}", "${key}"}
	f.Fuzz(func(t *testing.T, text, key string) {
		before := value.MapOf(key, []any{text, value.MapOf(key, text), int64(1)})
		written := value.Repr(before)
		after, isMap := v.Substitute(before).(*value.Map)
		if value.Repr(before) != written || !isMap || after.Len() != 1 || !after.Has(key) || len(after.List(key)) != 3 {
			t.Fatalf("%s became %s", written, value.Repr(after))
		}
		got, isText := after.List(key)[0].(string)
		if deeper, _ := after.List(key)[1].(*value.Map); !isText || deeper.Value(key) != got {
			t.Fatalf("%q is %q, and %v further down", text, got, after.List(key)[1])
		}
		if strings.Contains(text, "$$") {
			return
		}
		for _, name := range known {
			if strings.Contains(got, name) {
				t.Fatalf("%q became %q, with %s in it", text, got, name)
			}
		}
		if again := v.Substitute(got); again != got {
			t.Fatalf("%q became %q, and then %q", text, got, again)
		}
	})
}

// FuzzOverrides: whatever is given by --var and --var-file, it is taken or refused in one line.
func FuzzOverrides(f *testing.F) {
	for _, seed := range []string{"a=b", "a:int=1", "a:json={\"b\": [1]}", "a:float=nan", "=", ":", "a:bytes=x", "export A='b c' # d\nB=\"$A\"\n", "A=\"\\n", "A=${B:-c}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var o Overrides
		for _, err := range []error{o.AddVar(text), o.AddDotenv(text)} {
			if err != nil && strings.TrimSpace(err.Error()) == "" {
				t.Fatalf("%q is refused without a word", text)
			}
		}
		value.JSON(&o.Configuration)
		value.JSON(&o.Environment)
	})
}

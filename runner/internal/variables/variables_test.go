package variables

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// recorded reads what the toolkit makes of variables; with RECORD_PYTHON naming
// an interpreter that has it, it is asked again.
func recorded(t *testing.T) any {
	t.Helper()
	const path = "testdata/variables.json"
	if python := os.Getenv("RECORD_PYTHON"); python != "" {
		if out, err := exec.Command(python, "testdata/record.py", path).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table, err := value.ParseJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func get(m any, key string) any {
	mapping, _ := m.(*value.Map)
	v, _ := mapping.Get(key)
	return v
}

func mapOf(v any) *value.Map {
	m, _ := v.(*value.Map)
	return m
}

// encode writes what JSON has not as testdata/record.py does.
func encode(v any) any {
	switch v := v.(type) {
	case []byte:
		return value.MapOf("$bytes", string(v))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return value.MapOf("$float", value.Text(v))
		}
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = encode(v[i])
		}
		return list
	case *value.Map:
		m := &value.Map{}
		for key, item := range v.All() {
			m.Set(key, encode(item))
		}
		return m
	}
	return v
}

func TestSubstitutesAsTheToolkitDoes(t *testing.T) {
	for _, c := range get(recorded(t), "substitute").([]any) {
		v := &Variables{Configuration: mapOf(get(c, "configuration")), Secrets: mapOf(get(c, "secrets"))}
		data, want := get(c, "data"), get(c, "want")
		if ours := get(c, "ours"); ours != nil {
			want = ours // where the toolkit crashes and need not
		}
		before := value.Repr(data)
		got := v.Substitute(data)
		if value.Repr(got) != value.Repr(want) {
			t.Errorf("%s: %s, the toolkit says %s", before, value.Repr(got), value.Repr(want))
		}
		if after := value.Repr(data); after != before {
			t.Errorf("substituting changed %s to %s", before, after)
		}
	}
}

// Values do not grow beyond all measure, be they in one text or in many.
func TestManyValues(t *testing.T) {
	v := &Variables{Configuration: value.MapOf("a", strings.Repeat("x", 1<<10), "list", make([]any, 1<<10))}
	many := func(n int) string { return strings.Repeat("${a}", n<<10) }
	if got, _ := v.Substitute(many(64)).(string); len(got) != 64<<20 {
		t.Errorf("64 MiB became %d bytes", len(got))
	}
	got, _ := v.Substitute([]any{many(40), many(25), "x $a", "plain"}).([]any)
	if first, _ := got[0].(string); len(first) != 40<<20 || got[1] != "${a}${a}${a}${a}${a}"+tooMuch || got[2] != "x $a"+tooMuch || got[3] != "plain" {
		t.Errorf("more became %d bytes and %.200v", len(first), got[1:])
	}
	lists := func(n int) []any { return slices.Repeat([]any{"${list}"}, n) }
	for name, test := range map[string]struct {
		data any
		want bool
	}{
		"one text":       {value.MapOf("x", []any{int64(1), many(64)}), true},
		"one too long":   {value.MapOf("x", []any{int64(1), many(64) + "${a}"}), false},
		"some texts":     {value.MapOf("x", many(32), "y", []any{many(32)}), true},
		"too many":       {value.MapOf("x", many(32), "y", []any{many(32)}, "z", "of ${a}"), false},
		"lists":          {lists(1000), true},
		"too many lists": {lists(1100), false},
	} {
		if got := v.Fits(test.data); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestArgumentsStayWithoutVariables(t *testing.T) {
	var none *Variables
	if got := none.Arguments("$$"); got != "$$" {
		t.Errorf("got %v", got)
	}
	if got := none.Substitute("$$ ${x}"); got != "$ ${x}" {
		t.Errorf("got %v", got)
	}
	unnamed := &Variables{Configuration: value.MapOf("", "no", "a", "x")}
	if got := unnamed.Substitute("$ ${} $${a}$-${a$a}$a$"); got != "$ ${} ${a}$-${ax}x$" {
		t.Errorf("got %v", got)
	}
	some := &Variables{Secrets: value.MapOf("g", &value.Map{})}
	if got := some.Arguments("$$"); got != "$" {
		t.Errorf("got %v", got)
	}
}

// answer stands for the functions and processes of testdata/record.py.
func answer(_ context.Context, activity *value.Map, known *Variables) (any, error) {
	from := get(activity, "provider")
	switch get(from, "func") {
	case "constant":
		return get(known.Arguments(get(from, "arguments")), "value"), nil
	case "known":
		return mustKeys(known.Configuration), nil
	case "secret":
		all := &value.Map{}
		for _, group := range get(from, "secrets").([]any) {
			for key, secret := range mapOf(get(known.Secrets, group.(string))).All() {
				all.Set(key, secret)
			}
		}
		return all, nil
	}
	if mapOf(from).Text("type") != "process" {
		return nil, errors.New("failed")
	}
	out := map[any]string{"echo ' hi '": " hi \n", `printf 'a\nb\n\n'`: "a\nb\n\n"}
	command := get(from, "arguments").([]any)[1]
	code := map[bool]int64{true: 3, false: 0}[command == "exit 3"]
	return value.MapOf("status", code, "stdout", out[command], "stderr", ""), nil
}

func mustKeys(m *value.Map) []any {
	list := []any{}
	for key := range m.All() {
		list = append(list, key)
	}
	return list
}

// source builds what a case of the table describes.
func source(c, env any) (Source, error) {
	s := Source{Configuration: mapOf(get(c, "configuration")), Secrets: mapOf(get(c, "secrets")), Ask: answer,
		Environment: func(name string) (string, bool) {
			v, ok := mapOf(env).Get(name)
			text, _ := v.(string)
			return text, ok
		}}
	if err := s.Overrides.AddDocument(get(c, "document")); err != nil {
		return s, err
	}
	written, _ := get(c, "vars").([]any)
	for _, text := range written {
		if err := s.Overrides.AddVar(text.(string)); err != nil {
			return s, err
		}
	}
	return s, nil
}

func TestResolvesAsTheToolkitDoes(t *testing.T) {
	table := recorded(t)
	for _, c := range get(table, "load").([]any) {
		s, err := source(c, get(table, "env"))
		var v *Variables
		var findings []problem.Finding
		if err == nil {
			v, findings = s.Resolve(t.Context())
		}
		wrong := first(findings, err)
		want := get(c, "want")
		if ours := get(c, "ours"); ours != nil {
			want = ours // where the two differ on purpose
		}
		switch want := want.(type) {
		case string:
			if wrong == "" || want != "crash" && !strings.EqualFold(want, wrong) {
				t.Errorf("%s: %q, the toolkit says %q", value.Repr(c), wrong, want)
			}
		default:
			got := ""
			if wrong == "" {
				got = value.Repr(encode([]any{v.Configuration, v.Secrets}))
			}
			if got != value.Repr(want) {
				t.Errorf("%s:\ngot  %s %s\nwant %s", value.Repr(c), got, wrong, value.Repr(want))
			}
		}
	}
}

// first is the first thing that is wrong, warnings aside.
func first(findings []problem.Finding, err error) string {
	if err != nil {
		return err.Error()
	}
	for _, f := range findings {
		if !f.Warning {
			return f.What
		}
	}
	return ""
}

func TestCheckFindsEverythingAtOnce(t *testing.T) {
	env := func(pairs ...any) *value.Map { return value.MapOf(append([]any{"type", "env"}, pairs...)...) }
	s := Source{
		Configuration: value.MapOf("a", env("key", "A"), "b", env(), "c", env("key", "C", "default", "x", "env_var_type", "int"),
			"d", value.MapOf("type", "probe"), "e", env("key", "E")),
		Secrets: value.MapOf("g", value.MapOf("k", env("key", "K"), "v", value.MapOf("type", "vault", "path", "x")),
			"h", value.MapOf("l", "1", "m", "2")),
		Environment: func(string) (string, bool) { return "", false },
		Ask: func(context.Context, *value.Map, *Variables) (any, error) {
			t.Error("asked although something is wrong")
			return nil, nil
		},
	}
	for _, text := range []string{"e=given", "typo=1"} {
		if err := s.Overrides.AddVar(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Overrides.AddDocument(value.MapOf("secrets", value.MapOf("h", value.MapOf("l", "3")))); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"configuration a: configuration makes reference to an environment key that does not exist: A; set the environment variable A, or give the entry a default, or pass --var a=VALUE",
		"configuration b: an entry of type env needs a `key`; name the environment variable, as in key: MY_VARIABLE",
		"configuration c env_var_type: the value of C cannot be converted: 'x' is not a whole number; change the value or env_var_type",
		"configuration d: the probe of this configuration key has no provider; give it one, or write the value itself",
		"secrets g k: secrets make reference to an environment key that does not exist: K; set the environment variable K",
		"secrets g v: secrets from Vault are not supported; put the secret into an environment variable, and give this entry the type env and the name of the variable as its key",
		"warning secrets h m: the variables given replace the whole group h of secrets, so m is gone; give m as well",
		"warning : the variable typo is given, and the experiment's configuration has no such key, so it is not used; declare typo there, or correct the name",
	}
	_, resolved := s.Resolve(t.Context())
	for _, findings := range [][]problem.Finding{s.Check(), resolved} {
		var got []string
		for _, f := range findings {
			line := strings.Join(f.Path, " ") + ": " + f.What + "; " + f.Do
			if f.Warning {
				line = "warning " + line
			}
			got = append(got, line)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// Secrets are few and short: too many are not even learned.
func TestSecretsHaveALimit(t *testing.T) {
	for name, test := range map[string]struct {
		many, long int
		want       string
	}{
		"most":     {998, 10, ""},
		"too many": {999, 10, "there are too many secrets, or they are too long: 2001 values and keys, with 12988 bytes"},
		"long":     {1, 65_500, ""},
		"too long": {1, 65_536, "there are too many secrets, or they are too long: 5 values and keys, with 65540 bytes"},
	} {
		group := &value.Map{}
		for i := range test.many {
			group.Set(fmt.Sprintf("%03d", i), strings.Repeat("x", test.long))
		}
		var learned int
		s := Source{Secrets: value.MapOf("g", group), Secret: func(secrets *value.Map) { learned = secrets.Map("g").Len() }}
		if got := first(s.Check(), nil); got != test.want || (learned > 0) != (got == "") {
			t.Errorf("%s: %q, %d learned", name, got, learned)
		}
	}
}

func TestFailingProbeIsAWarning(t *testing.T) {
	probe := value.MapOf("type", "probe", "name", "p", "provider", value.MapOf("type", "python", "func", "fail"))
	s := Source{Configuration: value.MapOf("x", probe, "y", int64(1)), Ask: answer, Secrets: value.MapOf("g", value.MapOf("k", "hunter2"))}
	v, findings := s.Resolve(t.Context())
	if len(findings) != 1 || !findings[0].Warning || !strings.Contains(findings[0].What, "${x} stays as it is written: failed") {
		t.Errorf("findings %+v", findings)
	}
	if v.Configuration.Has("x") || !v.Configuration.Has("y") {
		t.Errorf("configuration %s", value.Repr(v.Configuration))
	}
	if written := value.Repr(probe); strings.Contains(written, "hunter2") || strings.Contains(written, "secrets") {
		t.Errorf("the experiment now says %s", written)
	}
}

func TestOverrideFiles(t *testing.T) {
	var o Overrides
	if err := o.AddDotenv("# comment\r\nA=1\r\n\n  B = x=y  \nQ=\"q\"\n"); err != nil {
		t.Fatal(err)
	}
	if got := value.Repr(&o.Environment); got != `{'A': '1', 'B ': ' x=y', 'Q': '"q"'}` {
		t.Errorf("got %s", got)
	}
	s := Source{Overrides: o, Configuration: value.MapOf("a", value.MapOf("type", "env", "key", "A")),
		Environment: func(string) (string, bool) { return "real", true }}
	if v, _ := s.Resolve(t.Context()); value.Repr(v.Configuration) != "{'a': '1'}" {
		t.Errorf("got %s", value.Repr(v.Configuration))
	}
	for _, err := range []error{
		o.AddDotenv("A=1\n\nno sign"), o.AddDotenv("=x"), o.AddVar("secret"), o.AddVar("a:int=hunter2"), o.AddVar("a:int=" + strings.Repeat("7", 5e6)), o.AddVar("a:int=1.5"),
		o.AddVar("a:float=NaN"), o.AddVar("a:number=-inf"), o.AddVar("a:float=1e999999"), o.AddVar(`a:json={"b": [1e999999]}`), o.AddVar("a:json=NaN"),
		o.AddDocument([]any{}), o.AddDocument(value.MapOf("secrets", nil)), o.AddDocument(value.MapOf("configuration", "x")),
	} {
		if problem.Code(err) != problem.Usage || !strings.Contains(err.Error(), ";") {
			t.Errorf("got %v", err)
		}
	}
	if err := o.AddDotenv("A=1\n\nno sign"); !strings.Contains(err.Error(), "line 3") {
		t.Errorf("got %v", err)
	}
	if err := o.AddDocument(nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

func TestUnusedVariableHasANearName(t *testing.T) {
	s := Source{Configuration: value.MapOf("port", int64(1)), Environment: func(string) (string, bool) { return "", false }}
	if err := s.Overrides.AddVar("prot=2"); err != nil {
		t.Fatal(err)
	}
	if all := s.Check(); len(all) != 1 || all[0].Do != "did you mean 'port'?" {
		t.Errorf("%+v", all)
	}
}

package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unsafe"
)

// recorded reads what Python says of values; with RECORD_PYTHON naming an
// interpreter it is asked again.
func recorded(t *testing.T, key string) []any {
	t.Helper()
	const path = "testdata/values.json"
	if python := os.Getenv("RECORD_PYTHON"); python != "" {
		if out, err := exec.Command(python, "testdata/record.py", path).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table, err := ParseJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	cases, _ := table.(*Map).Get(key)
	return cases.([]any)
}

func get(m any, key string) any {
	v, _ := m.(*Map).Get(key)
	return v
}

// decode puts in what JSON has not: {"$float": "nan"} and {"$bytes": "text"},
// each of whose characters is a byte.
func decode(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = decode(v[i])
		}
		return list
	case *Map:
		if f, ok := v.Get("$float"); ok {
			end, _ := strconv.ParseFloat(f.(string), 64)
			return end
		}
		if b, ok := v.Get("$bytes"); ok {
			raw := []byte{}
			for _, r := range b.(string) {
				raw = append(raw, byte(r))
			}
			return raw
		}
		m := &Map{}
		for key, item := range v.All() {
			m.Set(key, decode(item))
		}
		return m
	}
	return v
}

func TestWritesAsPythonDoes(t *testing.T) {
	for _, c := range recorded(t, "values") {
		v := decode(get(c, "value"))
		for what, got := range map[string]any{"text": Text(v), "repr": Repr(v), "true": Truthy(v)} {
			if want := get(c, what); got != want {
				t.Errorf("%s: %q, Python says %q", what, got, want)
			}
		}
		pretty, ok := get(c, "json").(string)
		if !ok {
			continue // JSON has no bytes
		}
		if got := indented(v); got != pretty {
			t.Errorf("json: %s\nPython says %s", got, pretty)
		}
		if got, want := JSON(v), get(c, "line"); got != want {
			t.Errorf("one line: %s\nPython says %s", got, want)
		}
	}
}

func TestEqualsAsPythonDoes(t *testing.T) {
	for _, c := range recorded(t, "pairs") {
		a, b := decode(get(c, "a")), decode(get(c, "b"))
		want := get(c, "equal").(bool)
		if Equal(a, b) != want || Equal(b, a) != want {
			t.Errorf("%s == %s: %v and %v, Python says %v", Repr(a), Repr(b), Equal(a, b), Equal(b, a), want)
		}
	}
}

// What is written as JSON reads back as the same value, types and order
// included.
func TestJSONReadsBack(t *testing.T) {
	for _, c := range recorded(t, "values") {
		text, ok := get(c, "json").(string)
		if !ok || strings.Contains(text, "NaN") || strings.Contains(text, "Infinity") {
			continue
		}
		v, err := ParseJSON([]byte(text))
		if err != nil || Repr(v) != get(c, "repr") {
			t.Errorf("%s: %s %v", text, Repr(v), err)
		}
	}
}

// indented is a value as the journal has it.
func indented(v any) string {
	var b strings.Builder
	WriteJSON(&b, v, "  ") // to a Builder it never fails
	return b.String()
}

func TestJSON(t *testing.T) {
	v := MapOf("a", []any{int64(1), &Map{}}, "b", nil)
	if got, want := indented(v), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": null\n}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := JSON([]any{[]byte("é"), "\xff"}); got != `["b'\\xc3\\xa9'", "`+"\uFFFD"+`"]` {
		t.Errorf("what JSON cannot hold: %s", got)
	}
}

// WriteJSON writes what JSON has, in pieces, and stops at the first error.
func TestWriteJSON(t *testing.T) {
	list := make([]any, 10_000)
	for i := range list {
		list[i] = MapOf("number", int64(i), "text", strings.Repeat("é", i%50))
	}
	var line strings.Builder
	if err := WriteJSON(&line, list, ""); err != nil || line.String() != JSON(list) {
		t.Errorf("%d bytes, %v", line.Len(), err)
	}
	var again bytes.Buffer // its memory is used once more
	for _, v := range []any{list, MapOf("long", strings.Repeat("é\n", 1<<16), "next", "", "last", list), MapOf("long", strings.Repeat("a", 1<<18), "next", "x")} {
		again.Reset()
		if err := WriteJSON(&again, v, ""); err != nil || again.String() != JSON(v) {
			t.Errorf("into the memory of another value: %d bytes, %v", again.Len(), err)
		}
	}
	var want bytes.Buffer
	if err := json.Indent(&want, []byte(JSON(list)), "", "  "); err != nil || indented(list) != want.String() {
		t.Errorf("indented: %d bytes, %v", want.Len(), err)
	}
	calls := 0
	if err := WriteJSON(writeFunc(func(p []byte) (int, error) { calls++; return 0, io.ErrClosedPipe }), list, ""); err != io.ErrClosedPipe || calls != 1 {
		t.Errorf("%v after %d writes", err, calls)
	}
}

type writeFunc func([]byte) (int, error)

func (w writeFunc) Write(p []byte) (int, error) { return w(p) }

// ReadJSON tells where the value ends and what is odd about it, and stores texts
// that come again once.
func TestReadJSON(t *testing.T) {
	var odd []string
	v, end, err := ReadJSON([]byte(` {"a": 1e999, "b": {"a": -1e999, "a": 2}, "a": 3} x`), maxValues, 0, func(at int, what any) {
		odd = append(odd, fmt.Sprint(at, Repr(what)))
	})
	if got := Repr(v) + strings.Join(odd, " "); err != nil || end != 49 || got != "{'a': 3, 'b': {'a': 2}}7inf 25-inf 33'a' 42'a'" {
		t.Errorf("%s to %d, %v", got, end, err)
	}
	for text, want := range map[string]int{"[1, 2": 5, `{"a": nope}`: 7, "[1,]": 3, "\"\n\"": 1, strings.Repeat("[", 1000): 501} {
		if _, at, err := ReadJSON([]byte(text), maxValues, 0, nil); err == nil || at != want {
			t.Errorf("%.20q: %v at %d, want %d", text, err, at, want)
		}
	}
	v, _, err = ReadJSON([]byte("["+strings.Repeat(`"probe", `, 200)+`"probe"]`), maxValues, 0, nil)
	if err != nil || len(v.([]any)) != 201 {
		t.Fatal(err)
	}
	if list := v.([]any); unsafe.StringData(list[0].(string)) != unsafe.StringData(list[200].(string)) {
		t.Error("one text is stored more than once")
	}
}

// A mapping of many keys is the same mapping, however its keys are found.
func TestLargeMap(t *testing.T) {
	var text strings.Builder
	m := &Map{}
	for i := range 100 {
		m.Set(strconv.Itoa(i%60), int64(i))
		fmt.Fprintf(&text, `%c"%d": %d`, ",{"[map[bool]int{true: 1}[i == 0]], i%60, i)
	}
	read, err := ParseJSON([]byte(text.String() + "}"))
	if err != nil || Repr(read) != Repr(m) || m.Len() != 60 {
		t.Errorf("%s, %v", Repr(read), err)
	}
	for _, m := range []*Map{m, read.(*Map), m.Copy()} {
		for i := range 60 {
			if v, _ := m.Get(strconv.Itoa(i)); v != int64(i) && v != int64(i+60) || i < 40 && v == int64(i) {
				t.Errorf("%d is %v", i, v)
			}
		}
		for i := range 50 {
			m.Delete(strconv.Itoa(i))
			if v, ok := m.Get("59"); m.Has(strconv.Itoa(i)) || !ok || v != int64(59) || m.Len() != 59-i {
				t.Fatalf("without %d: %s", i, Repr(m))
			}
		}
		m.Set("new", nil)
		if got := Repr(m); !strings.HasSuffix(got, "'59': 59, 'new': None}") {
			t.Error(got)
		}
	}
}

func TestParseJSONRefuses(t *testing.T) {
	for _, text := range []string{"", " ", "{", "[1", `{"a"}`, `{"a":}`, `{"a":1`, `[1,]`, "tru", "1 2", "{} x", "'a'", "01", "1.", "+1", "NaN", "\"\n\"", `"\q"`, "{1:2}", "[1 2]"} {
		if v, err := ParseJSON([]byte(text)); err == nil {
			t.Errorf("%q: accepted as %s", text, Repr(v))
		}
	}
}

// Each value counts, and each key.
func TestTooManyValues(t *testing.T) {
	for text, fits := range map[string]bool{`{"a": 1, "b": [2]}`: true, `{"a": 1, "b": [2, 3]}`: false, "[[[[[[[": false, "[0,0,0,0,0,": false, "[0, 0": true} {
		if _, _, err := ReadJSON([]byte(text), 6, 0, nil); errors.Is(err, bytes.ErrTooLarge) == fits {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// As in Python, and else a long one would take minutes.
func TestLongIntegers(t *testing.T) {
	most := strings.Repeat("7", maxDigits)
	for text, refused := range map[string]bool{most: false, "-" + most: false, most + "7": true, "-7" + most: true,
		strings.Repeat("7", 5e6): true, most + "7.5": false, most + "7e1": false} {
		_, err := ParseJSON([]byte(`{"a": [` + text + "]}"))
		if _, again := Number(text); errors.Is(err, strconv.ErrRange) != refused || errors.Is(again, strconv.ErrRange) != refused || err != nil && !strings.HasSuffix(err.Error(), "at byte 7") {
			t.Errorf("%.9s, %d characters: %.99v, %.99v", text, len(text), err, again)
		}
	}
	told := 0
	if _, _, err := ReadJSON([]byte(most+"7"), maxValues, 0, func(int, any) { told++ }); err != nil || told != 1 {
		t.Errorf("told %d times, %v", told, err)
	}
}

func TestNumbers(t *testing.T) {
	huge, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	for text, want := range map[string]any{"1": int64(1), "-0": int64(0), "1.0": 1.0, "1e2": 100.0, "1e999": math.Inf(1), "-1E999": math.Inf(-1),
		"123456789012345678901234567890": huge, "9223372036854775808": new(big.Int).SetUint64(1 << 63)} {
		if got, err := Number(text); err != nil || Repr(got) != Repr(want) {
			t.Errorf("%s: %s %v", text, Repr(got), err)
		}
	}
	if _, err := Number("x"); err == nil {
		t.Error("x is a number")
	}
	for _, v := range []any{int64(1), huge, 1.5} {
		if Kind(v) != "a number" {
			t.Errorf("%v is no number", v)
		}
	}
	for _, v := range []any{true, "1", nil, []any{}} {
		if Kind(v) == "a number" {
			t.Errorf("%v is a number", v)
		}
	}
	if got := PlainDigits("\u00a0\x1c ٣,५𝟗 7 \n"); got != "3,59 7" {
		t.Errorf("digits %q", got)
	}
}

func TestMapKeepsItsOrder(t *testing.T) {
	m := MapOf("a", int64(1), "b", int64(2), "c", int64(3))
	c := m.Copy()
	m.Set("a", int64(9))
	m.Delete("b")
	m.Delete("nothing")
	m.Set("b", int64(4))
	if got := Repr(m); got != "{'a': 9, 'c': 3, 'b': 4}" {
		t.Errorf("got %s", got)
	}
	if got := Repr(c); got != "{'a': 1, 'b': 2, 'c': 3}" {
		t.Errorf("the copy is %s", got)
	}
	for key := range m.All() {
		m.Delete(key) // walking bears it, and stops when told
		break
	}
	var none *Map
	for range none.All() {
		t.Error("nil has keys")
	}
	if none.Len() != 0 || none.Has("a") || none.Copy().Len() != 0 || m.Len() != 2 {
		t.Error("lengths are wrong")
	}
}

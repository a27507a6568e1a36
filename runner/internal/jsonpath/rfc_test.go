package jsonpath

import (
	"context"
	"errors"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

const shop = `{"items": [
	{"name": "a", "price": 8, "tags": ["x"], "stock": true, "café": 1},
	{"name": "b", "price": 12.5, "tags": [], "note": null},
	{"name": "c", "price": "12", "tags": ["x", "y"], "it's": "q\"uote"}],
	"limit": 10, "a-b": {"c": [0, 1, 2, 3, 4]}, "one": 1}`

func parsed(t *testing.T, text string) any {
	t.Helper()
	v, err := value.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Paths that jsonpath2 refuses mean what RFC 9535 says.
func TestReadsRFC9535(t *testing.T) {
	document := parsed(t, shop)
	for path, want := range map[string]string{
		`$['limit']`:                                               "[10]",
		`$.a-b.c`:                                                  "[]", // next line
		`$['a-b'].c[1:3]`:                                          "[1, 2]",
		`$['a-b'].c[::-2]`:                                         "[4, 2, 0]",
		`$['a-b']['c'][-2:]`:                                       "[3, 4]",
		`$['a-b']['c'][3:0:-1]`:                                    "[3, 2, 1]",
		`$['a-b']['c'][::0]`:                                       "[]",
		`$['a-b']['c'][-9:9]`:                                      "[0, 1, 2, 3, 4]",
		`$.items[?@.price == 8].name`:                              "['a']",
		`$.items[?(@.price == 8)].name`:                            "['a']",
		`$.items[?@.price > 8].name`:                               "['b']",
		`$.items[?@.price >= 8].name`:                              "['a', 'b']",
		`$.items[?@.price <= $.limit].name`:                        "['a']",
		`$.items[?@.price != 8].name`:                              "['b', 'c']",
		`$.items[?@.price == '12'].name`:                           "['c']",
		`$.items[?@.name >= 'b'].name`:                             "['b', 'c']",
		`$.items[?@.name < "b"].name`:                              "['a']",
		`$.items[?@.stock].name`:                                   "['a']",
		`$.items[?!@.stock].name`:                                  "['b', 'c']",
		`$.items[?!(@.stock || @.note)].name`:                      "['c']",
		`$.items[?@.note == null].name`:                            "['b']",
		`$.items[?@.stock == true].name`:                           "['a']",
		`$.items[?@.stock == 1].name`:                              "[]", // 1 is not true here
		`$[?@ == 1]`:                                               "[1]",
		`$.items[?@.tags == ['x']]`:                                "error",
		`$.items[?@.tags[0] == 'x' && @.tags[1]].name`:             "['c']",
		`$.items[?@.stock || @.price > 12 && @.note == null].name`: "['a', 'b']",
		`$.items[?@.gone == @.lost].name`:                          "['a', 'b', 'c']",
		`$.items[?@.gone < 1].name`:                                "[]",
		`$.items[?length(@.tags) == 2].name`:                       "['c']",
		`$.items[?length(@) >= 5].name`:                            "['a']",
		`$.items[?length(@.name) == 1].name`:                       "['a', 'b', 'c']",
		`$.items[?count(@.tags[*]) > 0].name`:                      "['a', 'c']",
		`$.items[?value(@..name) == 'b'].price`:                    "[12.5]",
		`$.items[?match(@.name, '[a-b]')].name`:                    "['a', 'b']",
		`$.items[?search(@.price, '.')].name`:                      "['c']",
		`$.items[?match(@.name, '(')].name`:                        "[]",
		`$.items[0,2]['name']`:                                     "['a', 'c']",
		`$.items[?@.tags == $.items[0].tags].name`:                 "['a']",
		`$.items[?@.café].name`:                                    "['a']",
		`$.items[*]['it\'s']`:                                      `['q"uote']`,
		`$.items[*]['caf\u00e9']`:                                  "[1]",
		`$['\ud83d\ude00']`:                                        "[]",
		`$..['limit', 'one']`:                                      "[10, 1]",
		`$..[?@.price == 8]['name']`:                               "['a']",
		`$ ['limit']`:                                              "[10]",
		"$[\n'limit'\t,\r'one' ]":                                  "[10, 1]",
		`$.items[?1 == 1 && @.price==8e0].name`:                    "['a']",
		`$.items[?@['name']=='a'].price`:                           "[8]",
		`$.items[?match(@.name, '[.]')].name`:                      "[]",
		`$.items[?match(@.name, '\\.')].name`:                      "[]",
		`$.items[?match(@.name, 'a.?')].name`:                      "['a']",
		`$.items[?match(@.name, '[^b].?')].name`:                   "['a', 'c']",
		`$[?@ == $['a-b']].c[0]`:                                   "[0]",
		`$[?@.c == $['a-b'].c].c[0]`:                               "[0]",
		`$.items[?@ == $.items[1]].name`:                           "['b']",
		`$.items[?@ != $.items[1]].name`:                           "['a', 'c']",
		`$.items[?length == 1]`:                                    "error",
		`$.items[0][?@ != 'z']`:                                    "['a', 8, ['x'], True, 1]", // in the order of the document
		`$.items[?@.price == 8]['stock','name']`:                   "[True, 'a']",
	} {
		if path == `$.a-b.c` {
			want = "error"
		}
		p, err := Parse(path)
		got := "error"
		if err == nil {
			var found []any
			found, err = p.Find(t.Context(), document)
			got = value.Repr(found)
		}
		if got != want {
			t.Errorf("%s: %s %v, want %s", path, got, err, want)
		}
	}
}

// Where both readings are possible jsonpath2's holds: its filter asks the list
// itself, and its or binds tighter.
func TestTheToolkitsReadingComesFirst(t *testing.T) {
	document := parsed(t, shop)
	for path, want := range map[string]string{
		`$.items[?(@.price > 8)].name`:    "[]",
		`$.items[*][?(@.price > 8)].name`: "['b']",
		`$["limit"]`:                      "[10]",
		`$['a-b'].c[::-1]`:                "[4, 3, 2, 1, 0]",
		`$["a-b"].c[::-1]`:                "[4, 3, 2, 1, 0]", // and here the two are one
	} {
		p, err := Parse(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if found, err := p.Find(t.Context(), document); err != nil || value.Repr(found) != want {
			t.Errorf("%s: %s %v, want %s", path, value.Repr(found), err, want)
		}
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	deep := strings.Repeat("[?(@", 300)
	for path, want := range map[string]string{
		``:                                  "the path ends, expected $ at character 1",
		`a.b`:                               "unexpected a, expected $ at character 1",
		`$.`:                                "the path ends, expected a name at character 3",
		`$.a-b`:                             "unexpected - at character 4",
		`$.é$`:                              "unexpected '$' at character 4",
		`$['a`:                              "unterminated string literal at character 5",
		`$[?@.a == ]`:                       "unexpected ']' at character 11",
		`$[?(@.a = 1 and)]`:                 "unexpected ), expected a path or a JSON value at character 16",
		`$.a.nope()`:                        "there is no function nope at character 9",
		`$['\ud800']`:                       "invalid escape after backslash at character 10",
		`$['\q']`:                           "invalid escape after backslash at character 5",
		`$[?@.* == 1]`:                      "unexpected '=' at character 8",
		`$[?length(@.*) == 1]`:              "function length() cannot convert argument to Value at character 10",
		`$[?count(1) == 1]`:                 "function count() cannot convert argument to Nodes at character 9",
		`$[?length(@)]`:                     "missing comparison to function result at character 13",
		`$[?match(@, 'a') == 1]`:            "unexpected '=' at character 18",
		`$['a'][01]`:                        "invalid number literal at character 8",
		`$` + deep:                          "there are too many brackets",
		`$['a']` + deep:                     "there are too many brackets",
		`$` + strings.Repeat(".a", Longest): "it is longer than 64 KiB",
		`$[?@..*..*]`:                       "a filter visits too many values: use .. once, and $ with one .., * or ? alone at character 12",
		`$[?$[?count($.*)>1]]`:              "a filter visits too many values: use .. once, and $ with one .., * or ? alone at character 21",
	} {
		_, err := Parse(path)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30s: %v, want %s", path, err, want)
		}
	}
}

// A filter looks at as much as it likes for each child, and stops between two of them.
func TestASearchStops(t *testing.T) {
	for _, one := range []string{`$[?$[?@.a == 'x']]`, `$[?@["a..b..c*?"] == "$ * ?"]`, `$[?@.a[*] && @.b[?@.c]]`} {
		if _, err := Parse(one); err != nil {
			t.Errorf("%s: %v", one, err)
		}
	}
	p, err := Parse(`$[?count($..*) > 1]`)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	cancel(why)
	if found, err := p.Find(ctx, parsed(t, "["+strings.Repeat("1, ", 300_000)+"1]")); err != why || found != nil {
		t.Errorf("found %d values, %v", len(found), err)
	}
}

func TestASearchHasAnEnd(t *testing.T) {
	for path, depth := range map[string]int{"$" + strings.Repeat("..*", 12): 60, "$..[0,0,0,0,0,0,0,0]..[0,0,0,0,0,0]": 300} {
		p, err := Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		document := parsed(t, strings.Repeat("[", depth-60)+strings.Repeat("[1,", 60)+"1"+strings.Repeat("]", depth))
		if _, err := p.Find(t.Context(), document); err == nil || !strings.Contains(err.Error(), "too many") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

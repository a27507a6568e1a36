package provider

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// recorded reads a table of activities and what the toolkit made of each; with
// RECORD_PYTHON naming an interpreter that has it, it is asked again.
func recorded(t *testing.T, path string, places map[string]string) []any {
	t.Helper()
	if python := os.Getenv("RECORD_PYTHON"); python != "" {
		args := []string{"testdata/record.py", path, "id=recording-"}
		for name, place := range places {
			args = append(args, name+"="+place)
		}
		if out, err := exec.Command(python, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	table, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := value.ParseJSON(table)
	if err != nil {
		t.Fatal(err)
	}
	return rows.([]any)
}

// replay performs each activity of a table. Its outcome must be the toolkit's,
// or the one that the row has under "ours", with the reason under "why".
func replay(t *testing.T, path string, places map[string]string) {
	for _, row := range recorded(t, path, places) {
		row := row.(*value.Map)
		name, _ := row.Get("name")
		t.Run(name.(string), func(t *testing.T) {
			want, ok := row.Get("ours")
			if _, why := row.Get("why"); why != ok {
				t.Fatal("a difference needs a reason")
			}
			toolkit, recorded := row.Get("toolkit")
			if !recorded {
				t.Fatal("not recorded yet: run this test with RECORD_PYTHON=python3, which must have chaostoolkit-lib")
			}
			if !ok {
				want = toolkit
			}
			got := outcome(t.Context(), fill(row, places).(*value.Map))
			if !same(want, got, places) {
				t.Errorf("got  %s\nwant %s", shown(got), shown(want))
			}
			if ok && same(toolkit, got, places) {
				t.Error("the toolkit does the same: this is no difference")
			}
		})
	}
}

func outcome(ctx context.Context, row *value.Map) *value.Map {
	named := func(key string) *value.Map {
		v, _ := row.Get(key)
		m, _ := v.(*value.Map)
		return m
	}
	p := providers()
	p.Variables = &variables.Variables{Configuration: named("configuration"), Secrets: named("secrets")}
	name, _ := row.Get("name")
	activity := value.MapOf("type", "probe", "name", name, "tolerance", int64(0), "provider", named("provider"))
	output, err := p.Perform(ctx, experiment.NewActivity(activity))
	var failed *experiment.Failed
	switch {
	case errors.As(err, &failed):
		return value.MapOf("failed", failed.Reason)
	case err != nil:
		return value.MapOf("unexpected", err.Error())
	}
	return value.MapOf("output", output)
}

// same compares outputs wholly, failures by the toolkit's first words, and of
// what is unexpected only that it is.
func same(want, got any, places map[string]string) bool {
	w, g := fill(want, places).(*value.Map), got.(*value.Map)
	if output, ok := w.Get("output"); ok {
		ours, _ := g.Get("output")
		return shown(output) == shown(asTable(undated(ours)))
	}
	if reason, ok := w.Get("failed"); ok {
		ours, _ := g.Get("failed")
		text, _ := ours.(string)
		return strings.HasPrefix(text, reason.(string))
	}
	return g.Has("unexpected") == w.Has("unexpected")
}

func undated(output any) any {
	if m, ok := output.(*value.Map); ok {
		if headers, _ := m.Get("headers"); headers != nil {
			headers.(*value.Map).Delete("Date")
		}
	}
	return output
}

// asTable replaces NaN and the infinities, which the table's JSON does not have,
// by their names.
func asTable(v any) any {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return shown(v)
		}
	case []any:
		for i, item := range v {
			v[i] = asTable(item)
		}
	case *value.Map:
		for key, item := range v.All() {
			v.Set(key, asTable(item))
		}
	}
	return v
}

// shown keeps the order of keys, which counts for headers.
func shown(v any) string { return value.JSON(v) }

// fill puts the places in.
func fill(v any, places map[string]string) any {
	text := shown(v)
	for name, place := range places {
		quoted, _ := json.Marshal(place)
		text = strings.ReplaceAll(text, "{"+name+"}", strings.Trim(string(quoted), `"`))
	}
	filled, err := value.ParseJSON([]byte(strings.ReplaceAll(text, "{id}", "replaying-")))
	if err != nil {
		panic(err)
	}
	return filled
}

func TestHTTPRecorded(t *testing.T) { replay(t, "testdata/http.json", places(t)) }

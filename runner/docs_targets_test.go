package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestKeysOfTargets compares the tables of docs/targets.md with the schema.
func TestKeysOfTargets(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("internal", "schema", "target.json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Required   []string
		Properties map[string]any
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	page, described := readPage(t, "docs/targets.md"), map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| (yes)? ?\\|").FindAllStringSubmatch(page, -1) {
		described[row[1]] = true
		if required := row[2] == "yes"; required != slices.Contains(schema.Required, row[1]) {
			t.Errorf("%s is required: %v", row[1], required)
		}
	}
	for key := range schema.Properties {
		if !described[key] {
			t.Errorf("the page has no row for %s", key)
		}
		delete(described, key)
	}
	for key := range described {
		t.Errorf("a target has no key %s", key)
	}
	compareWords(t, page, "(?m)^\\| `\\$\\{([a-z]+)\\}` \\|", string(text), "text")
	compareWords(t, page, "(?m)^\\| `\\$\\{([a-z]+)\\}` \\|.*\\| yes \\|$", string(text), "buildText")
}

// compareWords compares the words that a form finds in the page with those that a
// definition of the schema allows as ${word}.
func compareWords(t *testing.T, page, form, schema, definition string) {
	t.Helper()
	found := regexp.MustCompile(`"` + definition + `": \{\s+.*\n.*\(\?:([a-z|]+)\)`).FindStringSubmatch(schema)
	if found == nil {
		t.Fatalf("the schema has no %s with words", definition)
	}
	var words []string
	for _, row := range regexp.MustCompile(form).FindAllStringSubmatch(page, -1) {
		words = append(words, row[1])
	}
	if want := strings.Split(found[1], "|"); !slices.Equal(words, want) {
		t.Errorf("the page has the words %v, and the schema %v", words, want)
	}
}

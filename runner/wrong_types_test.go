package main_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// TestWrongTypes gives the built program an experiment in which one key after the
// other has a value of another type. Whether that is valid package check's tests
// know; here it must be said in a line, with the right exit code, and without a
// trace of Go.
func TestWrongTypes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("internal", "check", "testdata", "whole.json"))
	if err != nil {
		t.Fatal(err)
	}
	var tried, refused atomic.Int32
	t.Run("each", func(t *testing.T) {
		mutations(t, text, func(name string, mutated []byte) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				tried.Add(1)
				if isRefused(t, mutated) {
					refused.Add(1)
				}
			})
		})
	})
	if tried.Load() < 100 || refused.Load() < tried.Load()/3 {
		t.Errorf("of %d mutations %d were refused", tried.Load(), refused.Load())
	}
}

func isRefused(t *testing.T, mutated []byte) bool {
	path := filepath.Join(t.TempDir(), "experiment.json")
	if err := os.WriteFile(path, mutated, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(filepath.Join(programs, "runner"), "validate", path).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	refused := err != nil
	if refused && (exit.ExitCode() != 3 || !strings.Contains(string(out), "experiment.json:")) || strings.Contains(string(out), "goroutine") {
		t.Errorf("%v\n%s", err, out)
	}
	return refused
}

// mutations replaces each value within a document by a list in a list, which none
// of them is, and hands on what comes of it.
func mutations(t *testing.T, text []byte, try func(name string, mutated []byte)) {
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	replaced := func(path string, set func(any), was any) {
		set([]any{[]any{}})
		mutated, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		try(path, mutated)
		set(was)
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, item := range v {
				replaced(path+"."+key, func(to any) { v[key] = to }, item)
				walk(path+"."+key, item)
			}
		case []any:
			for i, item := range v {
				replaced(path+"."+strconv.Itoa(i), func(to any) { v[i] = to }, item)
				walk(path+"."+strconv.Itoa(i), item)
			}
		}
	}
	walk("", whole)
}

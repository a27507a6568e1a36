package provider

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

func TestPython(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("here", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := providers()
	p.Variables = &variables.Variables{Configuration: value.MapOf("name", "here")}
	call := func(module, function string, arguments any) *experiment.Activity {
		return activity("probe", "type", "python", "module", module, "func", function, "arguments", arguments)
	}
	noFile := "[Errno 2] No such file or directory"
	if runtime.GOOS == "windows" {
		noFile = "[WinError 2] " + strings.TrimSuffix(syscall.Errno(2).Error(), ".")
	}
	tests := []struct {
		what       string
		activity   *experiment.Activity
		want       any
		failed     string
		unexpected string
	}{
		{what: "a function", activity: call("os.path", "exists", value.MapOf("path", "${name}")), want: true},
		{what: "no arguments", activity: activity("probe", "type", "python", "module", "os", "func", "listdir"), want: "here"},
		{what: "one that raises", activity: call("os", "remove", value.MapOf("path", "no")),
			failed: "FileNotFoundError: " + noFile + ": 'no'"},
		{what: "a function that we lack", activity: call("os", "fork", nil), unexpected: "os.fork"},
		{what: "arguments that are no mapping", activity: call("os", "remove", []any{"no"}), unexpected: "write an object"},
	}
	for _, test := range tests {
		got, err := p.Perform(t.Context(), test.activity)
		if list, ok := got.([]any); ok {
			got = list[0]
		}
		var failed *experiment.Failed
		switch {
		case errors.As(err, &failed):
			if failed.Reason != test.failed {
				t.Errorf("%s: failed with %q, want %q", test.what, failed.Reason, test.failed)
			}
		case err != nil:
			if test.unexpected == "" || !strings.Contains(err.Error(), test.unexpected) {
				t.Errorf("%s: %v", test.what, err)
			}
		case got != test.want || test.failed+test.unexpected != "":
			t.Errorf("%s: got %v, want %v", test.what, got, test.want)
		}
	}
	if _, err := os.Stat(filepath.Join(".", "here")); err != nil {
		t.Error(err)
	}
}

// Only validation knows which types of providers there are. Without it the
// toolkit does nothing, and calls that a success.
func TestUnknownProvider(t *testing.T) {
	var log bytes.Buffer
	p := providers()
	p.Log = slog.New(slog.NewTextHandler(&log, nil))
	for _, kind := range []any{"magic", nil, int64(5)} {
		log.Reset()
		output, err := p.Perform(t.Context(), activity("action", "type", kind))
		if output != nil || err != nil || !strings.Contains(log.String(), "'a' did nothing") {
			t.Errorf("%v: got %v, %v, logged %q", kind, output, err, log.String())
		}
	}
	for _, a := range []*experiment.Activity{activity("action", "path", "true"), experiment.NewActivity(value.MapOf("name", "a"))} {
		if _, err := p.Perform(t.Context(), a); err == nil || !strings.Contains(err.Error(), "http, process or python") {
			t.Errorf("without a type: got %v", err)
		}
	}
}

package provider

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// The four benchmarks come in pairs: what an activity costs, and what the same
// costs a bare loop. The second of a pair is what the first is measured against.

func BenchmarkHTTP(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(answerShort))
	defer server.Close()
	p := New(&variables.Variables{}, slog.New(slog.DiscardHandler), &process.Owner{})
	probe := experiment.NewActivity(value.MapOf("type", "probe", "name", "p", "tolerance", int64(200),
		"provider", value.MapOf("type", "http", "url", server.URL+"/")))
	for b.Loop() {
		if _, err := p.Perform(b.Context(), probe); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTTPBare(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(answerShort))
	defer server.Close()
	for b.Loop() {
		answer, err := http.Get(server.URL + "/")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadAll(answer.Body); err != nil {
			b.Fatal(err)
		}
		answer.Body.Close()
	}
}

func answerShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	io.WriteString(w, "2026-01-02T03:04:05.678901")
}

func BenchmarkProcess(b *testing.B) {
	p := New(&variables.Variables{}, slog.New(slog.DiscardHandler), &process.Owner{})
	probe := experiment.NewActivity(value.MapOf("type", "action", "name", "p",
		"provider", value.MapOf("type", "process", "path", "true")))
	for b.Loop() {
		if _, err := p.Perform(b.Context(), probe); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProcessBare(b *testing.B) {
	path, err := exec.LookPath("true")
	if err != nil {
		b.Skip(err)
	}
	for b.Loop() {
		var stdout, stderr bytes.Buffer
		command := exec.Command(path)
		command.Stdout, command.Stderr = &stdout, &stderr
		if err := command.Run(); err != nil {
			b.Fatal(err)
		}
	}
}

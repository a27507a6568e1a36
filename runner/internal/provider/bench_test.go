package provider

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// The benchmarks measure an activity against a bare loop that does the same, in
// turns. They report how many times as long the activity takes, by the tenth of
// the rounds that whatever else the machine does disturbed least.

func BenchmarkHTTP(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(answerShort))
	defer server.Close()
	p := New(&variables.Variables{}, slog.New(slog.DiscardHandler), &process.Owner{})
	probe := experiment.NewActivity(value.MapOf("type", "probe", "name", "p", "tolerance", int64(200),
		"provider", value.MapOf("type", "http", "url", server.URL+"/")))
	anew := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: -1}}
	against(b, 100, func() error {
		_, err := p.Perform(b.Context(), probe)
		return err
	}, func() error { // a new connection for each request, as ours
		answer, err := anew.Get(server.URL + "/")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		_, err = io.ReadAll(answer.Body)
		return err
	})
}

func answerShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	io.WriteString(w, "2026-01-02T03:04:05.678901")
}

func BenchmarkProcess(b *testing.B) {
	path, err := exec.LookPath("true")
	if err != nil {
		b.Skip(err)
	}
	p := New(&variables.Variables{}, slog.New(slog.DiscardHandler), &process.Owner{})
	action := experiment.NewActivity(value.MapOf("type", "action", "name", "p",
		"provider", value.MapOf("type", "process", "path", "true")))
	against(b, 10, func() error {
		_, err := p.Perform(b.Context(), action)
		return err
	}, func() error {
		var stdout, stderr bytes.Buffer
		command := exec.Command(path)
		command.Stdout, command.Stderr = &stdout, &stderr
		return command.Run()
	})
}

// against does ours and then theirs, times times, for each iteration.
func against(b *testing.B, times int, ours, theirs func() error) {
	var mine, bare []time.Duration
	for b.Loop() {
		mine = append(mine, taken(b, times, ours))
		bare = append(bare, taken(b, times, theirs))
	}
	slices.Sort(mine)
	slices.Sort(bare)
	b.ReportMetric(float64(mine[len(mine)/10])/float64(bare[len(bare)/10]), "times-bare")
}

func taken(b *testing.B, times int, do func() error) time.Duration {
	start := time.Now()
	for range times {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

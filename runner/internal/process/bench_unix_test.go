//go:build unix

package process

import (
	"bytes"
	"os/exec"
	"slices"
	"testing"
	"time"
)

// BenchmarkRun runs a short command by turns owned and bare, and reports the
// median of each and what owning costs, as a ratio.
func BenchmarkRun(b *testing.B) {
	path, err := exec.LookPath("true")
	if err != nil {
		b.Skip(err)
	}
	o := guarded(b)
	owned := func() error {
		var stdout, stderr bytes.Buffer
		_, err := o.Run(b.Context(), Command{Args: []string{path}, Stdout: &stdout, Stderr: &stderr})
		return err
	}
	bare := func() error {
		var stdout, stderr bytes.Buffer
		cmd := exec.Command(path)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		return cmd.Run()
	}
	var times [2][]time.Duration
	for b.Loop() {
		for i, run := range []func() error{owned, bare} {
			begin := time.Now()
			if err := run(); err != nil {
				b.Fatal(err)
			}
			times[i] = append(times[i], time.Since(begin))
		}
	}
	for i, unit := range []string{"owned-ns", "bare-ns"} {
		slices.Sort(times[i])
		b.ReportMetric(float64(median(times[i])), unit)
	}
	b.ReportMetric(float64(median(times[0]))/float64(median(times[1])), "owned/bare")
}

func median(sorted []time.Duration) time.Duration { return sorted[len(sorted)/2] }

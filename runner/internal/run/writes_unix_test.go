//go:build unix

package run

import (
	"bufio"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/show"
)

// A run that is over says so while its journal is still being written.
func TestOnlyWrites(t *testing.T) {
	folder := t.TempDir()
	source, pipe := filepath.Join(folder, "e.json"), filepath.Join(folder, "pipe")
	text := `{"title": "t", "description": "` + strings.Repeat("d", 1<<20) + `", "method": []}`
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	both, err := os.OpenFile(pipe, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer both.Close()
	logged, log := io.Pipe()
	defer log.Close()
	r := &Runner{Processes: &process.Owner{}, Log: slog.New(slog.NewTextHandler(log, nil)), Mask: &show.Mask{}, Warn: func(problem.List) {}}
	said := make(chan bool, 1)
	go func() {
		for lines := bufio.NewScanner(logged); lines.Scan(); {
			if strings.Contains(lines.Text(), "Writing the journal: ") {
				select {
				case said <- true:
				default:
				}
			}
		}
	}()
	prepared, err := r.Prepare(t.Context(), Options{Source: source, JournalPath: pipe, Environment: os.LookupEnv})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := prepared.Run(t.Context(), t.Context())
		ended <- err
	}()
	if _, err := io.ReadFull(both, make([]byte, 1)); err != nil || !r.OnlyWrites() {
		t.Errorf("while the journal is written: %v, %v", r.OnlyWrites(), err)
	}
	<-said // as it takes more than a second
	go io.Copy(io.Discard, both)
	if err := <-ended; err != nil || r.OnlyWrites() {
		t.Errorf("afterwards: %v, %v", r.OnlyWrites(), err)
	}
}

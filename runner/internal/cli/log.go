package cli

import (
	"context"
	"log/slog"
	"strings"

	"chaosworkshop.example/runner/internal/engine"
)

// logHandler writes "[2026-11-22 14:30:00 INFO] message".
type logHandler struct {
	console *console
	level   slog.Level
}

func (h logHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }
func (h logHandler) WithAttrs([]slog.Attr) slog.Handler           { return h }
func (h logHandler) WithGroup(string) slog.Handler                { return h }

func (h logHandler) Handle(_ context.Context, r slog.Record) error {
	word := levelWord(r.Level)
	switch {
	case r.Level >= slog.LevelError:
		word = h.console.errStyle.reverse(word)
	case r.Level >= slog.LevelWarn:
		word = h.console.errStyle.bold(word)
	}
	// A continuation line must not look like a line of its own.
	message := strings.ReplaceAll(h.console.mask.Screen(r.Message), "\n", "\n    ")
	h.console.print(h.console.err, "["+r.Time.Format("2006-01-02 15:04:05 ")+word+"] "+message)
	return nil
}

func levelWord(l slog.Level) string {
	switch {
	case l >= engine.LevelCritical:
		return "CRITICAL"
	case l >= slog.LevelError:
		return "ERROR"
	case l >= slog.LevelWarn:
		return "WARNING"
	case l >= slog.LevelInfo:
		return "INFO"
	}
	return "DEBUG"
}

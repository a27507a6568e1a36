package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/settings"
	"chaosworkshop.example/runner/internal/value"
)

// logHandler writes a log in the toolkit's shape, on the console and in the log file.
type logHandler struct{ *console }

func (h logHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h logHandler) WithGroup(string) slog.Handler      { return h }
func (h logHandler) Enabled(_ context.Context, l slog.Level) bool {
	return l >= h.level || h.story && l >= slog.LevelInfo || h.file != nil && l >= h.atLeast
}

func (h logHandler) Handle(_ context.Context, r slog.Record) error {
	r.Message = h.withoutOthers(r.Message)
	word := h.errStyle.level(r.Level)(levelWord(r.Level))
	h.entry(r, logLine(r.Time, word, h.mask.Screen(r.Message)))
	return nil
}

// entry writes an entry of the log to the log file and the console. The console gets
// text, unless its log is JSON.
func (c *console) entry(r slog.Record, text string) {
	c.keep(r)
	if c.json {
		text = c.jsonLine(r)
	}
	if !c.retold(r) && r.Level >= c.level {
		c.print(c.err, text)
	}
}

// logLine is "[2026-11-22 14:30:00 INFO] message". Its further lines are indented,
// so that they do not look like entries.
func logLine(at time.Time, level, message string) string {
	return "[" + at.Format("2006-01-02 15:04:05 ") + level + "] " + indented(message, 4)
}

// levels are the names of the log's levels, lowest first. As numbers of slog they
// are four apart, and info is 0.
var levels = []string{"debug", "info", "warning", "error", "critical"}

// logLevels are the values of --log-file-level.
var logLevels = levels[:4]

func levelWord(l slog.Level) string { return strings.ToUpper(levels[l/4+1]) }

// openLogFile opens the file of --log-file.
func (s *session) openLogFile(name string) error {
	// O_NONBLOCK: a pipe without a reader is an error, instead of waiting for one.
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY|syscall.O_NONBLOCK, 0o644)
	if err != nil {
		if errors.Is(err, syscall.ENXIO) {
			return usage("the file of --log-file, "+name+", is a pipe that nobody reads", "name a file")
		}
		return problem.Wrap(problem.Usage, err, "the file of --log-file cannot be opened", "check the folder and its permissions, or name another file")
	}
	s.console.file = &output{file: f, hurry: s.console.hurried}
	// Without the flag this is one level below debug.
	s.console.atLeast = slog.Level(4 * (slices.Index(logLevels, s.options.logFileLevel) - 1))
	return nil
}

func (c *console) closeFile() {
	if log, is := c.file.(*output); is {
		log.file.Close()
	}
}

// keep writes an entry into the log file, with the file and line of our code. If one
// entry cannot be written, no more are tried.
func (c *console) keep(r slog.Record) {
	if c.file == nil || r.Level < c.atLeast {
		return
	}
	message := c.mask.Lines(r.Message)
	if module, line := origin(r); line > 0 {
		message = fmt.Sprintf("[%s:%d] %s", module, line, message)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full {
		return
	}
	if _, err := io.WriteString(c.file, logLine(r.Time, levelWord(r.Level), message)+"\n"); err != nil {
		c.full = true
		io.WriteString(c.err, c.mask.Screen("runner: the log file ends here: "+err.Error()+"; check free space\n"))
	}
}

// jsonLine is an entry with the keys that the toolkit's JSON log has.
func (c *console) jsonLine(r slog.Record) string {
	module, line := origin(r)
	message := value.JSON(c.mask.Lines(r.Message))
	return fmt.Sprintf(`{"process":%d,"asctime":"%s","levelname":"%s","module":"%s","lineno":%d,`+
		`"message":%s,"context_id":"%s","timestamp":"%s"}`,
		os.Getpid(), r.Time.Format("2006-01-02 15:04:05,000"), levelWord(r.Level), module, line,
		message, c.run, r.Time.UTC().Format("2006-01-02T15:04:05.000000+00:00"))
}

// origin is the file of our code, without its ending, and the line that an entry
// comes from; the line is 0 where that is not known.
func origin(r slog.Record) (module string, line int) {
	frame, _ := runtime.CallersFrames([]uintptr{r.PC}).Next()
	if frame.File == "" {
		return "cli", 0
	}
	return strings.TrimSuffix(path.Base(frame.File), ".go"), frame.Line
}

// openFiles opens the log file; an empty path is none. It refuses to write the log or a
// run's journal into a file that the command reads, or both into one file.
func (s *session) openFiles(log string, runs bool, args []string) error {
	o, page := s.options.run, ""
	if runs {
		page = o.report
	}
	read := slices.Concat(args, o.controlFiles, o.variableFiles,
		[]string{cmp.Or(s.options.settings, settings.DefaultPath(s.world.Environment)), o.Python})
	for _, path := range read {
		switch {
		case log != "" && same(log, path):
			return usage("the log would be written into "+path, "name another file with --log-file")
		case runs && same(o.JournalPath, path):
			return usage("the journal would replace "+path, "name another file with --journal-path")
		case page != "" && same(page, path):
			return usage("the report would replace "+path, "name another file with --report")
		}
	}
	_, unknown := formatOf(page)
	switch {
	case page != "" && (same(page, o.JournalPath) || log != "" && same(page, log)):
		return usage("the report would be written into the journal or the log, "+page, "name another file with --report")
	case unknown != nil:
		return unknown
	case page != "" && isPipe(page):
		return usage("the report cannot be written into the pipe "+page, "name a file with --report")
	case page != "" && isFull(page):
		return usage("the report cannot be written to "+page, "name a file with --report")
	case page != "" && isFolder(page):
		return usage("the report cannot be written: "+page+" is a folder", "name a file with --report")
	case page != "" && !isFolder(filepath.Dir(page)):
		return usage("the folder of the report "+page+" does not exist", "create it, or name another file with --report")
	case log == "":
		return nil
	case runs && same(log, o.JournalPath):
		return usage("the log would be written into the journal "+o.JournalPath, "name another file with --log-file")
	}
	return s.openLogFile(log)
}

// isPipe tells whether a path is that of a named pipe, which somebody may read, or nobody.
func isPipe(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&fs.ModeNamedPipe != 0
}

// isFull tells whether a path is that of a device that takes nothing, as /dev/full.
func isFull(path string) bool {
	info, err := os.Stat(path)
	if err != nil || info.Mode()&fs.ModeDevice == 0 {
		return false
	}
	device, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return true
	}
	defer device.Close()
	_, err = device.Write(nil)
	return err != nil
}

// same tells whether two paths name one file, be it there or not. A device is no such file:
// it keeps nothing that could be lost.
func same(a, b string) bool {
	first, err := os.Stat(a)
	second, err2 := os.Stat(b)
	if err != nil && err2 != nil {
		return leadsTo(a) == leadsTo(b)
	}
	return err == nil && err2 == nil && first.Mode().IsRegular() && os.SameFile(first, second)
}

// leadsTo is what a path that is not there leads to, through all links.
func leadsTo(path string) string {
	path = whole(path)
	for range 40 { // as many as Linux follows
		if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
			path = filepath.Join(folder, filepath.Base(path))
		}
		next, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(path), next)
		}
		path = next
	}
	return path
}

// whole is a path from the root; empty for an empty one.
func whole(path string) string {
	if whole, err := filepath.Abs(path); err == nil && path != "" {
		return whole
	}
	return path
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

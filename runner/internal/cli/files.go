package cli

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"

	"chaosworkshop.example/runner/internal/settings"
)

// openFiles opens the log file; an empty path is none. It refuses to write the log or a
// run's journal into a file that the command reads, or both into one file.
func (s *session) openFiles(log string, runs bool, args []string) error {
	o := s.options.run
	read := slices.Concat(args, o.controlFiles, o.variableFiles,
		[]string{cmp.Or(s.options.settings, settings.DefaultPath(s.world.Environment)), o.Python})
	for _, path := range read {
		switch {
		case log != "" && same(log, path):
			return usage("the log would be written into "+path, "name another file with --log-file")
		case runs && same(o.JournalPath, path):
			return usage("the journal would replace "+path, "name another file with --journal-path")
		case runs && o.report != "" && same(o.report, path):
			return usage("the report would replace "+path, "name another file with --report")
		}
	}
	switch {
	case runs && o.report != "" && (same(o.report, o.JournalPath) || log != "" && same(o.report, log)):
		return usage("the report would be written into the journal or the log, "+o.report, "name another file with --report")
	case runs && o.report != "" && formatted(o.report) != nil:
		return formatted(o.report)
	case runs && o.report != "" && !isFolder(filepath.Dir(o.report)):
		return usage("the folder of the report "+o.report+" does not exist", "create it, or name another file with --report")
	case log == "":
		return nil
	case runs && same(log, o.JournalPath):
		return usage("the log would be written into the journal "+o.JournalPath, "name another file with --log-file")
	}
	return s.openLogFile(log)
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

package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/report"
)

// The names of pages beside a journal: of its run, and of several side by side.
const reportFile, comparedFile = "report.html", "compared.html"

// summaryVariable names the file that GitHub shows as the summary of a job.
const summaryVariable = "GITHUB_STEP_SUMMARY"

func (s *session) reportCommand() *cobra.Command {
	o := &s.options.report
	c := &cobra.Command{
		Use: "report JOURNAL...", Short: "make a page of one journal, or of several side by side",
		Example: "runner report .workshop/journal.json\nrunner report weak/journal.json resilient/journal.json -o both.html\n" +
			"runner report --format junit journal.json >junit.xml",
		ValidArgsFunction: cobra.FixedCompletions([]string{"json"}, cobra.ShellCompDirectiveFilterFileExt),
		RunE:              func(_ *cobra.Command, args []string) error { return s.report(args) },
	}
	c.Flags().StringVarP(&o.output, "output", "o", "", "write the report into `FILE`, or - for standard output (default: for a page report.html or compared.html beside the last journal, else standard output)")
	word(c, c.Flags(), &o.format, "format", "the `FORM` of the report: "+join(reportFormats)+"; markdown is also appended to the file that "+summaryVariable+" names (default: as the name of FILE ends, else html)", reportFormats)
	return c
}

var reportFormats = []string{"html", "markdown", "junit", "json"}

// report makes a report of journals. Markdown is also appended to the summary of a CI job.
func (s *session) report(journals []string) error {
	if len(journals) == 0 {
		return usage("report takes at least one journal", "name the file that a run has written, as in "+filepath.Join(".workshop", "journal.json"))
	}
	o := s.options.report
	if format, err := formatOf(o.output); o.format == "" && err != nil {
		return err
	} else if o.format == "" {
		o.format = format
	}
	summary := s.summaryOf(o.format)
	switch {
	case o.output != "" || o.format != "html":
	case len(journals) > 1:
		o.output = filepath.Join(filepath.Dir(journals[len(journals)-1]), comparedFile)
	default:
		o.output = filepath.Join(filepath.Dir(journals[0]), reportFile)
	}
	var runs []played
	for _, journal := range journals {
		switch {
		case o.output != "" && same(o.output, journal):
			return usage("the report would replace the journal "+journal, "name another file with --output")
		case summary != "" && same(summary, journal):
			return usage("the report would be appended to the journal "+journal, "set "+summaryVariable+" to another file")
		}
		runs = append(runs, played{journal: journal})
	}
	text, err := s.reportOf(o.format, report.Report{}, runs...)
	if err != nil {
		return err
	}
	said := string(text)
	if o.output != "" && o.output != "-" {
		if err := writeWhole(o.output, text); err != nil {
			return unwrittenReport(o.output, err)
		}
		said = s.console.mask.Line(o.output, 0)
	}
	s.console.result(said)
	return s.appendTo(summary, text)
}

// summaryOf is the file to which a report is appended, too; empty for none.
func (s *session) summaryOf(format string) string {
	if format != "markdown" {
		return ""
	}
	summary, _ := s.world.Environment(summaryVariable)
	return summary
}

// formatOf is the format that the name of a file asks for.
func formatOf(file string) (string, error) {
	end := strings.ToLower(filepath.Ext(file))
	format := map[string]string{"": "html", ".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".xml": "junit", ".json": "json"}[end]
	if format == "" {
		return "", usage("there is no report whose name ends in "+end, "let it end in .html, .md, .xml or .json")
	}
	return format, nil
}

// played is a run that a report tells of.
type played struct {
	journal string // its file
	name    string // empty for that of its folder
	wants   string // what its task asks of it, in words
}

// reportOf is a report of runs, which completes r.
func (s *session) reportOf(format string, r report.Report, runs ...played) ([]byte, error) {
	r.Mask = s.console.mask
	for _, p := range runs {
		run, err := report.Read(p.journal)
		if err != nil {
			return nil, err
		}
		s.console.mask.Learn(run.Secrets())
		run.Name, run.Wants = cmp.Or(p.name, run.Name), p.wants
		run.Verdict.Next = cmp.Or(s.nextOfKilled(p.journal), run.Verdict.Next)
		r.Runs = append(r.Runs, run)
	}
	switch format {
	case "markdown":
		return r.Markdown(), nil
	case "junit":
		return r.JUnit()
	case "json":
		return r.JSON()
	}
	return r.HTML()
}

// writeReport makes a report of runs, in the format that its name asks for.
func (s *session) writeReport(path string, r report.Report, runs ...played) error {
	format, err := formatOf(path)
	if err != nil {
		return err
	}
	text, err := s.reportOf(format, r, runs...)
	if err != nil {
		return err
	}
	if err := writeWhole(path, text); err != nil {
		return unwrittenReport(path, err)
	}
	return s.appendTo(s.summaryOf(format), text)
}

// beside makes a page of runs beside the journal of the last, and returns where it is. What is wrong
// with it is said, and spoils nothing: the page is not the result.
func (s *session) beside(name string, r report.Report, runs ...played) (path string, lost error) {
	if len(runs) == 0 {
		return "", nil
	}
	path = filepath.Join(filepath.Dir(runs[len(runs)-1].journal), name)
	if lost = s.writeReport(path, r, runs...); lost != nil {
		s.console.problems(lost)
		return "", lost
	}
	return s.nearby(path), nil
}

// appendTo appends a report to a file, if there is one that gets it.
func (s *session) appendTo(path string, text []byte) error {
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY|syscall.O_NONBLOCK, 0o644)
	if err == nil {
		_, err = f.Write(text)
		err = cmp.Or(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("the summary %s, which %s names: %w", path, summaryVariable, unwrittenReport("", err))
	}
	s.console.note("the report was appended to %s, the file of %s", path, summaryVariable)
	return nil
}

// unwrittenReport is the problem of a report that could not be written to a path; empty where what stands around it names it.
func unwrittenReport(path string, err error) error {
	what := strings.TrimSpace("the report "+path) + " cannot be written"
	var failed *fs.PathError
	if errors.As(err, &failed) { // its path may be that of a draft
		err = failed.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return usage(what+": its folder does not exist", "create the folder, or name another file")
	}
	do := "name another file"
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS) {
		do = "check free space and permissions of its folder"
	}
	return problem.Wrap(problem.NoVerdict, err, what, do)
}

// writeWhole writes a file that is whole or not there. A link stays, and what is no ordinary file is
// written to as it is.
func writeWhole(path string, text []byte) error {
	if linked, err := filepath.EvalSymlinks(path); err == nil {
		path = linked
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().IsRegular() {
		return atomicfile.WriteFile(path, text, 0o644)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0) // else a pipe would wait for a reader, perhaps for ever
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return cmp.Or(err, f.Close())
}

package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/target"
)

// targetsCommand lists the targets with their titles.
func (s *session) targetsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "targets [TARGET...]", Short: "list the targets, and what they are",
		Example:           "runner targets",
		ValidArgsFunction: s.completeTargets,
		RunE:              func(_ *cobra.Command, args []string) error { return s.listTargets(args) },
	}
	s.rootFlag(c)
	return c
}

// completeTargets completes the names of targets.
func (s *session) completeTargets(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	root, _ := s.root() // without one there is nothing to complete
	names, _ := target.List(filepath.Join(root, "targets"))
	return names, cobra.ShellCompDirectiveNoFileComp
}

// listTargets shows the targets of these names, or all of them. One that cannot be read is
// shown too, with what is wrong.
func (s *session) listTargets(names []string) error {
	root, err := s.root()
	if err != nil {
		return err
	}
	folder := filepath.Join(root, "targets")
	if len(names) == 0 {
		if names, err = target.List(folder); err != nil {
			return err
		}
	}
	width := 0
	for _, name := range names {
		width = max(width, len(name))
	}
	var all problem.List
	for _, name := range names {
		path, err := target.Find(folder, name)
		if err != nil {
			return err
		}
		t, found := target.Load(path)
		all = append(all, found...)
		title := "not valid: see the errors"
		if t != nil {
			title = t.Title
		}
		s.console.result(fmt.Sprintf("%-*s  %s", width, name, s.console.mask.Screen(title)))
	}
	if len(names) == 0 {
		s.console.result("there are no targets yet: write " + filepath.Join(folder, "NAME.yaml"))
	}
	wrong, warnings := all.Split()
	s.console.problems(warnings)
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// isTarget tells whether a file describes a target: by its folder, or by two of a target's keys, as
// one may be misspelt.
func isTarget(path string) bool {
	if ext := filepath.Ext(path); ext != ".yaml" && ext != ".yml" || strings.Contains(path, "://") {
		return false
	}
	if info, err := os.Stat(path); err == nil && info.Size() > 1<<20 {
		return false // a target has a few lines, and to read this takes time
	}
	doc, _ := document.Read(path)
	m := doc.Map()
	if doc == nil || m.Has("method") || m.Has("steady-state-hypothesis") {
		return false
	}
	full, _ := filepath.Abs(path) // without it, the keys decide
	start, ready, experiment := m.Has("start") || m.Has("url") || m.Has("up"), m.Has("ready"), m.Has("experiment")
	return filepath.Base(filepath.Dir(full)) == "targets" || start && ready || (start || ready) && experiment
}

// validateTarget checks the file of a target, and its experiment.
func (s *session) validateTarget(ctx context.Context, o run.Options) error {
	t, found := target.Load(o.Source)
	if t == nil {
		return found
	}
	s.console.problems(found)
	root, err := s.root()
	if err != nil {
		return err
	}
	if err := s.sourceIsThere(root, t); err != nil {
		return err
	}
	t = t.In(target.Places{Root: root, Bin: root, Run: root, Port: max(t.Port, 1)})
	o.Source = s.nearby(t.Experiment)
	if _, missing := document.Text(o.Source); missing != nil {
		missing[0].What = "the experiment " + o.Source + " " + missing[0].What
		missing[0].At = t.At("experiment")
		return missing
	}
	o.Environment = t.Lookup(o.Environment)
	if err := s.experiments.Validate(ctx, o); err != nil {
		return err
	}
	s.log.Info("the target " + strconv.Quote(t.Name) + " and its experiment look valid")
	return nil
}

// sourceIsThere finds out whether the file that learners change exists, and the file as it came.
func (s *session) sourceIsThere(root string, t *target.Target) error {
	here := t.In(target.Places{Root: root})
	for _, f := range []struct{ key, written, file, do string }{
		{"original", t.Original, here.Original, "correct the path, which begins at the project's folder; or get the file again, from where this project came"},
		{"source", t.Source, here.Source, s.command("reset", t.Name) + " brings it back; or correct the path, which begins at the project's folder"},
	} {
		if f.written != "" && !isThere(f.file) {
			return problem.List{{At: t.At(f.key), Code: problem.Invalid, What: "the file " + f.written + " is not there", Do: f.do}}
		}
	}
	return nil
}

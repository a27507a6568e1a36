package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/target"
)

// startCommand is the book's first terminal: a service that runs until it is stopped.
func (s *session) startCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "start TARGET", Short: "start only the service, until you press Ctrl-C",
		Example:           "runner start weak\nrunner start resilient --port 9090",
		ValidArgsFunction: s.completeTargets,
		RunE: func(c *cobra.Command, args []string) error {
			if err := one(c, args, "the name of a target"); err != nil {
				return err
			}
			return s.start(args)
		},
	}
	s.portFlag(c, "let the service use this `PORT` (default: the target's own)", 1, "give a number from 1 to 65535")
	s.rootFlag(c)
	return c
}

// start starts a service in the folder of its experiment, where the experiment looks for its file.
func (s *session) start(names []string) error {
	root, targets, err := s.toStart(names)
	if err != nil {
		return err
	}
	t := targets[0]
	if t.URL != "" {
		return usage(t.Name+" runs already, at "+t.URL, s.command("demo", t.Name)+" runs its experiment")
	}
	ctx, _, release := s.interruptible(false)
	defer release()
	port := cmp.Or(s.options.port, t.Port)
	port, free, err := target.Reserve(port, port != 0)
	if p := new(problem.Problem); errors.As(err, &p) {
		p.Do = "stop the other program, or name another port with --port"
		if slices.Contains([]string{"weak", "resilient", "weak-python", "resilient-python"}, t.Name) {
			p.Do = s.sentence("stop the other program, or use another port, here and in the other terminal:\n{start " + t.Name + " OTHER}\n{experiment OTHER}")
		}
	}
	if err != nil {
		return err
	}
	defer free()
	places := target.Places{Root: root, Port: port}
	places.Run = filepath.Dir(t.In(places).Experiment)
	service, err := t.In(places).Begin(ctx, target.Setting{Owner: &s.processes, Slow: s.console.Waiting, Say: s.console.Line})
	if err != nil {
		return s.notBegun(ctx, err)
	}
	s.console.note("%s runs on port %d; stop it with Ctrl-C", t.Name, port)
	died := service.Wait(ctx)
	if err := s.notTakenDown(service.End(context.Background())); err != nil {
		return err
	}
	return cmp.Or(died, error(stoppedBy(ctx)))
}

// experimentCommand is the book's second terminal.
func (s *session) experimentCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "experiment [FILE]", Short: "run the experiment of the chapter, or the one in FILE",
		Example:           "runner experiment\nrunner experiment --port 9090\nrunner experiment mine.yaml",
		ValidArgsFunction: completeFiles,
		RunE: func(c *cobra.Command, args []string) error {
			root, err := s.root()
			if err != nil {
				return err
			}
			o := &s.options.run
			if !c.Flags().Changed("max-time") {
				o.maxTime = maxTime
			}
			o.JournalPath, o.report = filepath.Join(root, ".workshop", "journal.json"), filepath.Join(root, ".workshop", "report.html")
			if err := os.MkdirAll(filepath.Dir(o.JournalPath), 0o755); err != nil {
				return problem.Wrap(problem.Usage, err, "the folder for journals cannot be made", "check free space and permissions of the project's folder")
			}
			if port := s.options.port; port > 0 {
				os.Setenv("EXCHANGE_PORT", strconv.Itoa(port))
			}
			if len(args) == 0 {
				args = []string{"experiment.json"}
				if err := os.Chdir(filepath.Join(root, "chapter5")); err != nil {
					return usage("the experiment of the chapter is not there: "+err.Error(), "name the file of an experiment")
				}
				if !renameReplaces {
					s.makeWay()
				}
			}
			if err := s.openFiles("", true, args); err != nil {
				return err
			}
			return s.run(c, args)
		},
	}
	s.portFlag(c, "the service uses this `PORT` (default: 8080)", 1, "give a number from 1 to 65535")
	maxTimeFlag(c.Flags(), &s.options.run.maxTime, "60")
	s.rootFlag(c)
	return c
}

// makeWay removes what the chapter's experiment has moved away before, where it would be in its way now.
func (s *session) makeWay() {
	if isThere(exchangeFile) && isThere(awayFile) && os.Remove(awayFile) == nil {
		s.console.note("%s, which the last run has left, was removed: on Windows, the experiment could not move the file there", awayFile)
	}
}

// Package cli is the program as people meet it: commands, flags, console. It
// binds the other packages together, and it is the only one that prints.
package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/pflag"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/python/worker"
)

// World is everything that the program sees and touches besides files.
type World struct {
	Args                  []string // without the program's own name
	Stdin, Stdout, Stderr *os.File
	Environment           func(name string) (string, bool)
	Signals               <-chan os.Signal
}

// command is one word that the program understands.
type command struct {
	name, arguments, summary string
	hidden                   bool
	run                      func(s *session, args []string) error
	flags                    func(s *session, f *pflag.FlagSet)
}

// commands are all of them, in the order in which a learner needs them.
func commands() []command {
	return []command{
		{name: "demo", arguments: "TARGET...", summary: "start a target, run its experiment, say what it shows", run: demo, flags: demoFlags},
		{name: "run", arguments: "EXPERIMENT", summary: "run an experiment against what is there", run: runCommand, flags: runFlags},
		{name: "validate", arguments: "EXPERIMENT", summary: "find everything that is wrong with an experiment", run: validate, flags: validateFlags},
		{name: "schema", arguments: "[KIND]", summary: "print what an editor needs to check an experiment, or a target", run: schemaCommand},
		{name: "stop", summary: "end what a killed demo has left behind", run: stop, flags: rootFlags},
		{name: guardCommand, hidden: true, run: guard},
	}
}

// Run runs the program and returns its exit code.
func Run(w World) int {
	s := &session{world: w, raised: make(chan string, 4)}
	s.here, _ = os.Getwd() // without it, paths are shown whole
	s.console = newConsole(w, "")
	err := s.dispatch()
	s.close()
	if s.console.lost != nil {
		s.console.problems(problem.Wrap(problem.NoVerdict, s.console.lost, "what was asked for could not be written", "make room, or write it elsewhere"))
		return problem.NoVerdict
	}
	var code exitCode
	switch {
	case err == nil:
		return problem.OK
	case errors.As(err, &code):
		return int(code)
	}
	s.console.problems(err)
	return problem.Code(err)
}

// exitCode ends the program without another word: all has been said.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// session is one call of the program.
type session struct {
	world     World
	console   *console
	options   options
	processes *process.Owner // see owner
	worker    *worker.Worker // see python
	raised    chan string    // signals that Python code sent to itself
	lines     chan answer    // see line
	deserted  bool           // nobody is asked any more: see askRoom
	here      string         // the folder in which the user stands
}

// options are what all flags together can say.
type options struct {
	help, version, verbose     bool
	color, changeDir, settings string
	run                        runOptions
	root                       string
	port                       int
}

// close ends what was started for this call: Python first, which may leave
// something running that is meant to stay.
func (s *session) close() {
	ctx, _, release := s.interruptible()
	defer release()
	if s.worker != nil {
		s.worker.Close(ctx)
	}
	if s.processes != nil {
		s.processes.Close()
	}
}

func (s *session) dispatch() error {
	global := s.flagSet(command{flags: func(*session, *pflag.FlagSet) {}})
	global.SetInterspersed(false)
	if err := global.Parse(s.world.Args); err != nil {
		return usage(err.Error(), "see 'runner --help'")
	}
	name := global.Arg(0)
	if err := s.useColor(); err != nil {
		return err
	}
	switch {
	case s.options.version:
		s.console.result(versionLine())
		return nil
	case name == "" && !s.options.help:
		s.console.help(overview())
		return exitCode(problem.Usage)
	case name == "" || name == "help":
		s.console.result(overview())
		return nil
	}
	c, err := find(name)
	if err != nil {
		return err
	}
	return s.perform(c, global.Args()[1:])
}

func find(name string) (command, error) {
	var names []string
	for _, c := range commands() {
		if c.name == name {
			return c, nil
		}
		if !c.hidden {
			names = append(names, c.name)
		}
	}
	do := "choose one of: " + join(names)
	if near := problem.Near(name, names); len(near) > 0 {
		do = "did you mean '" + near[0] + "'?"
	}
	return command{}, usage(fmt.Sprintf("there is no command %q", name), do)
}

func (s *session) perform(c command, args []string) error {
	flags := s.flagSet(c)
	if err := flags.Parse(args); err != nil {
		return usage(err.Error(), fmt.Sprintf("see 'runner %s --help'", c.name))
	}
	if s.options.help {
		s.console.result(manual(c, flags))
		return nil
	}
	if err := s.useColor(); err != nil {
		return err
	}
	if err := s.changeDir(); err != nil {
		return err
	}
	return c.run(s, flags.Args())
}

// flagSet has the flags of a command and the global ones, which the toolkit
// wants before the command and we take on both sides.
func (s *session) flagSet(c command) *pflag.FlagSet {
	f := pflag.NewFlagSet(c.name, pflag.ContinueOnError)
	f.Usage = func() {}
	f.SortFlags = false
	if c.flags != nil {
		c.flags(s, f)
	}
	o := &s.options
	f.BoolVarP(&o.help, "help", "h", o.help, "show this")
	f.BoolVar(&o.version, "version", o.version, "show the version")
	f.BoolVar(&o.verbose, "verbose", o.verbose, "say more: what each activity returned")
	f.StringVar(&o.changeDir, "change-dir", o.changeDir, "move to `FOLDER` first; all paths count from there")
	f.StringVar(&o.settings, "settings", o.settings, "the toolkit's settings `FILE` (default: .chaostoolkit/settings.yaml in your home folder)")
	f.StringVar(&o.color, "color", o.color, "colour `WHEN`: always, never or auto (a terminal, unless NO_COLOR is set)")
	return f
}

func (s *session) useColor() error {
	when := s.options.color
	if !slices.Contains([]string{"", "auto", "always", "never"}, when) {
		return usage(fmt.Sprintf("--color does not know %q", when), "choose always, never or auto")
	}
	s.console = newConsole(s.world, when)
	return nil
}

func (s *session) changeDir() error {
	if s.options.changeDir == "" {
		return nil
	}
	s.console.log(s.options.verbose).Warn("Moving to " + s.options.changeDir)
	if err := os.Chdir(s.options.changeDir); err != nil {
		return problem.Wrap(problem.Usage, err, "cannot move to the folder of --change-dir", "name a folder that exists")
	}
	return nil
}

func usage(what, do string) error { return problem.New(problem.Usage, what, do) }

// Package cli is the program as people meet it: commands, flags, console. It puts
// the other packages together, and it is the only one that prints.
package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/run"
)

// World is everything that the program sees and touches besides files.
type World struct {
	Args                  []string // without the program's own name
	Stdin, Stdout, Stderr *os.File
	Environment           func(name string) (string, bool) // as os.LookupEnv
	Signals               <-chan os.Signal                 // those that stop a run; nil: none come
}

// Run runs the program and returns its exit code. Everything that it started is
// ended by then.
func Run(w World) int {
	s := &session{world: w, raised: make(chan string, 4), asking: make(chan struct{}, 1), console: newConsole(w)}
	s.here, _ = os.Getwd() // without it, paths are shown whole
	s.log = s.console.log()
	err := s.execute()
	s.close()
	if lost := s.console.lost; lost != nil {
		s.console.problems(problem.Wrap(problem.NoVerdict, lost, "the result could not be written", "check free space, or write it to another place"))
		return problem.NoVerdict
	}
	var code exitCode
	if errors.As(err, &code) {
		return int(code)
	}
	if err != nil {
		s.console.problems(err)
	}
	return problem.Code(err)
}

// exitCode ends the program without another word: everything has been said.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// session is one call of the program.
type session struct {
	world       World
	console     *console
	log         *slog.Logger
	options     options
	processes   *process.Owner // see owner
	experiments *run.Runner    // see runner
	raised      chan string    // signals that Python code sent to the runner
	lines       chan answer    // see line
	asking      chan struct{}  // held while a question is open: see askUser
	unattended  bool           // nobody is asked any more: see askUser
	here        string         // the folder in which the user stands
}

// options are what all flags together can say.
type options struct {
	version, verbose, noLogFile             bool
	changeDir, settings, logFile, logFormat string
	logFileLevel                            string
	run                                     runOptions
	root                                    string
	port                                    int
}

// execute finds the command and runs it. What is wrong with the command line is a
// usage problem.
func (s *session) execute() error {
	root := s.rootCommand()
	root.SetArgs(append([]string{}, s.world.Args...)) // nil would be os.Args
	c, err := root.ExecuteC()
	return usageOf(c, err)
}

// begin does what the global flags say, before any command.
func (s *session) begin(c *cobra.Command, args []string) error {
	o := &s.options
	if o.version {
		s.console.result(versionLine())
		return exitCode(problem.OK)
	}
	if o.verbose {
		s.console.level = slog.LevelDebug
	}
	if o.logFormat == "json" {
		s.console.setJSON()
	}
	path, err := filepath.Abs(o.logFile) // it stays where the user stands
	if err != nil {
		return problem.Wrap(problem.Usage, err, "the log file cannot be found", "give its whole path")
	}
	if o.changeDir != "" {
		if err := os.Chdir(o.changeDir); err != nil {
			return problem.Wrap(problem.Usage, err, "cannot move to the folder of --change-dir", "name a folder that exists")
		}
	}
	if o.logFile != "" && !o.noLogFile {
		if err := s.openLogFile(path, args); err != nil {
			return err
		}
	}
	if c.HasParent() {
		s.log.Debug("Running command '" + c.Name() + "'")
	}
	if o.changeDir != "" {
		s.log.Warn("Moving to " + o.changeDir)
	}
	return nil
}

// openLogFile opens the file of --log-file. Lines are appended to it, so it must
// be none of the files that the command reads or writes.
func (s *session) openLogFile(path string, args []string) error {
	for _, other := range append(args, s.options.run.journalPath) {
		if same(path, other) {
			return usage("the log would be written into "+other, "name another file with --log-file")
		}
	}
	if err := s.console.openLogFile(path, s.options.logFileLevel); err != nil {
		return problem.Wrap(problem.Usage, err, "the file of --log-file cannot be opened", "check the folder and its permissions, or name another file")
	}
	return nil
}

// close ends what was started for this call: Python first, which may leave
// something running that is meant to stay.
func (s *session) close() {
	ctx, _, release := s.interruptible()
	defer release()
	if s.experiments != nil {
		s.experiments.Close(ctx)
	}
	if s.processes != nil {
		s.processes.Close()
	}
}

func usage(what, do string) error { return problem.New(problem.Usage, what, do) }

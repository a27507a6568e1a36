// Package cli is the program as people meet it: commands, flags, console. It puts
// the other packages together, and it is the only one that prints.
package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/problem"
)

// World is what the program gets from the operating system, so that tests can replace it.
type World struct {
	Args                  []string // without the program's own name
	Stdin, Stdout, Stderr *os.File
	Environment           func(name string) (string, bool) // as os.LookupEnv
	Signals               <-chan os.Signal                 // those that stop a run; nil: none come
}

// Run runs the program and returns its exit code. Everything that it started is
// ended by then.
func Run(w World) int {
	s := newSession(w)
	root := s.rootCommand()
	root.SetArgs(append([]string{}, w.Args...)) // nil would be os.Args
	err := usageOf(root.ExecuteC())
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

// options are what all flags together can say.
type options struct {
	version, verbose, noLogFile             bool
	changeDir, settings, logFile, logFormat string
	logFileLevel                            string
	run                                     runOptions
	root                                    string
	port                                    int
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
		if err := s.openLogFile(path, append(slices.Clone(args), o.run.JournalPath)...); err != nil {
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

func usage(what, do string) error { return problem.New(problem.Usage, what, do) }

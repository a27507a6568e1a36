// Package cli has the commands, the flags and the console. It is the only package that prints.
package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/signals"
	"chaosworkshop.example/runner/internal/verdict"
)

// World is what the program gets from the operating system, so that tests can replace it.
type World struct {
	Program               string   // the program, as the user called it
	Args                  []string // without the program's own name
	Stdin, Stdout, Stderr *os.File
	Environment           func(name string) (string, bool) // as os.LookupEnv
	Signals               <-chan os.Signal                 // those that stop a run; nil: none come
}

// Run runs the program and returns its exit code. Everything that it started is ended by then.
func Run(w World) int {
	s := newSession(w)
	over := make(chan struct{})
	defer close(over)
	go s.hear(over)
	done := make(chan int, 1)
	go func() { done <- s.all() }()
	select {
	case code := <-done:
		s.console.closeFile()
		return code
	case why := <-s.abandoned:
		return s.leave(why, done)
	}
}

// leave leaves what goes on as it is. A verdict that says what is left is enough.
func (s *session) leave(why *verdict.Stop, done <-chan int) int {
	s.console.insist()
	if s.notUndone.Load() {
		select {
		case code := <-done:
			return code
		case <-time.After(lastly):
			return problem.NotUndone
		}
	}
	do := ""
	if file := s.experiments.Leaves(); file != "" {
		do = "undo it: " + s.undoes(file, false)
	}
	s.console.problems(problem.New(128+why.Signal, why.Why, do))
	return 128 + why.Signal
}

// all is the command, from its arguments to its exit code.
func (s *session) all() int {
	w := s.world
	for _, arg := range w.Args {
		if strings.Contains(arg, "@") {
			s.console.mask.LearnURLs(regexp.MustCompile(bareLogin).ReplaceAllString(arg, "//$1"))
		}
	}
	root := s.rootCommand()
	err := s.execute(root)
	s.close()
	s.endAtOnce()
	if lost := s.console.lost; lost != nil {
		s.console.problems(problem.Wrap(problem.NoVerdict, lost, "the result could not be written", "check free space, or write it to another place"))
	}
	var code exitCode
	if !errors.As(err, &code) {
		s.console.problems(err)
		code = exitCode(problem.Code(err))
	}
	if code == problem.OK && s.console.lost != nil {
		code = problem.NoVerdict
	}
	if s.made() && s.plays && code != problem.Usage {
		return problem.OK
	}
	return int(code)
}

// bareLogin is a user name and a password in what may be meant as a URL: u:pw@host.
const bareLogin = `^-*(?:[a-z-]+=)?(?:\w+:)?/*([^/@:=]+:[^\\].*@)`

// exitCode ends the program with this code, and prints nothing.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// options hold the values of all flags.
type options struct {
	version, verbose, noLogFile             bool
	changeDir, settings, logFile, logFormat string
	experiment                              string // of the run that is to be undone
	logFileLevel, color                     string
	run                                     runOptions
	report                                  struct{ output, format string }
	live                                    struct {
		host, record string
		port         int
	}
	root                                            string
	port                                            int
	maxTime                                         float64 // seconds, of a demo
	step, noInput, share, places, force, all, write bool
	in                                              string // the language of the exercises
	exercise                                        int
}

// begin applies the global flags, before any command.
func (s *session) begin(c *cobra.Command, args []string) error {
	o := &s.options
	if o.version {
		s.console.result(versionLine())
		return exitCode(problem.OK)
	}
	if zone := strings.TrimPrefix(os.Getenv("TZ"), ":"); strings.HasPrefix(zone, "/") { // Go reads it to its end
		if info, err := os.Stat(zone); err == nil && !info.Mode().IsRegular() {
			return usage("TZ names "+zone+", which is no file", "unset TZ, or set it to the name of a time zone, such as Europe/Berlin")
		}
	}
	s.console.takes = func(flag string) bool { return c.Flags().Lookup(flag) != nil }
	s.console.setColor(o.color)
	if o.verbose {
		s.console.level = slog.LevelDebug
	}
	if o.logFormat == "json" {
		id := make([]byte, 16) // a random UUID, which all lines of one call share
		rand.Read(id)          // never fails
		id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
		s.console.json, s.console.run = true, fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	}
	path := whole(o.logFile) // it stays where the user stands
	if o.changeDir != "" {
		if err := os.Chdir(o.changeDir); err != nil {
			return problem.Wrap(problem.Usage, err, "cannot move to the folder of --change-dir", "name a folder that exists")
		}
	}
	if _, err := os.Getwd(); err != nil && c.Name() != watchdogCommand {
		return usage("the folder that you are in is not there any more", "go to another folder, with cd")
	}
	if o.noLogFile {
		path = ""
	}
	if err := s.openFiles(path, c.Name() == "run", args); err != nil {
		return err
	}
	s.plays = slices.Contains([]string{"demo", "run", "start", "experiment", "init", "doctor", "exercise", "watch", "hint", "solution", "rehearse", "live"}, c.Name())
	if s.plays && c.Name() != "doctor" || c.Name() == "recover" {
		s.endLeft()
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

// session is one call of the program.
type session struct {
	world       World
	console     *console
	log         *slog.Logger
	options     options
	processes   process.Owner // starts all processes; its watchdog ends them if the runner is killed
	experiments run.Runner
	raised      chan os.Signal // signals that Python code sent to the runner
	lines       chan string    // see line
	asking      chan struct{}  // held while a question is open: see askUser
	abandoned   chan *verdict.Stop
	notUndone   atomic.Bool // a verdict says so
	listener    listener
	unattended  bool     // no more questions: see askUser
	here        string   // the folder in which the user stands
	plays       bool     // the command is one that has a verdict
	demos       []string // the targets of the command demo
	killed      []string // how to undo what other runs have left, which was said before this run
	experiment  string   // the experiment's file or address, as it was given
	runs        bool     // to the command run, which is for any system

	freePort func(from string) string // nil: each port is said to be free
}

// watchdogCommand is the hidden command that the watchdog, a process of its own, runs.
const watchdogCommand = "watchdog"

func newSession(w World) *session {
	s := &session{world: w, raised: make(chan os.Signal, 4), asking: make(chan struct{}, 1), abandoned: make(chan *verdict.Stop, 1), console: newConsole(w), freePort: freeFrom}
	s.here, _ = os.Getwd() // without it, paths are shown whole
	s.console.here = s.here
	s.log = slog.New(logHandler{s.console})
	if self, err := os.Executable(); err == nil {
		s.processes.Watchdog = []string{self, watchdogCommand}
	}
	s.processes.Notes = append([]string{whole(os.TempDir())}, placesOfNotes...)
	s.processes.Unended = func(what string) {
		s.console.problems(problem.List{{What: what, Do: "end it yourself, or ask an administrator", Warning: true}})
	}
	s.experiments = run.Runner{
		Processes: &s.processes, Stdin: w.Stdin, Log: s.log, Mask: s.console.mask,
		Warn: func(list problem.List) { s.console.problems(list) }, Printed: s.console.Line,
		Spill: func(text string) { s.console.print(s.console.err, text) }, UndoneBy: func(file string) string { return s.undoes(file, true) },
		Signal: func(name string) {
			select { // a second signal may be dropped, but Python must not wait here
			case s.raised <- signals.ByName[name]:
			default:
			}
		},
	}
	if isTerminal(w.Stdin) { // a process outside its foreground group would be stopped when it reads
		s.experiments.Stdin = nil
	}
	return s
}

// close ends what was started for this call. Python ends first: what it leaves
// running on purpose must not be ended with it.
func (s *session) close() {
	ctx, _, release := s.interruptible(false)
	defer release()
	if s.listener.hasStopped() { // nobody waits any more
		ended, end := context.WithCancel(ctx)
		end()
		ctx = ended
	}
	s.experiments.Close(ctx)
	s.processes.Close()
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }

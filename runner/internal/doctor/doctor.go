// Package doctor finds what would stop the workshop on this computer: in Go and its settings, in
// Python, in the project's folder, in the ports, the network and the clock, and among what earlier
// runs have left. It changes nothing and stops nothing. It removes only what a doctor has left that
// was killed.
package doctor

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/process"
)

// Level is how bad a finding is.
type Level string

// Good needs nothing. A Note stops no demo. Bad stops some of them.
const (
	Good Level = "good"
	Note Level = "note"
	Bad  Level = "bad"
)

// Finding is what one check has found.
type Finding struct {
	Check string // what was looked at, in one or two words
	Level Level
	What  string // what was found: no capital, no full stop
	Fix   string // what to do about it, with commands between braces, as in {start weak}; may be empty
}

// Machine is the computer that is examined.
type Machine struct {
	Root        string                                                         // the project's folder, as a whole path
	Port        int                                                            // the port of the services
	System      string                                                         // as runtime.GOOS
	Mounts      string                                                         // as /proc/self/mounts; empty where the system has no such file
	Environment []string                                                       // in which the kit runs Go, each name=value
	Typed       func(name string) string                                       // a variable of the user's own environment; empty where there is none
	Lookup      func(ctx context.Context, host string) (ips []string, e error) // finds the addresses of a name
	Now         func() time.Time
	Limit       time.Duration  // how long the checks may take: see Findings
	Processes   *process.Owner // starts Go and Python
	InPython    bool           // the user works with the services in Python
	Interpreter string         // the Python that is found; empty: none
	Records     string         // the folder with the records of running demos
	Undo        []string       // the commands that undo what runs have left
	Built       bool           // the services came with the runner, so demos need no Go
	Up          []string       // the targets that killed runners have left up
	Places      bool           // the programs are examined, too, that only targets in other places need
	Old         bool           // the runner could not be built anew, so one that was built before examines

	settings map[string]string // of Go, in the kit's environment; nil: Go cannot be used
	hopeless bool              // what was found stops every build, so none is tried
}

// Findings are what the checks find, one after the other, until ctx ends. Each check has at least
// one finding, except those that depend on another one that is bad. Those that run other
// programs come last. Those of Python have the whole time of Limit, and so have those of Go.
func (m *Machine) Findings(ctx context.Context) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		for _, checks := range [][]func(context.Context) []Finding{
			{m.folder, m.clock, m.ports, m.loopback, m.proxies, m.leftovers},
			{m.docker}, {m.compose}, {m.kubectl},
			{m.python},
			{m.golang, m.cache, m.variables, m.modules, m.build, m.runner},
		} {
			limited, cancel := context.WithTimeout(ctx, m.Limit)
			defer cancel()
			for _, check := range checks {
				for _, found := range check(limited) {
					if ctx.Err() != nil || !yield(found) {
						return
					}
				}
			}
		}
	}
}

func good(check, what string, values ...any) []Finding {
	return []Finding{{check, Good, fmt.Sprintf(what, values...), ""}}
}

func note(check, fix, what string, values ...any) []Finding {
	return []Finding{{check, Note, fmt.Sprintf(what, values...), fix}}
}

func bad(check, fix, what string, values ...any) []Finding {
	return []Finding{{check, Bad, fmt.Sprintf(what, values...), fix}}
}

// unset is the command that takes a variable out of the user's environment.
func (m *Machine) unset(name string) string {
	if m.System == "windows" {
		return "set " + name + "="
	}
	return "unset " + name
}

// set is the command that puts a variable into the user's environment.
func (m *Machine) set(name, text string) string {
	if m.System == "windows" {
		return "set " + name + "=" + text
	}
	return "export " + name + "=" + asWord(text)
}

// asWord is a text as one word for the shell.
func asWord(text string) string {
	if regexp.MustCompile(`^[\w@%+=:,./-]+$`).MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

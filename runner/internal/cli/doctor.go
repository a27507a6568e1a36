package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/doctor"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

// doctorCommand examines the computer before a workshop.
func (s *session) doctorCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "doctor", Short: "find what would stop the workshop on this computer",
		Example: "runner doctor\nrunner doctor --share\nrunner doctor --in python",
		RunE:    s.alone("it examines this computer", s.examine),
	}
	c.Flags().BoolVar(&s.options.share, "share", false, "print it without names and home folders, to send it to somebody")
	c.Flags().BoolVar(&s.options.places, "places", false, "look also at Docker, Docker Compose and kubectl, which only targets in other places need")
	s.portFlag(c, "look at this `PORT` of the services (default: 8080)", 1, "give a number from 1 to 65535")
	s.languageFlag(c)
	s.rootFlag(c)
	return c
}

func (s *session) examine(root string) error {
	ctx, _, release := s.interruptible(false)
	defer release()
	hide := func(text string) string { return text }
	if s.options.share {
		hide = private(root).Hide
		s.console.result(fmt.Sprintf("--- %s, %s/%s, %s ---", hide(s.command("doctor")), runtime.GOOS, runtime.GOARCH, time.Now().UTC().Format("2006-01-02 15:04 MST")))
	}
	count := map[doctor.Level]int{}
	for found := range s.machine(root).Findings(ctx) {
		count[found.Level]++
		found.What, found.Fix = hide(found.What), hide(s.sentence(found.Fix))
		c := s.console
		paint := map[doctor.Level]func(...any) string{doctor.Good: c.outStyle.well, doctor.Note: c.outStyle.bold, doctor.Bad: c.outStyle.badBlock}[found.Level]
		word := string(found.Level)
		label := padded(word, 6) + padded(found.Check, 13)
		text := label + c.behind(label, c.mask.Screen(found.What))
		if found.Fix != "" {
			text += "\n" + strings.Repeat(" ", letters(label)) + c.behind(label, "Fix: "+c.mask.Screen(found.Fix))
		}
		c.result(paint(word) + strings.TrimPrefix(text, word))
	}
	var stop *verdict.Stop
	if errors.As(context.Cause(ctx), &stop) {
		s.console.note("%s before the last check", stop.Why)
		return exitCode(128 + stop.Signal)
	}
	n := count[doctor.Bad]
	switch {
	case n == 0 && count[doctor.Note] == 0:
		s.console.result("\nnothing is bad: this computer is ready for the workshop")
		return nil
	case n == 0:
		s.console.result("\nnothing is bad, and no note stops a demo")
		return nil
	}
	things := "1 thing is bad"
	if n > 1 {
		things = fmt.Sprintf("%d things are bad", n)
	}
	s.console.prose("\n" + things + ": do what Fix says, then type: " + hide(s.command("doctor")))
	return exitCode(problem.Deviated)
}

// machine is this computer, as the user's own commands see it: make passes their settings on,
// which its other targets do not get, under names of its own.
func (s *session) machine(root string) *doctor.Machine {
	_, old := s.world.Environment("CHAOSWORKSHOP_OLD")
	mounts, _ := os.ReadFile("/proc/self/mounts") // Linux has it
	exe := ""
	if runtime.GOOS == "windows" {
		exe = ".exe"
	}
	_, built := target.Beside("service" + exe)
	port, _ := strconv.Atoi(cmp.Or(s.port(), strconv.Itoa(usualPort)))
	var undo []string
	for _, l := range toUndoIn(root) {
		undo = append(undo, s.undoes(l.File, false))
	}
	return &doctor.Machine{
		Root: root, Port: port, System: runtime.GOOS, Mounts: string(mounts),
		Environment: target.BuildEnvironment(),
		Typed: func(name string) string {
			if text, is := s.world.Environment("CHAOSWORKSHOP_" + name); is {
				return text
			}
			text, _ := s.world.Environment(name)
			return text
		},
		Lookup: net.DefaultResolver.LookupHost, Now: time.Now, Limit: 4500 * time.Millisecond,
		Processes: &s.processes, Records: filepath.Join(root, ".workshop"), Undo: slices.Compact(undo), Up: leftUp(root), Places: s.options.places,
		Old: old, Built: built && !s.made(), InPython: s.language() == "python", Interpreter: python.Find(s.world.Environment),
	}
}

// private is what nobody else needs to know about this computer.
func private(root string) doctor.Private {
	p := doctor.Private{Root: root}
	if home, err := os.UserHomeDir(); err == nil {
		p.Homes = append(p.Homes, home)
	}
	if me, err := user.Current(); err == nil {
		name := me.Username[strings.LastIndex(me.Username, `\`)+1:] // on Windows, the computer's name comes first
		p.Homes = append(p.Homes, me.HomeDir)
		p.Names = append(p.Names, me.Name, name)
	}
	if host, err := os.Hostname(); err == nil {
		short, _, _ := strings.Cut(host, ".")
		p.Names = append(p.Names, host, short)
	}
	return p
}

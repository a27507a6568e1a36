package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// Setting is how a target is begun.
type Setting struct {
	Owner   *process.Owner
	Records string                                 // the folder for a process.Record, and for a Down; empty: the project's
	Slow    func(what string, sofar time.Duration) // told of what takes long, as clock.Tell does; nil: nobody is
	Say     func(target, line string)              // told of each line that the target prints, one at a time; nil: nobody is
	Prepare func() error                           // called between build and start; nil: nothing is
}

// Begin builds and starts a target that In returned, and waits until it is ready. A process.Record is
// there as long as it runs. One that is up already is only waited for, and for one that is brought up a Down is
// owed before.
//
// A target that does not get ready is ended. The error is ctx's cause, that of Prepare, or a
// problem at the target's key: with the code Invalid if it cannot be built, or the folder or a program
// is missing, with NoVerdict if it could not be started, ended or was
// not ready in time. It quotes the last lines of the service. Where a Down has failed too, that comes first: see End.
func (t *Target) Begin(ctx context.Context, s Setting) (*Service, error) {
	if s.Records == "" {
		s.Records = filepath.Join(t.places.Root, ".workshop")
	}
	if err := t.build(ctx, s); err != nil {
		return nil, err
	}
	if s.Prepare != nil {
		if err := s.Prepare(); err != nil {
			return nil, err
		}
	}
	service, err := begin(ctx, s, t)
	if err != nil {
		return nil, err
	}
	if t.Ready.URL == "" { // up has waited
		return service, nil
	}
	waiting, stop := context.WithTimeout(ctx, t.Ready.Within)
	defer stop()
	if err := service.await(ctx, waiting, answers(t.Ready)); err != nil {
		return nil, err
	}
	return service, nil
}

// slow does what may take long.
func (s Setting) slow(ctx context.Context, what string, do func()) {
	clock.Tell(ctx, func(sofar time.Duration) {
		if s.Slow != nil {
			s.Slow(what, sofar)
		}
	}, do)
}

// lines are those of a command of this target.
func (s Setting) lines(name string) *lines {
	l := new(lines)
	if s.Say != nil {
		l.say = func(line string) { s.Say(name, line) }
	}
	return l
}

// begin starts the target, of whatever kind it is.
func begin(ctx context.Context, setting Setting, t *Target) (*Service, error) {
	s := &Service{target: t, setting: setting, lines: setting.lines(t.Name), done: make(chan struct{})}
	if info, err := os.Stat(t.Folder); err != nil || !info.IsDir() {
		return nil, t.problem("folder", problem.Invalid,
			fmt.Sprintf("%s runs in the folder %s, which does not exist", t.Name, t.Folder), "create it, or choose another with the key folder")
	}
	switch {
	case t.URL != "":
		return s, nil
	case len(t.Up) > 0:
		return s, s.up(ctx)
	}
	return s, s.start()
}

// environment is that of the commands of a target with variables of its own.
func environment(own map[string]string) []string {
	all := os.Environ()
	for name, text := range own {
		all = append(all, name+"="+text)
	}
	return all
}

// start starts the process of a target.
func (s *Service) start() error {
	t := s.target
	args, err := t.command("start", t.Start, t.Folder)
	if err != nil {
		return err
	}
	s.process, err = s.setting.Owner.Start(process.Command{
		Args: args, Dir: t.Folder, Env: environment(t.Environment),
		Stdout: s.lines, Stderr: s.lines, Records: s.setting.Records, Port: t.places.Port,
	})
	if err != nil {
		return t.unstarted("start", err)
	}
	go func() {
		<-s.process.Done()
		s.lines.flush()
		close(s.done)
	}()
	return nil
}

// up brings a target up. Before, its Down is owed.
func (s *Service) up(ctx context.Context) error {
	t := s.target
	args, err := t.command("up", t.Up, t.Folder)
	if err != nil {
		return err
	}
	if s.down, err = owe(s.setting, t); err != nil {
		return err
	}
	var exit process.Exit
	s.setting.slow(ctx, "bringing "+t.Name+" up", func() {
		exit, err = s.setting.Owner.Run(ctx, process.Command{Args: args, Dir: t.Folder, Env: environment(t.Environment), Stdout: s.lines, Stderr: s.lines})
	})
	s.lines.flush()
	switch {
	case err == nil && exit.Code == 0:
		return nil
	case err == nil:
		said, do := s.lines.quoted(), "look for the reason in these lines, or correct the command at this place"
		if said == silent {
			do = "try the command by hand, or correct it at this place"
		}
		err = t.problem("up", problem.NoVerdict, fmt.Sprintf("%s was not brought up: its command ended with %v%s", t.Name, exit, said), do)
	case ctx.Err() == nil:
		err = t.unstarted("up", err)
	}
	return withLeft(s.End(ctx), err)
}

// withLeft is an error, after the problem that a target could not be taken down, if there is one.
func withLeft(left, err error) error {
	if left == nil {
		return err
	}
	return errors.Join(left, err)
}

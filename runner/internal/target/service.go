package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// Service is a target that runs.
type Service struct {
	target  *Target
	process *process.Running
	lines   *lines
	done    chan struct{}
}

// Start starts a target that is in its places and waits until it is ready. Each
// line that it writes goes to say, with the target's name; say is called for one
// line at a time. A note of the process is kept in the folder records for as
// long as it runs.
//
// A service that does not get ready is ended. What went wrong is a problem with
// the service's last lines, or ctx's cause.
func Start(ctx context.Context, o *process.Owner, t *Target, records string, say func(name, line string)) (*Service, error) {
	s, err := launch(o, t, records, say)
	if err != nil {
		return nil, err
	}
	err = await(ctx, t.Ready.Within, s.done, answers(t.Ready))
	if err == nil {
		return s, nil
	}
	exit := s.End(context.WithoutCancel(ctx))
	var tooLate *late
	switch {
	case errors.Is(err, errDied):
		return nil, s.died(exit, "before it was ready")
	case errors.As(err, &tooLate):
		return nil, t.problem("ready", problem.NoVerdict,
			fmt.Sprintf("%s was not ready at %s within %v: %v%s", t.Name, t.Ready.URL, t.Ready.Within, err, s.lines.quoted()),
			"check that the service listens there, or give it more time with ready.within")
	}
	return nil, err
}

func launch(o *process.Owner, t *Target, records string, say func(name, line string)) (*Service, error) {
	if info, err := os.Stat(t.Folder); err != nil || !info.IsDir() {
		return nil, t.problem("folder", problem.Invalid,
			fmt.Sprintf("the folder %s, in which %s is to run, is not there", t.Folder, t.Name), "make it, or name another with the key folder")
	}
	args, err := t.command("start", t.Start, t.Folder)
	if err != nil {
		return nil, err
	}
	said := new(lines)
	if say != nil {
		said.say = func(line string) { say(t.Name, line) }
	}
	p, err := o.Start(process.Command{
		Args: args, Dir: t.Folder, Env: t.environ(),
		Stdout: said, Stderr: said, Records: records, Port: t.places.Port,
	})
	if err != nil {
		return nil, t.problem("start", problem.NoVerdict, fmt.Sprintf("%s cannot be started: %v", t.Name, err), "check the command at this place")
	}
	s := &Service{target: t, process: p, lines: said, done: make(chan struct{})}
	go func() {
		<-p.Done()
		said.flush()
		close(s.done)
	}()
	return s, nil
}

// environ is our own environment, and the target's on top of it.
func (t *Target) environ() []string {
	all := os.Environ()
	for name, text := range t.Environment {
		all = append(all, name+"="+text)
	}
	slices.Sort(all[len(all)-len(t.Environment):])
	return all
}

// PID is the number of the service's process, and of its group.
func (s *Service) PID() int { return s.process.PID() }

// Done is closed once the service and all that it started have ended, and every
// line has been handed on.
func (s *Service) Done() <-chan struct{} { return s.done }

// Died is the problem that the service has ended of itself during the
// experiment; nil while it runs. It is to be asked before End.
func (s *Service) Died() error {
	select {
	case <-s.done:
		return s.died(s.process.Exit(), "during the experiment")
	default:
		return nil
	}
}

func (s *Service) died(exit process.Exit, when string) error {
	return s.target.problem("start", problem.NoVerdict,
		fmt.Sprintf("%s ended %s, with %v%s", s.target.Name, when, exit, s.lines.quoted()),
		"find out from its lines why, or correct the command at this place")
}

// End asks the service to end, forces it after the grace of package process, or
// at once when ctx ends, and returns when all of it is gone: its port is free
// then. A second End is harmless.
func (s *Service) End(ctx context.Context) process.Exit {
	exit := s.process.Stop(ctx)
	<-s.done
	return exit
}

// How long a service that was just asked something is listened to: until it has
// said nothing for a moment.
const (
	quiet      = 5 * time.Millisecond
	listenFor  = 50 * time.Millisecond
	listenStep = time.Millisecond
)

// Listen waits a moment for the lines that the service writes of what it was just
// asked, so that they stand before what follows from them.
func (s *Service) Listen() {
	start := time.Now()
	for now := start; now.Sub(start) < listenFor; now = time.Now() {
		since := s.lines.quietSince()
		if since.Before(start) {
			since = start
		}
		if now.Sub(since) >= quiet {
			return
		}
		time.Sleep(listenStep)
	}
}

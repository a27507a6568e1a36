package target

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// Service is a target that runs.
type Service struct {
	target  *Target
	setting Setting
	process *process.Running // nil: it was not started here
	down    *Down            // is owed; nil: nothing is
	lines   *lines
	done    chan struct{} // closed when it has ended and every line was passed on
}

// unstarted is the problem that a process could not be started. A full disk is not the fault of
// the target's command.
func (t *Target) unstarted(key string, err error) error {
	what := t.Name + " cannot be started"
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return problem.Wrap(problem.NoVerdict, err, what+", because the disk is full", "delete what you do not need, for example old runs in .workshop/runs, and try again")
	case errors.Is(err, process.ErrRecord):
		return problem.Wrap(problem.NoVerdict, err, what, "check free space and permissions of the project's folder")
	}
	return t.problem(key, problem.NoVerdict, what+": "+err.Error(), "check the command at this place")
}

// Died returns a problem if the service ended by itself during the experiment, and nil while it runs.
// One that gave no answer may just be ending: then wait says how long that may take. Call it before End.
func (s *Service) Died(wait time.Duration) error {
	if s.process == nil { // nobody can tell
		return nil
	}
	select {
	case <-s.done:
	case <-time.After(wait):
	}
	select {
	case <-s.done:
		return s.died(s.process.Exit(), "during the experiment")
	default:
		return nil
	}
}

// namedPort finds the port in what services say when they begin to listen.
var namedPort = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:listening|serving|server|running|started)\b.*?(?:\bport[ :=]{1,2}|(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|\*|\s):)(\d+)\b`)
})

// elsewhere is the port on which the service listens instead of its own: as the system shows it,
// or else as its last lines name it. It is 0 if there is none.
func (s *Service) elsewhere() int {
	if s.process == nil {
		return 0
	}
	ports := s.process.Ports()
	if found := namedPort().FindStringSubmatch(s.lines.quoted()); ports == nil && found != nil {
		port, _ := strconv.Atoi(found[1])
		ports = []int{port}
	}
	if len(ports) == 0 || slices.Contains(ports, s.target.places.Port) {
		return 0
	}
	return ports[0]
}

// isToldPort tells whether the service can know its port.
func (t *Target) isToldPort() bool {
	written := t.doc.Map()
	return strings.Contains(value.JSON(value.MapOf("start", written.Value("start"), "up", written.Value("up"), "environment", written.Value("environment"))), "${port}")
}

// portAdvice is what to do about a service that is not told its port.
func (t *Target) portAdvice() string {
	const do = "tell the service its port: write ${port} into its arguments, or into environment"
	if t.Port != 0 && t.Port != t.places.Port {
		return fmt.Sprintf("this demo uses port %d, not port %d: %s", t.places.Port, t.Port, do)
	}
	return do
}

// lateAdvice is what to do about a service that runs and is not ready, and the key of the
// target that it is about.
func (t *Target) lateAdvice(err error) (key, do string) {
	const more = ", or give it more time with ready.within"
	switch {
	case t.URL != "":
		return "url", "start it, and try again; or correct this address"
	case len(t.Up) > 0:
		return "ready", "look at what up has begun, and at this address" + more
	case !errors.Is(err, errNobody) && !errors.Is(err, errSilent):
		return "ready", "correct the service, or ready.status" + more
	case errors.Is(err, errSilent):
		return "ready", "find out what the service waits for" + more
	case !t.isToldPort():
		return "start", t.portAdvice()
	}
	return "ready", "check that the service uses the port that it is given (${port})" + more
}

// died is the problem that the service ended when it should not have.
func (s *Service) died(exit process.Exit, when string) error {
	if exit.Code == 0 && s.process.LeftOthers() {
		return s.target.problem("start", problem.NoVerdict,
			fmt.Sprintf("%s put itself into the background: its command ended %s, and what it had started went on, and was stopped%s", s.target.Name, when, s.lines.quoted()),
			"start it in the foreground, without & and without an option such as --daemon: only then it can be watched and stopped")
	}
	if exit.Code == 0 {
		return s.target.problem("start", problem.NoVerdict,
			fmt.Sprintf("%s ended %s, with exit code 0, as if its work was done%s", s.target.Name, when, s.lines.quoted()),
			"name a command that runs until it is stopped")
	}
	said, do := s.lines.quoted(), "look for the reason in these lines, or correct the command at this place"
	if said == silent {
		do = "try the command by hand, or correct it at this place"
	}
	if t := s.target; t.Port != 0 && t.Port != t.places.Port && !t.isToldPort() {
		do = t.portAdvice()
	}
	return s.target.problem("start", problem.NoVerdict, fmt.Sprintf("%s ended %s, with %v%s", s.target.Name, when, exit, said), do)
}

// Wait waits until the service ends by itself, which is the problem that it returns, or ctx is done.
func (s *Service) Wait(ctx context.Context) error {
	select {
	case <-s.done:
		return s.died(s.process.Exit(), "by itself")
	case <-ctx.Done():
		return nil
	}
}

// End stops the service as process.Running's Stop does, and returns when all of
// it is gone; its port is free then. One that was brought up is taken down: the problem, with the code
// NotUndone, says that this failed. A second End does nothing.
func (s *Service) End(ctx context.Context) (err error) {
	switch {
	case s.process != nil:
		s.process.Stop(ctx)
		<-s.done
	case s.down != nil:
		err = s.down.play(s.setting)
		s.down = nil
	}
	return err
}

// Listen waits a short time for the lines that a service prints about a request
// that it just answered, so that they are shown before what follows: until no
// line came for 5 ms, at most 50 ms.
func (s *Service) Listen() {
	if s.process == nil {
		return
	}
	const quiet, limit = 5 * time.Millisecond, 50 * time.Millisecond
	start := time.Now()
	for last := start; time.Since(last) < quiet && time.Since(start) < limit; {
		time.Sleep(time.Millisecond)
		s.lines.mu.Lock()
		if s.lines.when.After(last) {
			last = s.lines.when
		}
		s.lines.mu.Unlock()
	}
}

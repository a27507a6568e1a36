package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
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
	process *process.Running
	lines   *lines
	done    chan struct{} // closed when it has ended and every line was passed on
}

// Start starts a target that In returned, and waits until it is ready. It calls say, which may be
// nil, with the target's name for each line that the service prints, one line at a time. A
// process.Record is in the folder records as long as the service runs.
//
// A service that does not get ready is stopped. The error is ctx's cause, or a
// problem at the target's key: with the code Invalid if the folder or the program
// is missing, with NoVerdict if the service could not be started, ended or was
// not ready in time. It quotes the last lines of the service.
func Start(ctx context.Context, o *process.Owner, t *Target, records string, say func(name, line string)) (*Service, error) {
	s, err := begin(o, t, records, say)
	if err != nil {
		return nil, err
	}
	waiting, stop := context.WithTimeout(ctx, t.Ready.Within)
	defer stop()
	if err := s.await(ctx, waiting, answers(t.Ready)); err != nil {
		return nil, err
	}
	return s, nil
}

// begin starts the target's process.
func begin(o *process.Owner, t *Target, records string, say func(name, line string)) (*Service, error) {
	if info, err := os.Stat(t.Folder); err != nil || !info.IsDir() {
		return nil, t.problem("folder", problem.Invalid,
			fmt.Sprintf("%s runs in the folder %s, which does not exist", t.Name, t.Folder), "create it, or choose another with the key folder")
	}
	args, err := t.command("start", t.Start, t.Folder)
	if err != nil {
		return nil, err
	}
	s := &Service{target: t, lines: new(lines), done: make(chan struct{})}
	if say != nil {
		s.lines.say = func(line string) { say(t.Name, line) }
	}
	environment := os.Environ()
	for name, text := range t.Environment {
		environment = append(environment, name+"="+text)
	}
	s.process, err = o.Start(process.Command{
		Args: args, Dir: t.Folder, Env: environment,
		Stdout: s.lines, Stderr: s.lines, Records: records, Port: t.places.Port,
	})
	if err != nil {
		return nil, t.unstarted(err)
	}
	go func() {
		<-s.process.Done()
		s.lines.flush()
		close(s.done)
	}()
	return s, nil
}

// unstarted is the problem that a process could not be started. A full disk is not the fault of
// the target's command.
func (t *Target) unstarted(err error) error {
	what := t.Name + " cannot be started"
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return problem.Wrap(problem.NoVerdict, err, what+", because the disk is full", "delete what you do not need, for example old runs in .workshop/runs, and try again")
	case errors.Is(err, process.ErrRecord):
		return problem.Wrap(problem.NoVerdict, err, what, "check free space and permissions of the project's folder")
	}
	return t.problem("start", problem.NoVerdict, what+": "+err.Error(), "check the command at this place")
}

// Died returns a problem if the service ended by itself during the experiment, and nil while it runs.
// One that gave no answer may just be ending: then wait says how long that may take. Call it before End.
func (s *Service) Died(wait time.Duration) error {
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
	return strings.Contains(value.JSON(written.Value("start"))+value.JSON(written.Value("environment")), "${port}")
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
// it is gone; its port is free then. A second End does nothing.
func (s *Service) End(ctx context.Context) process.Exit {
	exit := s.process.Stop(ctx)
	<-s.done
	return exit
}

// Listen waits a short time for the lines that a service prints about a request
// that it just answered, so that they are shown before what follows: until no
// line came for 5 ms, at most 50 ms.
func (s *Service) Listen() {
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

// Reserve finds a port for a service: the preferred one, or the next free one if
// that is in use; any port if preferred is 0. With exactly, only the preferred
// port will do. No other runner gets the port until release is called.
//
// The error is a problem: with the code Usage if preferred is no port, with
// NoVerdict if the port is in use or there is no free one.
func Reserve(preferred int, exactly bool) (port int, release func(), err error) {
	if preferred < 0 || preferred > 65535 || exactly && preferred == 0 {
		return 0, nil, problem.New(problem.Usage, fmt.Sprintf("%d is not a port", preferred), "choose one from 1 to 65535")
	}
	var why error // the first one
	for i := range 200 {
		candidate := preferred + i
		if preferred == 0 || i > 100 || candidate > 65535 {
			candidate = 20000 + rand.IntN(12000) // any port, of those that no system gives to programs that do not choose one
		}
		release, err := reserve(candidate)
		switch {
		case err != nil:
			why = cmp.Or(why, err)
		case why == nil || !exactly:
			return candidate, release, nil
		default:
			release()
			return 0, nil, problem.New(problem.NoVerdict, fmt.Sprintf("port %d %v", preferred, why),
				fmt.Sprintf("stop the other program, or choose another port, such as %d; if you leave the port out, a free one is found", candidate))
		}
	}
	return 0, nil, problem.New(problem.NoVerdict, fmt.Sprintf("no free port was found; the first one %v", why),
		"stop some programs that listen, or choose a port that is free")
}

// reserve takes a port. The reservation is the UDP
// port of the same number, which no service here uses: the kernel gives it back
// when the runner ends, even by kill -9. The error continues "port N ...".
func reserve(port int) (release func(), err error) {
	lock, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return nil, reason(err, "is in use: another run seems to have reserved it")
	}
	if err := free(strconv.Itoa(port)); err != nil {
		lock.Close()
		return nil, err
	}
	return sync.OnceFunc(func() { lock.Close() }), nil
}

// free tries each address by itself: on macOS one program can have all addresses
// while another has a single one.
func free(port string) error {
	for _, host := range []string{"127.0.0.1", "::1", ""} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err == nil {
			l.Close()
		} else if host != "::1" || inUse(err) { // otherwise there is no IPv6
			return reason(err, "is in use: another program listens on it")
		}
	}
	return nil
}

// reason says in plain words why a port cannot be had; used is for one that is in use.
func reason(err error, used string) error {
	switch {
	case inUse(err):
		return errors.New(used)
	case errors.Is(err, syscall.EACCES):
		return errors.New("is not allowed for this account")
	}
	return fmt.Errorf("cannot be used: %w", err)
}

// inUse tells whether another program has the port.
func inUse(err error) bool {
	const windowsAddressInUse = syscall.Errno(10048) // not syscall.EADDRINUSE there
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsAddressInUse)
}

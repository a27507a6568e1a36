package cli

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/live"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/verdict"
)

// liveOptions are the flags of live.
type liveOptions struct {
	host, record string
	port         int
}

// liveTitle is the question of the page.
const liveTitle = "What does a client see when the exchange file is gone?"

// livePort is the port of the page, where nobody asks for another.
const livePort = 8090

func (s *session) liveCommand() *cobra.Command {
	o := &s.options.live
	c := &cobra.Command{
		Use: "live TARGET...", Short: "start targets, and show them on a page",
		Example:           "runner live weak resilient\nrunner live weak resilient --record lesson.html",
		ValidArgsFunction: s.completeTargets,
		RunE:              func(_ *cobra.Command, args []string) error { return s.live(args) },
	}
	c.Flags().IntVar(&o.port, "port", livePort, "the `PORT` of the page (default: 8090, or a free one)")
	c.Flags().StringVar(&o.host, "host", "127.0.0.1", "the `ADDRESS` of this computer at which the page is; with another one than the default, others see it, and it has no buttons (default: 127.0.0.1)")
	c.Flags().StringVar(&o.record, "record", "", "write what was answered into `FILE` every 10 s and at the end, as a report (default: nowhere)")
	s.rootFlag(c)
	return c
}

// livePage is a live page under way.
type livePage struct {
	*session
	room    *live.Room
	stages  []*demo.Stage
	playing int // the stage whose experiment is played; -1 for none
	actions chan live.Action
	records []*record
	unsaved error            // why the record could not be written the last time
	mu      sync.Mutex       // activities may run side by side
	steps   []string         // what the experiment that is played did
	pending []func()         // what is to be shown of experiments, one after the other
	pause   <-chan time.Time // ends when the next of it is shown; nil for never
}

// live starts the targets, serves the page, and does what is asked for until somebody stops it.
func (s *session) live(names []string) error {
	if err := s.recordable(); err != nil {
		return err
	}
	root, err := s.root()
	if err != nil {
		return err
	}
	targets, err := s.targets(root, names)
	if err != nil {
		return err
	}
	if err := different(targets); err != nil {
		return err
	}
	ctx, undo, release := s.interruptible("")
	defer release()
	listener, err := s.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	w := &livePage{session: s, playing: -1, actions: make(chan live.Action, 16)}
	d := s.demo(root)
	d.Output = &quiet{console: s.console}
	d.Prepare = w.prepare
	var services [][2]string
	for _, t := range targets {
		stage, err := d.Start(ctx, t)
		if err != nil {
			return s.notBegun(ctx, err)
		}
		defer stage.End()
		w.stages = append(w.stages, stage)
		w.records = append(w.records, newRecord(stage.Target, s.console.mask, s.options.live.record != ""))
		services = append(services, [2]string{t.Name, t.Title})
	}
	w.room = live.NewRoom(liveTitle, exchangeFile, services)
	return w.serve(ctx, undo, listener)
}

// different finds targets that the page could not tell apart.
func different(targets []*target.Target) error {
	for i, t := range targets {
		if slices.ContainsFunc(targets[:i], func(other *target.Target) bool { return other.Name == t.Name }) {
			return usage("the target "+t.Name+" is named twice", "name each target once")
		}
	}
	return nil
}

// serve shows the page until the program is stopped.
func (w *livePage) serve(ctx, undo context.Context, listener net.Listener) error {
	hosts, buttons := namesOf(listener.Addr())
	server := live.Server{Room: w.room, Clean: func(text string) string { return w.console.mask.Line(text, 200) }, Hosts: hosts, Buttons: buttons,
		Act: func(a live.Action) {
			select {
			case w.actions <- a:
			default: // more than anybody wants
			}
		}}
	serving, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { server.Serve(serving, []net.Listener{listener}) })
	asking, enough := context.WithCancel(ctx)
	for i := range w.stages {
		done.Go(func() { w.poll(asking, i) })
	}
	w.console.result("open this page in a browser: http://" + hosts[0] + "/")
	if !buttons {
		w.console.note("others can see this page too; it has no buttons")
	}
	if isTerminal(w.world.Stdin) {
		w.console.note("%s", keysHelp)
		go w.keys(asking)
	} else {
		w.console.note("stop it with Ctrl-C")
	}
	err := w.act(ctx, undo)
	enough()
	w.room.End("the program has ended")
	stop()
	done.Wait()
	if lost := w.save(); lost != nil {
		w.console.problems(lost)
		return exitCode(problem.Code(lost))
	}
	if path := w.options.live.record; path != "" {
		w.console.result("what was answered is in " + w.console.mask.Line(w.nearby(path), 0))
	}
	return err
}

// recordable finds before the beginning that the record could not be written at the end.
func (s *session) recordable() error {
	o := &s.options.live
	if o.record == "" {
		return nil
	}
	o.record = whole(o.record) // an experiment changes the working folder
	info, err := os.Stat(o.record)
	folder, noFolder := os.Stat(filepath.Dir(o.record))
	switch {
	case filepath.Ext(o.record) != ".html":
		return usage("the record is a page, and the name of its file must end in .html", "name it so, as in --record lesson.html")
	case err == nil && !info.Mode().IsRegular():
		return usage("the record cannot be written to "+s.nearby(o.record), "name an ordinary file")
	case noFolder != nil || !folder.IsDir():
		return usage("the folder of the record does not exist", "create it, or name another file with --record")
	}
	return nil
}

const keysHelp = `keys, each with Enter:
  t        take the file away
  b        put it back
  e        play the experiment
  p 12 5   note a show of hands: 12 say that it holds, 5 that it breaks
  q        stop`

// listen takes the port of the page: the one that was asked for, or another.
func (s *session) listen() (net.Listener, error) {
	o := s.options.live
	if o.port < 0 || o.port > 65535 {
		return nil, usage(fmt.Sprintf("%d is not a port", o.port), "choose one from 1 to 65535")
	}
	if net.ParseIP(o.host) == nil {
		return nil, usage("'"+o.host+"' is not an address", "give one of this computer, as in --host 0.0.0.0")
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(o.host, strconv.Itoa(o.port)))
	if err != nil {
		if listener, err = net.Listen("tcp", net.JoinHostPort(o.host, "0")); err == nil {
			s.console.note("port %d is taken, so the page is at another port", o.port)
		}
	}
	if err != nil {
		return nil, problem.Wrap(problem.NoVerdict, err, "the page cannot be served", "leave out --host")
	}
	return listener, nil
}

// namesOf are the names under which the page is asked for, the one to type first, and whether only
// this computer can.
func namesOf(address net.Addr) (names []string, own bool) {
	at, _ := address.(*net.TCPAddr)
	all, _ := net.InterfaceAddrs()
	ips := []net.IP{at.IP}
	if own = at.IP.IsLoopback(); at.IP.IsUnspecified() {
		ips = addressesOf(all)
	}
	for _, ip := range ips {
		names = append(names, net.JoinHostPort(ip.String(), strconv.Itoa(at.Port)))
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		names = append(names, net.JoinHostPort(name, strconv.Itoa(at.Port)))
	}
	if at.Port == 80 { // which browsers leave out
		for _, name := range names {
			names = append(names, strings.TrimSuffix(name, ":80"))
		}
	}
	return names, own
}

// addressesOf are the addresses of this computer that others can reach, the easiest to type first.
func addressesOf(all []net.Addr) (ips []net.IP) {
	for _, a := range all {
		if n, isIP := a.(*net.IPNet); isIP && n.IP.IsGlobalUnicast() {
			ips = append(ips, n.IP)
		}
	}
	slices.SortStableFunc(ips, func(a, b net.IP) int { return len(b.To4()) - len(a.To4()) }) // IPv4 first
	return ips
}

// prepare prepares an experiment that tells the room where it is, in place of its log.
func (w *livePage) prepare(ctx context.Context, e demo.Experiment) (func(ctx, undo context.Context) (*verdict.Result, error), error) {
	o := optionsOf(e)
	o.Done = func(part string, r *verdict.Run) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.steps = append(w.steps, evidence.Chapter(part, r.Action, r.Proves)+", "+w.console.words().Outcome(part, r))
		if r.Action && part == "method" {
			w.records[w.playing].acted(r)
		}
	}
	defer w.console.silence()()
	p, err := w.experiments.Prepare(ctx, o)
	return func(ctx, undo context.Context) (*verdict.Result, error) {
		defer w.console.silence()()
		return p.Run(ctx, undo)
	}, err
}

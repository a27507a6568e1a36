package cli

import (
	"cmp"
	"context"
	"errors"
	"net"
	"regexp"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/live"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// liveTitle is the question of the page.
const liveTitle = "What does a client see when the exchange file is gone?"

func (s *session) liveCommand() *cobra.Command {
	o := &s.options.live
	c := &cobra.Command{
		Use: "live TARGET...", Short: "start targets that serve exchange.dat, and show a page",
		Example:           "runner live weak resilient\nrunner live weak resilient --record lesson.html",
		ValidArgsFunction: s.completeTargets,
		RunE:              func(_ *cobra.Command, args []string) error { return s.live(args) },
	}
	c.Flags().IntVar(&o.port, "port", 8090, "the `PORT` of the page (default: 8090, or a free one)")
	c.Flags().StringVar(&o.host, "host", "127.0.0.1", "the `ADDRESS` of this computer at which the page is; with another one than the default, others see it, and it has no buttons (default: 127.0.0.1)")
	c.Flags().StringVar(&o.record, "record", "", "write what was answered into `FILE` every 10 s and at the end, as a report (default: nowhere)")
	s.rootFlag(c)
	return c
}

// livePage is a live page under way.
type livePage struct {
	*session
	room      *live.Room
	stages    []*demo.Stage
	actions   chan live.Action
	records   []*record
	unsaved   error // why the record could not be written the last time
	play      play
	predicted *live.Predicted // of the first stage
	code      exitCode        // what an experiment leaves behind that must not be overlooked
}

// live starts the targets, serves the page, and does what is asked for until somebody stops it.
func (s *session) live(names []string) (err error) {
	if err := s.recordable(); err != nil {
		return err
	}
	root, targets, err := s.toStart(names)
	if err != nil {
		return err
	}
	if err := s.showable(root, targets); err != nil {
		return err
	}
	ctx, undo, release := s.interruptible(false)
	defer release()
	listener, err := s.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	w := &livePage{session: s, actions: make(chan live.Action, 16)}
	defer func() {
		if code := exitCode(0); w.room != nil && errors.As(err, &code) && code != exitCode(problem.NotUndone) {
			s.console.note("stopped: the page and the services have ended")
		}
	}()
	d := s.demo(root)
	d.Output = &quiet{console: s.console}
	d.Prepare = w.prepare
	var services [][2]string
	for _, t := range targets {
		stage, err := d.Start(ctx, t)
		if err != nil {
			return s.notBegun(ctx, err)
		}
		defer func() {
			err = cmp.Or(s.notTakenDown(stage.End()), err)
		}()
		w.stages = append(w.stages, stage)
		client := s.experiments.Client(ctx, run.Options{Source: stage.Target.Experiment, Environment: stage.Target.Lookup(s.world.Environment)}, cmp.Or(stage.Target.URL, stage.Target.Ready.URL))
		w.records = append(w.records, newRecord(t.Name, client, s.console.mask, s.options.live.record != ""))
		services = append(services, [2]string{t.Name, t.Title})
	}
	w.room = live.NewRoom(liveTitle, exchangeFile, services)
	return w.serve(ctx, undo, listener)
}

// showable finds targets that the page could not tell apart, and those without the file that it is about.
func (s *session) showable(root string, targets []*target.Target) error {
	for i, t := range targets {
		if slices.ContainsFunc(targets[:i], func(other *target.Target) bool { return other.Name == t.Name }) {
			return usage("the target "+t.Name+" is named twice", "name each target once")
		}
		doc, _ := document.Read(t.In(target.Places{Root: root}).Experiment) // its start says what is wrong with it
		if m := doc.Map(); doc != nil && !exchanges.MatchString(value.JSON(value.MapOf("c", m.Value("configuration"), "m", m.Value("method")))) {
			return usage("live shows targets that serve ./"+exchangeFile+", and the experiment of "+t.Name+" does not name this file", s.command("demo", t.Name)+" plays its experiment")
		}
	}
	return nil
}

// exchanges finds the exchange file in an experiment, and not one of another folder.
var exchanges = regexp.MustCompile(`["'\s=](\./)?` + regexp.QuoteMeta(exchangeFile) + `["'\s;\\]`)

// serve shows the page until the program is stopped.
func (w *livePage) serve(ctx, undo context.Context, listener net.Listener) error {
	hosts, buttons := namesOf(listener.Addr())
	server := live.Server{Room: w.room, Clean: func(text string) string { return w.console.mask.Line(text, 200) }, Hosts: hosts, Buttons: buttons,
		Act: func(a live.Action) bool {
			select {
			case w.actions <- a:
				return true
			default: // more than anybody wants
				return false
			}
		}}
	serving, stop := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { server.Serve(serving, listener) })
	w.keep()
	asking, enough := context.WithCancel(ctx)
	for i := range w.stages {
		done.Go(func() { w.poll(asking, i) })
	}
	hasKeys := isTerminal(w.world.Stdin) // now: a terminal that is closed is none
	w.console.result("open this page in a browser: http://" + hosts[0] + "/")
	if !buttons {
		w.console.note("others can see this page too; it has no buttons")
	}
	if hasKeys {
		w.console.note("%s", keysHelp)
		go w.keys(asking)
	} else {
		w.console.note("stop it with Ctrl-C")
	}
	err := w.act(ctx, undo)
	w.play.tellAll()
	enough()
	w.room.End("the program has ended")
	stop()
	done.Wait()
	if lost := w.save(); lost != nil {
		w.console.problems(lost)
		err = exitCode(problem.Code(lost))
	} else if path := w.options.live.record; path != "" {
		w.console.result("what was answered is in " + w.console.mask.Line(w.nearby(path), 0))
	}
	if w.code != exitCode(problem.OK) {
		return w.code
	}
	return err
}

// prepare prepares an experiment that tells the room where it is, in place of its log.
func (w *livePage) prepare(ctx context.Context, e demo.Experiment) (func(ctx, undo context.Context) (*verdict.Result, error), error) {
	o := optionsOf(e)
	o.Done = func(part string, r *verdict.Run) {
		w.play.mu.Lock()
		defer w.play.mu.Unlock()
		stage, step := w.stages[w.play.stage].Target, evidence.Chapter(part, r.Action, r.Proves)+", "+w.console.words().Outcome(part, r)
		w.room.Does(stepOf(stage.Expect), stage.Name+": "+step, false)
		w.play.steps = append(w.play.steps, step)
		if r.Action && part == "method" {
			w.records[w.play.stage].acted(r)
		}
	}
	defer w.console.silence()()
	p, err := w.experiments.Prepare(ctx, o)
	return func(ctx, undo context.Context) (*verdict.Result, error) {
		defer w.console.silence()()
		return p.Run(ctx, undo)
	}, err
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/live"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/report"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// record keeps what a client of a service was answered, in the form of a run.
type record struct {
	name   string // of the service
	client *run.Client
	mask   *show.Mask
	keeps  bool // somebody has asked for a record

	mu    sync.Mutex
	run   verdict.Result
	last  *value.Map // the last answer: most are the same
	done  time.Time  // when something was done that is not undone yet; zero for nothing
	notes []string
}

// maxKept is how many answers of a service are kept: of four hours.
const maxKept = 4 * 4 * 60 * 60

func newRecord(name string, client *run.Client, mask *show.Mask, keeps bool) *record {
	return &record{name: name, client: client, mask: mask, keeps: keeps, run: verdict.Result{Title: liveTitle, Start: time.Now(), Status: "completed", PlayRollbacks: true}}
}

var errSlow = errors.New("no answer within " + patience.String())

// asked asks the service once, and keeps the answer. It is "no data" where nobody can tell whether it is
// a good one.
func (r *record) asked(ctx context.Context) live.Mark {
	patient, enough := context.WithTimeoutCause(ctx, patience, errSlow)
	defer enough()
	run := r.client.Ask(patient)
	m := live.Mark{At: run.Start, State: "no data", Word: "none", Text: "no answer"}
	if answer, _ := run.Output.(*value.Map); answer != nil {
		m.Word, m.Text = value.Text(answer.Value("status")), value.Text(start(answer.Value("body")))
	} else if context.Cause(patient) == errSlow {
		m.Text = errSlow.Error()
	}
	if met := run.ToleranceMet; met != nil {
		m.State, m.Wanted = map[bool]string{true: "held", false: "broke"}[*met], run.Wanted
	}
	if ctx.Err() == nil && r.keeps {
		r.keep(run)
	}
	return m
}

// keep keeps an answer. The same answer is kept once.
func (r *record) keep(run *verdict.Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if answer, _ := run.Output.(*value.Map); answer != nil {
		kept := value.MapOf("status", answer.Value("status"), "headers", &value.Map{}, "body", start(report.WithoutPrivate(r.mask.Value(answer.Value("body")))))
		if r.last == nil || !value.Equal(r.last, kept) {
			r.last = kept
		}
		run.Output = r.last
	}
	switch kept := len(r.run.During); {
	case kept < maxKept:
		r.run.During = append(r.run.During, &verdict.State{Met: run.ToleranceMet, Runs: verdict.Runs{run}})
	case kept == maxKept && r.keeps:
		r.notes = append(r.notes, "the answers after the first four hours were not kept")
		r.keeps = false
	}
}

// start is what is kept of a body: all of it, or the start of a long one.
func start(body any) any {
	const letters = 4 << 10
	text, isText := body.(string)
	if !isText {
		text = value.JSON(body)
	}
	if len(text) <= letters {
		return body
	}
	return strings.ToValidUTF8(text[:letters], "")
}

// byHand is what somebody did, in the form of an action.
func byHand(what string) *verdict.Run {
	now := time.Now()
	return &verdict.Run{Activity: value.MapOf("type", "action", "name", what), Name: what, Action: true, Start: now, End: now, Status: "succeeded"}
}

// undid notes that the file is there again, whoever has put it there, if somebody looked after
// something was done.
func (r *record) undid(looked time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done.IsZero() || looked.Before(r.done) {
		return false
	}
	r.run.Rollbacks, r.done = append(r.run.Rollbacks, byHand("the file is there again")), time.Time{}
	return true
}

// acted notes an action.
func (r *record) acted(run *verdict.Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.run.Run, r.done = append(r.run.Run, run), time.Now(); run.Succeeded() {
		r.run.Acted = append(r.run.Acted, run.Name)
	}
}

// note notes what else happened, in words, with the time since the start.
func (r *record) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes = append(r.notes, fmt.Sprintf("after %d s: %s", int(time.Since(r.run.Start).Seconds()), text))
}

// sofar is what was recorded until now.
func (r *record) sofar() *report.Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	run := r.run // what comes later is appended to the lists, and not in this copy of them
	run.End = time.Now()
	node, _ := os.Hostname()
	return report.Record(r.name, node, &run, append([]string{}, r.notes...))
}

// judged notes the verdict of an experiment, in words.
func (r *record) judged(shown string) {
	r.note(shown)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.run.Verdict.Reason = "the last experiment: " + shown
}

// recordable finds before the beginning that the record could not be written at the end.
func (s *session) recordable() error {
	o := &s.options.live
	if o.record == "" {
		return nil
	}
	o.record = whole(o.record) // an experiment changes the working folder
	if filepath.Ext(o.record) != ".html" {
		return usage("the record is a page, and the name of its file must end in .html", "name it so, as in --record lesson.html")
	}
	path := o.record
	if linked, err := filepath.EvalSymlinks(path); err == nil {
		path = linked
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return usage("the record cannot be written to "+s.nearby(o.record), "name an ordinary file")
	}
	if !isFolder(filepath.Dir(path)) {
		return usage("the folder of the record does not exist", "create it, or name another file with --record")
	}
	trial, err := os.MkdirTemp(filepath.Dir(path), ".record-")
	if err != nil {
		var failed *fs.PathError // its path is that of the trial
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return problem.Wrap(problem.Usage, err, "the record cannot be written to "+s.nearby(o.record), "name another file with --record")
	}
	return os.Remove(trial)
}

// keep saves the record meanwhile: nothing is left of a program that is killed. It says once that
// it cannot.
func (w *livePage) keep() {
	err := w.save()
	if err != nil && w.unsaved == nil {
		w.console.problems(err)
	}
	w.unsaved = err
}

// save writes what was answered until now as a report, if somebody asked for that.
func (w *livePage) save() error {
	path := w.options.live.record
	if path == "" {
		return nil
	}
	page := report.Report{Mask: w.console.mask, Next: w.sentence("play it again alone: {demo " + w.records[0].name + "}")}
	for _, r := range w.records {
		page.Runs = append(page.Runs, r.sofar())
	}
	text, err := page.HTML()
	if err == nil {
		err = writeWhole(path, text)
	}
	if err != nil {
		return unwrittenReport(path, err)
	}
	return nil
}

// askEvery is how often a client asks each service, and patience is how long it waits.
const askEvery, patience = 250 * time.Millisecond, time.Second

// poll is a client of a service: it asks it four times a second, and looks at its file.
func (w *livePage) poll(ctx context.Context, i int) {
	file := filepath.Join(w.stages[i].Target.Folder, exchangeFile)
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	var place place
	for ended := false; ; {
		looked := time.Now()
		changed := place.sees(insteadOf(file))
		if place.shown == "" && w.records[i].undid(looked) || changed {
			w.room.File(i, place.shown)
		}
		m := w.records[i].asked(ctx)
		if err := w.stages[i].Died(); err != nil {
			if !ended {
				w.console.problems(err)
			}
			ended, m.State, m.Word, m.Text = true, "no data", "none", "the service has ended"
		}
		w.room.Answered(i, m)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// place is what stands in the place of a file, as the polls see it.
type place struct{ shown, last string }

// sees notes what a poll sees, and returns whether something else is to be shown. A file is empty
// for a moment while a service writes it, so it counts as empty when two polls in a row see that.
func (p *place) sees(now string) (changed bool) {
	moment := now == "empty" && p.last != now
	p.last = now
	if moment || p.shown == now {
		return false
	}
	p.shown = now
	return true
}

// What may stand in the place of a file; noFile may be a link that leads nowhere.
const gone, noFile = "gone", "something else stands there"

// insteadOf is what stands in the place of a file that should have something in it.
func insteadOf(file string) string {
	switch info, err := os.Lstat(file); {
	case err != nil:
		return gone
	case !info.Mode().IsRegular():
		return noFile
	case info.Size() == 0:
		return "empty"
	}
	return ""
}

package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/live"
	"chaosworkshop.example/runner/internal/report"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/tolerance"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// record keeps what a service answered, as a run of its experiment has it.
type record struct {
	target *target.Target
	probe  *value.Map // of the hypothesis, as the experiment has it
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

// saveEvery is how often a record is written.
const saveEvery = 10 * time.Second

func newRecord(t *target.Target, mask *show.Mask, keeps bool) *record {
	r := &record{target: t, probe: &value.Map{}, mask: mask, keeps: keeps, run: verdict.Result{Title: liveTitle, Start: time.Now(), Status: "completed", PlayRollbacks: true}}
	if doc, _ := document.Read(t.Experiment); doc != nil {
		for _, probe := range doc.Map().Map("steady-state-hypothesis").List("probes") {
			if m, _ := probe.(*value.Map); m.Map("provider").Text("type") == "http" {
				r.probe = m
				break
			}
		}
	}
	return r
}

// asked asks the service once, and keeps the answer.
func (r *record) asked(ctx context.Context, client *http.Client, url string) live.Mark {
	run := &verdict.Run{Activity: r.probe, Name: cmp.Or(r.probe.Text("name"), r.target.Name), Provider: "http", Start: time.Now()}
	m := live.Mark{At: run.Start, State: "no data", Word: "none"}
	answer, err := answerOf(ctx, client, url)
	run.End = time.Now()
	if err != nil {
		run.Fail(err.Error())
		m.Text = "no answer within " + patience.String()
	} else {
		wanted := tolerance.Parse(r.probe.Value("tolerance"))
		run.Status, run.Output, run.Wanted = "succeeded", answer, wanted.Wanted(answer)
		m.Word, m.Text, m.Wanted = value.Text(answer.Value("status")), answer.AsText("body"), run.Wanted
		if met, err := wanted.Within(ctx, answer); err == nil {
			run.ToleranceMet = &met
			m.State = map[bool]string{true: "held", false: "broke"}[met]
		}
	}
	if ctx.Err() == nil && r.keeps {
		r.keep(run, answer)
	}
	return m
}

// keep keeps an answer. The same answer is kept once.
func (r *record) keep(run *verdict.Run, answer *value.Map) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if answer != nil {
		if masked, _ := r.mask.Value(answer).(*value.Map); r.last == nil || !value.Equal(r.last, masked) {
			r.last = masked
		}
		run.Output = r.last
	}
	switch kept := len(r.run.During); {
	case kept < maxKept:
		met := run.ToleranceMet != nil && *run.ToleranceMet
		r.run.During = append(r.run.During, &verdict.State{Met: &met, Runs: verdict.Runs{run}})
	case kept == maxKept && r.keeps:
		r.notes = append(r.notes, "the answers after the first four hours were not kept")
		r.keeps = false
	}
}

func answerOf(ctx context.Context, client *http.Client, url string) (*value.Map, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err != nil {
		return nil, err
	}
	return value.MapOf("status", int64(response.StatusCode), "headers", &value.Map{}, "body", string(body)), nil
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
	return report.Record(r.target.Name, node, &run, append([]string{}, r.notes...))
}

// judged notes the verdict of an experiment, in words.
func (r *record) judged(shown string) {
	r.note(shown)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.run.Verdict.Reason = "the last experiment: " + shown
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
	page := report.Report{Mask: w.console.mask, Next: w.sentence("play it again alone: {demo " + w.records[0].target.Name + "}")}
	for _, r := range w.records {
		page.Runs = append(page.Runs, r.sofar())
	}
	text, err := page.HTML()
	if err == nil {
		err = writeWhole(path, text)
	}
	if err != nil {
		return unwrittenReport(err)
	}
	return nil
}

package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
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

// askEvery is how often a client asks each service, and patience is how long it waits.
const askEvery, patience = 250 * time.Millisecond, time.Second

// poll is a client of a service: it asks it four times a second, and looks at its file.
func (w *livePage) poll(ctx context.Context, i int) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	t := w.stages[i].Target
	file := filepath.Join(t.Folder, exchangeFile)
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	var place place
	for ended := false; ; {
		looked := time.Now()
		changed := place.sees(insteadOf(file))
		if place.shown == "" && w.records[i].undid(looked) || changed {
			w.room.File(i, place.shown)
		}
		m := w.records[i].asked(ctx, client, t.Ready.URL)
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

// insteadOf is what stands in the place of a file that should have something in it.
func insteadOf(file string) string {
	switch info, err := os.Lstat(file); {
	case err != nil:
		return "gone"
	case !info.Mode().IsRegular():
		return "something else stands there"
	case info.Size() == 0:
		return "empty"
	}
	return ""
}

// record keeps what a service answered, as the journal of a run has it.
type record struct {
	target *target.Target
	probe  *value.Map // of the hypothesis, as the experiment has it
	start  time.Time

	mu     sync.Mutex
	during []any
	acts   []any
	undone []any
	done   time.Time // when something was done that is not undone yet; zero for nothing
	notes  []string
}

// maxKept is how many answers of a service are kept: of an hour.
const maxKept = 4 * 60 * 60

func newRecord(t *target.Target) *record {
	r := &record{target: t, start: time.Now(), probe: &value.Map{}}
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
	run := &verdict.Run{Activity: r.probe, Start: time.Now()}
	m := live.Mark{At: run.Start, State: "no data", Word: "none"}
	answer, err := answerOf(ctx, client, url)
	run.End = time.Now()
	met := false
	if err != nil {
		run.Fail(err.Error())
		m.Text = "no answer within " + patience.String()
	} else {
		run.Status, run.Output = "succeeded", answer
		m.Word, m.Text = value.Text(answer.Value("status")), answer.AsText("body")
		if met, err = tolerance.Parse(r.probe.Value("tolerance")).Within(ctx, answer); err == nil {
			m.State = map[bool]string{true: "held", false: "broke"}[met]
		}
	}
	if m.State != "no data" {
		run.ToleranceMet = &met
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case ctx.Err() != nil:
	case len(r.during) == maxKept-1:
		r.notes = append(r.notes, "the answers after the first hour were not kept")
		fallthrough
	case len(r.during) < maxKept:
		r.during = append(r.during, value.MapOf("steady_state_met", met, "probes", []any{run.Value()}))
	}
	return m
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
	return &verdict.Run{Activity: value.MapOf("type", "action", "name", what, "provider", value.MapOf("type", "python")), Start: now, End: now, Status: "succeeded"}
}

// undid notes that the file is there again, whoever has put it there, if somebody looked after
// something was done.
func (r *record) undid(looked time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done.IsZero() || looked.Before(r.done) {
		return false
	}
	r.undone, r.done = append(r.undone, byHand("the file is there again").Value()), time.Time{}
	return true
}

// acted notes an action.
func (r *record) acted(run *verdict.Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acts, r.done = append(r.acts, run.Value()), time.Now()
}

// note notes what else happened, in words, with the time since the start.
func (r *record) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes = append(r.notes, fmt.Sprintf("after %d s: %s", int(time.Since(r.start).Seconds()), text))
}

// journal is the record in the form of a journal.
func (r *record) journal() *value.Map {
	r.mu.Lock()
	defer r.mu.Unlock()
	node, _ := os.Hostname()
	return value.MapOf("node", node, "experiment", value.MapOf("title", liveTitle), "start", verdict.Instant(r.start), "end", verdict.Instant(time.Now()), "status", "completed", "deviated", false,
		"steady_states", value.MapOf("before", nil, "after", nil, "during", r.during), "run", r.acts, "rollbacks", r.undone)
}

// reportOfRecords is a page of what services answered.
func reportOfRecords(mask *show.Mask, records []*record) ([]byte, error) {
	page := report.Report{Mask: mask}
	for _, r := range records {
		masked, _ := mask.Value(r.journal()).(*value.Map)
		page.Runs = append(page.Runs, report.Record(r.target.Name, masked, r.notes))
	}
	return page.HTML()
}

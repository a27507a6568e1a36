package report

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/charset"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/journal"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/tolerance"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Run is one run, as its journal tells it.
type Run struct {
	*verdict.Result
	Name    string     // of the journal's folder, or of the journal, if it has a name of its own
	Journal string     // the file
	Written *value.Map // what is in it
	Missing []string   // what it does not tell, in words
	Notes   []string   // what else is to be said, in words
	Wants   string     // what its task asks of it, in words; empty for nothing

	Recorded bool // it is no run of an experiment, but what clients of a service were answered
	Doubtful bool // the answers in the journal speak against its verdict

	place   string  // of the journal, without the folders that tell whose it is
	inOrder []event // see events
}

// maxSize bounds a journal, in bytes, besides those of its outputs for which there is no room: these are left out.
const maxSize = 256 << 20

// Read reads a journal: one of ours, one of the Chaos Toolkit, one that was cut, or the lines that
// a killed runner has left beside the place of its journal. Its error is a *problem.Problem.
func Read(path string) (*Run, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, problem.Wrap(problem.Invalid, err, "the journal cannot be read", "name the file that a run has written, as in "+filepath.Join(".workshop", "journal.json"))
	case info.IsDir():
		return nil, notAJournal(path, "it is a folder")
	case !info.Mode().IsRegular():
		return nil, notAJournal(path, "it is no ordinary file")
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		whole = path
	}
	r := &Run{Name: filepath.Base(filepath.Dir(whole)), Journal: path, Written: &value.Map{}}
	r.place = r.Name + "/" + filepath.Base(whole)
	if stem, _, _ := strings.Cut(filepath.Base(whole), "."); stem != "journal" {
		r.Name = stem
	}
	f, err := atomicfile.Open(path)
	if err != nil {
		return nil, problem.Wrap(problem.Invalid, err, "the journal cannot be read", "check its permissions")
	}
	defer f.Close()
	if left := journal.ParseLeft(bufio.NewReader(f), info.Size()); left != nil {
		r.fromLeft(left)
	} else if err := r.fromFile(f, info.Size()); err != nil {
		return nil, err
	}
	r.notes()
	return r, nil
}

// fromFile reads a whole journal, or the beginning of one.
func (r *Run) fromFile(f *os.File, size int64) error {
	_, err := f.Seek(0, io.SeekStart)
	var text []byte
	if err == nil {
		text, err = journal.Shorten(f, size, maxSize)
	}
	if unread := (*fs.PathError)(nil); errors.As(err, &unread) {
		return problem.Wrap(problem.Invalid, err, "the journal cannot be read", "check its permissions")
	} else if err != nil {
		return notAJournal(r.Journal, fmt.Sprintf("it has more than %d MiB besides its outputs", maxSize>>20))
	}
	if decoded, sure := charset.Decode(text); sure { // else it is read as it is
		text = decoded
	}
	return r.fromDocument(text)
}

func notAJournal(path, why string) error {
	return problem.New(problem.Invalid, path+" is not a journal: "+why, "name the file that a run has written, as in "+filepath.Join(".workshop", "journal.json"))
}

// Record is what a client of a service was answered on a computer, in the form of a run; notes say
// what else happened.
func Record(name, computer string, answers *verdict.Result, notes []string) *Run {
	return &Run{Name: name, Written: value.MapOf("node", computer), Result: answers, Notes: notes, Recorded: true}
}

// fromDocument reads the text of a whole journal, or the beginning of one.
func (r *Run) fromDocument(text []byte) error {
	if len(bytes.TrimSpace(text)) == 0 { // cut before its first letter
		text = []byte("{")
	}
	whole, cut := repaired(text)
	v, err := journal.Parse(whole)
	if err != nil {
		return problem.Wrap(problem.Invalid, err, r.Journal+" is not a journal: it is not JSON", "name the file that a run has written")
	}
	m, isMap := v.(*value.Map)
	known := m.Has("steady_states") || m.Has("run") || m.Has("chaoslib-version")
	if !isMap || !known && !(cut && m.Len() == 0) {
		return notAJournal(r.Journal, "it has no run of an experiment in it")
	}
	if cut {
		r.Missing = append(r.Missing, "The journal ends in the middle: what came after that is missing.")
	}
	r.Written = m
	r.Result = resultOf(m, cut)
	return nil
}

// resultOf is the run that a journal tells of, as far as it does.
func resultOf(m *value.Map, cut bool) *verdict.Result {
	e, states, v := m.Map("experiment"), m.Map("steady_states"), m.Map("verdict")
	word := v.AsText("word")
	if evidence.Verdicts[word].Shown == "" {
		word = ""
	}
	read := reader{dry: e.AsText("dry"), cut: cut, judged: slices.Contains(judged, word)}
	r := &verdict.Result{
		Title: e.AsText("title"), Start: instant(m.AsText("start")), End: instant(m.AsText("end")),
		Status: m.AsText("status"), Deviated: value.Truthy(m.Value("deviated")),
		Before: read.state(states.Value("before")), After: read.state(states.Value("after")),
		Run: read.runs(m.List("run"), "method"), Rollbacks: read.runs(m.List("rollbacks"), "rollback"), Proof: read.runs(v.List("proof"), "proof"),
		Hypothesis: len(e.Map("steady-state-hypothesis").List("probes")) > 0, PlayRollbacks: true,
		Verdict: verdict.Verdict{Word: word, Reason: hiddenIn(v.AsText("reason")), Next: v.AsText("next")},
	}
	for _, s := range states.List("during") {
		if state := read.state(s); state != nil {
			r.During = append(r.During, state)
		}
	}
	r.Begun, r.Played = len(r.Run), len(r.Rollbacks)
	for _, run := range r.Run {
		if run.Action && run.Succeeded() && !run.Pretended {
			r.Acted = append(r.Acted, run.Name)
		}
	}
	return r
}

// judged are the verdicts that each need a proof.
var judged = []string{verdict.Held, verdict.Deviated, verdict.Explored}

// reader reads the runs of a journal.
type reader struct {
	dry    string
	cut    bool // the journal ends in the middle: a run without a status is half of one
	judged bool // its verdict says that each proof was met
}

func (d reader) state(v any) *verdict.State {
	m, isMap := v.(*value.Map)
	if !isMap {
		return nil
	}
	s := &verdict.State{Runs: d.runs(m.List("probes"), "hypothesis")}
	if met, known := m.Value("steady_state_met").(bool); known {
		s.Met = &met
	}
	return s
}

func (d reader) runs(list []any, part string) (all verdict.Runs) {
	for _, item := range list {
		if m, isMap := item.(*value.Map); isMap && (!d.cut || m.Has("status")) {
			all = append(all, d.run(m, part))
		}
	}
	return all
}

func (d reader) run(m *value.Map, part string) *verdict.Run {
	a := m.Map("activity")
	run := &verdict.Run{
		Activity: a, Output: m.Value("output"), Status: m.AsText("status"), Start: instant(m.AsText("start")), End: instant(m.AsText("end")),
		Name: cmp.Or(a.AsText("name"), a.AsText("ref"), "(without a name)"), Provider: a.Map("provider").AsText("type"),
		Action: a.AsText("type") == "action", Background: value.Truthy(a.Value("background")),
		Proves: a.Has("tolerance") && part != "hypothesis",
	}
	run.KeepAs(m)
	run.Pretended = d.dry == "activities" || d.dry == "actions" && run.Action || d.dry == "probes" && !run.Action
	if said := m.List("exception"); len(said) > 0 {
		last := strings.TrimSpace(value.Text(said[len(said)-1]))
		run.Reason = hiddenIn(strings.TrimPrefix(last, "chaoslib.exceptions.ActivityFailed: "))
	}
	if met, known := m.Value("tolerance_met").(bool); known {
		run.ToleranceMet = &met
	}
	d.judge(run)
	run.Output = WithoutPrivate(run.Output)
	return run
}

// judge says again what was wanted, and whether a proof was met. A journal does not tell what
// ${name} stood for, nor what a secret is, so some of it is known only from the verdict.
func (d reader) judge(run *verdict.Run) {
	wanted, has := run.Activity.Get("tolerance")
	t := tolerance.Parse(wanted)
	run.Wanted = value.JSON(wanted)
	shown := run.Wanted + value.JSON(run.Output)
	known := has && len(t.Check()) == 0 && !strings.Contains(run.Wanted, "${") && !strings.Contains(shown, show.Hidden) && !strings.Contains(shown, "(left out: ")
	switch {
	case !has:
		run.Wanted = ""
	case known && run.Failed() && run.Provider == "http": // a list is of statuses then
		run.Wanted = t.Wanted(value.MapOf("status", int64(0)))
	case known && run.Failed():
		run.Wanted = ""
	case known:
		run.Wanted = t.Wanted(run.Output)
	}
	switch {
	case run.Pretended:
	case run.Failed() && (run.Action || run.Proves):
		run.Unproven = fmt.Sprintf("'%s' failed: %s", run.Name, run.Reason)
	case run.Proves:
		met, err := false, error(nil)
		if known {
			met, err = t.Within(context.Background(), run.Output)
		}
		switch {
		case (!known || err != nil) && d.judged:
		case !known || err != nil:
			run.Unproven = fmt.Sprintf("'%s': the journal does not tell whether its tolerance was met", run.Name)
		case !met:
			run.Got = t.Got(WithoutPrivate(run.Output))
			run.Unproven = run.Deviation()
		}
	case run.Action:
		run.CheckEnd()
	case known && run.Succeeded() && run.ToleranceMet != nil:
		if met, err := t.Within(context.Background(), run.Output); err == nil && met != *run.ToleranceMet {
			run.Decided = "the journal says something else than the answer"
		}
	}
}

// instant reads a time as Python writes it, with or without a zone; the zero time for no such text,
// and for a time at which there was no runner.
func instant(text string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04:05.999999Z07:00", "2006-01-02T15:04:05.999999"} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1990 && t.Year() < 2200 { // or it is no time of a run
			return t.UTC()
		}
	}
	return time.Time{}
}

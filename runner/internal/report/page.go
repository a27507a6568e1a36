package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/value"
)

//go:embed page.html
var pageText string

//go:embed page.css
var css string

var page = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageText)) })

// HTML is the report as one file that needs nothing else: no network, no script.
func (r *Report) HTML() ([]byte, error) {
	style := strings.TrimSpace(css)
	sum := sha256.Sum256([]byte(style))
	v := view{Style: template.CSS(style), Hash: base64.StdEncoding.EncodeToString(sum[:]), Title: r.title(), Next: strings.Split(r.next(), "\n")}
	axis := time.Duration(0)
	for _, run := range r.Runs {
		axis = max(axis, run.length())
	}
	for i, run := range r.Runs {
		v.Runs = append(v.Runs, r.run(i, run, axis))
	}
	v.Several = len(r.Runs) > 1
	v.shareExperiment()
	if v.Loop = r.loop(); r.Task != nil {
		v.Task = &Task{r.Task.Title, r.Mask.Screen(r.Task.Text), r.Task.Solved, r.Task.Step}
	}
	v.Compared = r.compared()
	var b bytes.Buffer
	err := page().Execute(&b, v)
	return b.Bytes(), err
}

// view is what the template shows.
type view struct {
	Style       template.CSS
	Hash, Title string
	Next        []string
	Runs        []runView
	Several     bool
	Task        *Task
	Loop        []step
	Compared    []comparedRow
}

type runView struct {
	Number                 int
	Name, Title, Class     string
	Word, Sentence, Reason string
	Wants                  string
	Missing, Notes         []string
	Rows                   []evidence.Row
	Timeline               timeline
	Events                 []eventView
	Experiment             string
	Shared                 bool // all runs are of this experiment, and it stands only here
	Where                  [][2]string
}

// shareExperiment leaves the experiment only in the first run, if it is that of all.
func (v *view) shareExperiment() {
	first, others := &v.Runs[0], v.Runs[1:]
	for _, run := range others {
		if run.Experiment != first.Experiment {
			return
		}
	}
	first.Shared = v.Several
	for i := range others {
		others[i].Experiment = ""
	}
}

type eventView struct {
	At, Part, Name, State, Class, Outcome, Took string
	Answer                                      string // in full, up to maxAnswer
}

// What is shown of a line (in letters), of one answer and of the experiment (in bytes), and how many
// activities.
const maxLine, maxAnswer, maxExperiment, maxEvents = 400, 2 << 10, 32 << 10, 200

func (r *Report) words() evidence.Words { return evidence.Words{Mask: r.Mask, Letters: maxLine} }

func (r *Report) line(text string) string { return r.Mask.Line(text, maxLine) }

func (r *Report) title() string {
	if r.Task != nil {
		return r.line(r.Task.Title)
	}
	for _, run := range r.Runs[1:] {
		if run.Title != r.Runs[0].Title {
			return "Experiments side by side"
		}
	}
	return r.heading(r.Runs[0])
}

func (r *Report) heading(run *Run) string {
	return r.line(cmp.Or(run.Title, "An experiment without a title"))
}

func (r *Report) run(i int, run *Run, axis time.Duration) runView {
	shown, sentence := run.word()
	w := r.words()
	v := runView{Number: i + 1, Name: r.line(run.Name), Title: r.heading(run), Class: cmp.Or(run.Verdict.Word, "none"), Word: shown, Sentence: sentence,
		Reason: r.line(evidence.Reason(run.Result)), Wants: r.line(run.Wants), Notes: r.notes(run), Missing: slices.Clone(run.Missing), Rows: r.rows(run)}
	v.Timeline = run.draw(axis, func(e event) string {
		return r.line(fmt.Sprintf("%s, at %s: %s", e.state(), short(run.since(e.run.Start)), w.Outcome(e.part, e.run)))
	})
	v.Timeline.Words = r.describe(run)
	for i := range v.Timeline.Lanes {
		v.Timeline.Lanes[i].Name = r.Mask.Line(v.Timeline.Lanes[i].Name, 24)
	}
	events := run.told()
	for _, e := range events[:min(len(events), maxEvents)] {
		v.Events = append(v.Events, r.event(run, e))
	}
	if left := len(events) - len(v.Events); left > 0 && !run.Recorded {
		v.Missing = append(v.Missing, fmt.Sprintf("The table shows the first %d activities of %d. The journal has all.", maxEvents, len(events)))
	}
	if e := run.Written.Map("experiment"); e != nil {
		var b strings.Builder
		if value.WriteJSON(&b, WithoutPrivate(e), "  ") == nil {
			v.Experiment = r.cut(b.String(), maxExperiment)
		}
	}
	v.Where = r.where(run)
	return v
}

// cut is a text that is fit to be shown, and says what is left out of it.
func (r *Report) cut(text string, most int) string {
	text = r.Mask.Lines(text)
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + fmt.Sprintf("\n(cut: this is %d of %d letters; the journal has all)", utf8.RuneCountInString(text[:most]), utf8.RuneCountInString(text))
}

func (r *Report) event(run *Run, e event) eventView {
	w := r.words()
	v := eventView{At: short(run.since(e.run.Start)), Part: evidence.Chapter(e.part, e.run.Action, e.run.Proves), Name: r.line(e.run.Name), State: string(e.state()), Class: e.state().class(),
		Outcome: r.line(strings.TrimPrefix(w.Outcome(e.part, e.run), w.Name(e.run)+": "))}
	if !e.run.End.IsZero() {
		v.Took = short(e.run.End.Sub(e.run.Start).Round(100 * time.Microsecond))
	}
	if e.run.Output != nil {
		var b strings.Builder
		if text, isText := e.run.Output.(string); isText {
			b.WriteString(text)
		} else if value.WriteJSON(&b, e.run.Output, "  ") != nil {
			return v
		}
		if v.Answer = r.cut(b.String(), maxAnswer); v.Answer == v.Outcome {
			v.Answer = ""
		}
	}
	return v
}

// describe is the picture of a run in words.
func (r *Report) describe(run *Run) string {
	counts := map[state]int{}
	for _, e := range run.events() {
		counts[e.state()]++
	}
	var all []string
	for _, s := range []state{held, broke, fault, proven, absent, undone, failed, asked, noData} {
		if n := counts[s]; n > 0 {
			all = append(all, fmt.Sprintf("%s: %d", s, n))
		}
	}
	if len(all) == 0 {
		return "The journal has no activity in it."
	}
	said := []string{fmt.Sprintf("The run took %s. Marks: %s.", short(run.length().Round(100*time.Microsecond)), strings.Join(all, ", "))}
	for _, f := range run.faults() {
		end := short(f.to)
		if f.open {
			end = "the end"
		}
		switch {
		case f.proven:
			said = append(said, fmt.Sprintf("The fault was on from %s to %s.", short(f.from), end))
		case f.absent:
			said = append(said, fmt.Sprintf("An action was done at %s, and the fault was not found on.", short(f.from)))
		default:
			said = append(said, fmt.Sprintf("An action was done at %s. The journal does not tell whether the fault was on.", short(f.from)))
		}
	}
	return strings.Join(said, " ")
}

func (r *Report) where(run *Run) (all [][2]string) {
	add := func(label, text string) {
		if text = r.line(text); text != "" {
			all = append(all, [2]string{label, text})
		}
	}
	if !run.Start.IsZero() {
		add("began", run.Start.Local().Format("2006-01-02 15:04:05 -07:00"))
		add("took", short(run.length().Round(100*time.Microsecond)))
	}
	add("computer", run.Written.AsText("node"))
	add("system", run.Written.AsText("platform"))
	status := run.Status
	if run.Deviated {
		status += ", deviated"
	}
	add("status", status)
	add("journal format", run.Written.AsText("chaoslib-version"))
	add("journal", run.place)
	return all
}

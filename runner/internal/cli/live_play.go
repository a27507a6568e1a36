package cli

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/report"
	"chaosworkshop.example/runner/internal/verdict"
)

// pace is how long a room has to read one step. An experiment itself takes only milliseconds: a pause
// in it would give the service the time to write its file again.
const pace = 800 * time.Millisecond

// play plays the experiment of each target, and tells what it did before the next one.
func (w *livePage) play(ctx, undo context.Context) {
	if len(w.pending) > 0 {
		w.console.note("the experiment is being played")
		return
	}
	if w.absent(w.stages) {
		return
	}
	for i := range w.stages {
		w.room.Judged(i, "", "")
		w.pending = append(w.pending, func() { w.playOne(ctx, undo, i) })
	}
	w.advance()
}

// absent tells of the first of these stages whose file is not there.
func (w *livePage) absent(stages []*demo.Stage) bool {
	for _, stage := range stages {
		if t := stage.Target; insteadOf(filepath.Join(t.Folder, exchangeFile)) == "gone" {
			does := "the file of " + t.Name + " is not there: put it back (b), or wait until the service writes it (up to 10 s)"
			w.room.Missing(does)
			w.console.note("%s", strings.Join(wrap(does, w.console.width()), "\n"))
			return true
		}
	}
	return false
}

// advance does the next of what is pending, and lets the room read it.
func (w *livePage) advance() {
	now := w.pending[0]
	w.pending, w.pause = w.pending[1:], nil
	if now(); len(w.pending) > 0 && w.pause == nil {
		w.pause = time.After(pace)
	}
}

// playOne plays the experiment of a target.
func (w *livePage) playOne(ctx, undo context.Context, i int) {
	stage := w.stages[i]
	if w.absent(w.stages[i : i+1]) {
		w.pending = nil
		return
	}
	w.playing, w.steps = i, nil
	o, err := stage.Play(ctx, undo)
	w.playing = -1
	var v verdict.Verdict
	page := ""
	switch {
	case ctx.Err() != nil:
		return // act tells why
	case err != nil:
		w.console.problems(err)
		v = verdict.Verdict{Word: verdict.NoVerdict, Reason: err.Error()}
	default:
		name := strings.NewReplacer("journal", "report", ".json", ".html").Replace(filepath.Base(o.Journal))
		w.console.problems(o.Unwritten)
		w.console.problems(o.Died)
		v, page = o.Result.Verdict, w.beside(name, report.Report{}, played{journal: o.Journal, name: stage.Target.Name})
	}
	w.records[i].judged(inWords(v))
	var told []func()
	for _, step := range w.steps {
		told = append(told, func() { w.room.Step(stepOf(stage.Target.Expect), stage.Target.Name+": "+step) })
	}
	w.pending = append(append(told, func() { w.judged(i, v, page) }), w.pending...)
	w.advance()
}

// judged shows the verdict of a target, and where the page of its experiment is.
func (w *livePage) judged(i int, v verdict.Verdict, page string) {
	shown, name := inWords(v), w.stages[i].Target.Name
	w.room.Judged(i, v.Word, shown)
	w.room.Step(stepAfter(v.Word), "the experiment was played with "+name)
	w.console.note("%s", strings.TrimRight(strings.Join(wrap(name+": "+shown, w.console.width()-2), "\n  ")+"\n  "+page, "\n "))
}

// inWords is a verdict with its sentence, or why there is none.
func inWords(v verdict.Verdict) string {
	words := evidence.Verdicts[v.Word]
	if v.Word == verdict.NoVerdict {
		return words.Shown + ": " + v.Reason
	}
	return words.Shown + ": " + words.Sentence
}

// stepOf is the step of the learning loop that an experiment is, by the verdict that it should have.
func stepOf(expected string) string {
	if expected == verdict.Held {
		return "validate"
	}
	return "explore"
}

// stepAfter is the step that a verdict has reached.
func stepAfter(word string) string {
	if word == verdict.Deviated {
		return "discover"
	}
	return stepOf(word)
}

package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/verdict"
)

// pace is how long a room has to read one step. An experiment itself takes only milliseconds: a pause
// in it would give the service the time to write its file again.
const pace = 2 * time.Second

// play begins to play the experiment of each target whose service runs.
func (w *livePage) play() {
	if len(w.queue)+len(w.told) > 0 {
		w.isPlaying()
		return
	}
	for i, stage := range w.stages {
		if stage.Died() == nil {
			w.queue = append(w.queue, i)
			continue
		}
		w.room.Judged(i, "", "")
		w.told = append(w.told, func() {
			does := "the service of " + stage.Target.Name + " has ended: stop live (q or Ctrl-C), and start it again"
			w.room.Step("explore", does)
			w.console.note("%s", does)
		})
	}
	w.absent(w.queue...)
	for _, i := range w.queue {
		w.room.Judged(i, "", "")
	}
	w.came, w.pause = "", time.After(0)
}

// isPlaying says that something has to wait.
func (w *livePage) isPlaying() {
	const does = "the experiment is being played: wait until it is over"
	w.room.Does(does)
	w.console.note("%s", does)
}

// absent tells of the first of these stages whose file is not there: then nothing is played.
func (w *livePage) absent(stages ...int) bool {
	for _, i := range stages {
		if t := w.stages[i].Target; insteadOf(filepath.Join(t.Folder, exchangeFile)) == "gone" {
			does := "the file of " + t.Name + " is not there: put it back (b), or wait until the service writes it (up to 10 s)"
			w.room.Missing(does)
			w.console.note("%s", does)
			w.queue = nil
			return true
		}
	}
	return false
}

// advance shows the next of what an experiment did, or plays the next one, and lets the room read it.
func (w *livePage) advance(ctx, undo context.Context) {
	if len(w.told) == 0 && len(w.queue) > 0 {
		i := w.queue[0]
		w.queue = w.queue[1:]
		if !w.absent(i) {
			w.playOne(ctx, undo, i)
		}
	}
	w.tell()
	if w.pause = nil; len(w.told)+len(w.queue) > 0 {
		w.pause = time.After(pace)
	}
}

// tell shows the next of what an experiment did.
func (w *livePage) tell() {
	if len(w.told) > 0 {
		now := w.told[0]
		w.told = w.told[1:]
		now()
	}
}

// tellAll shows at once what the room would have had time to read.
func (w *livePage) tellAll() {
	for len(w.told) > 0 {
		w.tell()
	}
}

// playOne plays the experiment of a target.
func (w *livePage) playOne(ctx, undo context.Context, i int) {
	t := w.stages[i].Target
	w.room.Step(stepOf(t.Expect), "the experiment is played with "+t.Name)
	w.playing, w.steps, w.demos = i, nil, []string{t.Name}
	o, err := w.stages[i].Play(ctx, undo)
	if o == nil && ctx.Err() != nil { // and nothing was done
		return
	}
	v, does, page := verdict.Verdict{Word: verdict.NoVerdict}, "", ""
	isSaid := o == nil
	if o == nil {
		v.Reason = err.Error()
		w.console.problems(err)
	} else {
		v = o.Result.Verdict
		page, isSaid = w.concluded(o, ctx.Err() != nil)
		if o.Unwritten != nil {
			does = "the experiment was played with " + t.Name + ", and its journal could not be written"
		}
	}
	w.records[i].judged(inWords(v))
	for _, step := range w.steps {
		w.told = append(w.told, func() { w.room.Step(stepOf(t.Expect), t.Name+", a moment ago: "+step) })
	}
	w.told = append(w.told, func() {
		if i == 0 {
			w.came = v.Word
		}
		w.room.Judged(i, v.Word, inWords(v))
		w.room.Step(stepAfter(v.Word), cmp.Or(does, w.hands(), "the experiment was played with "+t.Name))
		if !isSaid {
			w.console.note("%s", strings.TrimSpace(t.Name+": "+inWords(v)+"\n  "+page))
		}
	})
}

// concluded makes the page of an experiment that was played. It says what is wrong, and of a fault that was
// not undone, or of a stop, all that a demo says, with its exit code.
func (w *livePage) concluded(o *demo.Outcome, stopped bool) (page string, isSaid bool) {
	end, word := w.closing(o, w.next(o.Result, o)), o.Result.Verdict.Word
	if word == verdict.NotUndone || stopped && word == verdict.Interrupted {
		end.over = end.over && o.Result.Played == 0
		w.console.Say(o.Target.Name + ": " + o.Target.Title)
		w.code = cmp.Or(w.code, w.concludeDemo(o, end))
		return "", true
	}
	w.console.problems(o.Unwritten)
	w.console.problems(o.Died)
	return end.report, false
}

// hands says what the show of hands was, and what came.
func (w *livePage) hands() string {
	came := map[string]string{verdict.Held: "it held", verdict.Deviated: "it broke"}[w.came]
	if w.predicted == nil || came == "" {
		return ""
	}
	return fmt.Sprintf("%s: %d said that it holds, %d that it breaks, and %s", w.stages[0].Target.Name, w.predicted.Holds, w.predicted.Breaks, came)
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

package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/verdict"
)

// pace is how long a room has to read one step. An experiment itself takes only milliseconds: a pause
// in it would give the service the time to write its file again.
const pace = 2 * time.Second

// play is what is played, and what is still to be shown of it.
type play struct {
	stage int              // whose experiment is played
	queue []int            // the stages whose experiment is still to be played
	mu    sync.Mutex       // activities may run side by side
	steps []string         // what the experiment did
	told  []func()         // what is to be shown, one after the other
	pause <-chan time.Time // ends when the next of it is shown; nil for never
	came  string           // the word of the first stage's last verdict
}

// begin begins to play the experiment of each target whose service runs.
func (w *livePage) begin() {
	p := &w.play
	if len(p.queue)+len(p.told) > 0 {
		w.isPlaying()
		return
	}
	for i, stage := range w.stages {
		if stage.Died() == nil {
			p.queue = append(p.queue, i)
			continue
		}
		w.room.Judged(i, "", "")
		p.told = append(p.told, func() {
			w.says("explore", "the service of "+stage.Target.Name+" has ended: stop live (q or Ctrl-C), and start it again", false)
		})
	}
	w.absent(p.queue...)
	for _, i := range p.queue {
		w.room.Judged(i, "", "")
	}
	p.came, p.pause = "", time.After(0)
}

// isPlaying says that something has to wait.
func (w *livePage) isPlaying() {
	w.says("", "the experiment is being played: wait until it is over", false)
}

// absent tells of the first of these stages whose file is not there: then nothing is played.
func (w *livePage) absent(stages ...int) bool {
	for _, i := range stages {
		if t := w.stages[i].Target; insteadOf(filepath.Join(t.Folder, exchangeFile)) == gone {
			w.says("explore", "the file of "+t.Name+" is not there: put it back (b), or wait until the service writes it (up to 10 s)", true)
			w.play.queue = nil
			return true
		}
	}
	return false
}

// advance shows the next of what an experiment did, or plays the next one, and lets the room read it.
func (w *livePage) advance(ctx, undo context.Context) {
	p := &w.play
	if len(p.told) == 0 && len(p.queue) > 0 {
		i := p.queue[0]
		p.queue = p.queue[1:]
		if !w.absent(i) {
			w.playOne(ctx, undo, i)
		}
	}
	p.tell()
	if p.pause = nil; len(p.told)+len(p.queue) > 0 {
		p.pause = time.After(pace)
	}
}

// tell shows the next of what an experiment did.
func (p *play) tell() {
	if len(p.told) > 0 {
		now := p.told[0]
		p.told = p.told[1:]
		now()
	}
}

// tellAll shows at once what the room would have had time to read.
func (p *play) tellAll() {
	for len(p.told) > 0 {
		p.tell()
	}
}

// playOne plays the experiment of a target.
func (w *livePage) playOne(ctx, undo context.Context, i int) {
	t, p := w.stages[i].Target, &w.play
	w.room.Does(stepOf(t.Expect), "the experiment is played with "+t.Name, false)
	p.stage, p.steps, w.demos = i, nil, []string{t.Name}
	o, err := w.stages[i].Play(ctx, undo)
	if o == nil && ctx.Err() != nil { // and nothing was done
		return
	}
	var v verdict.Verdict
	does, page, isSaid := "", "", true
	if o == nil {
		v = verdict.Verdict{Word: verdict.NoVerdict, Reason: err.Error()}
		w.console.problems(err)
	} else {
		v = o.Result.Verdict
		page, isSaid = w.concluded(o, ctx.Err() != nil)
		if o.Unwritten != nil {
			does = "the experiment was played with " + t.Name + ", and its journal could not be written"
		}
	}
	w.records[i].judged(inWords(v))
	for _, step := range p.steps {
		p.told = append(p.told, func() { w.room.Does(stepOf(t.Expect), t.Name+", a moment ago: "+step, false) })
	}
	p.told = append(p.told, func() {
		if i == 0 {
			p.came = v.Word
		}
		w.room.Judged(i, v.Word, inWords(v))
		reached := stepOf(v.Word)
		if v.Word == verdict.Deviated {
			reached = "discover"
		}
		w.room.Does(reached, cmp.Or(does, w.hands(), "the experiment was played with "+t.Name), false)
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
	came := map[string]string{verdict.Held: "it held", verdict.Deviated: "it broke"}[w.play.came]
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

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/live"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/verdict"
)

// keys reads what the instructor types.
func (w *livePage) keys(ctx context.Context) {
	for {
		text, err := w.line(ctx)
		if ctx.Err() != nil {
			return
		}
		words := strings.Fields(strings.ToLower(text))
		switch {
		case err != nil:
			words = []string{"q"}
		case len(words) == 0:
			continue
		}
		does := map[string]string{"t": "take", "b": "back", "e": "play", "p": "predict", "q": "quit"}
		a := live.Action{Do: does[words[0]]}
		var wrong error
		if a.Do == "predict" {
			wrong = errors.New("two numbers")
			if len(words) == 3 {
				a.Predicted, wrong = live.ParsePredicted(words[1], words[2])
			}
		}
		if a.Do == "" || wrong != nil || a.Do != "predict" && len(words) > 1 {
			w.console.note("%s", keysHelp)
			continue
		}
		select {
		case w.actions <- a:
		case <-ctx.Done():
		}
		if a.Do == "quit" {
			return
		}
	}
}

// act does what is asked for, one after the other.
func (w *livePage) act(ctx, undo context.Context) error {
	for {
		select {
		case <-ctx.Done():
			var stop *verdict.Stop
			if errors.As(context.Cause(ctx), &stop) && stop.Signal > 0 {
				return exitCode(128 + stop.Signal)
			}
			return exitCode(problem.OK)
		case a := <-w.actions:
			switch a.Do {
			case "quit":
				return exitCode(problem.OK)
			case "predict":
				w.room.Predict(a.Predicted)
				w.records[0].note(fmt.Sprintf("show of hands: %d say that it holds, %d that it breaks", a.Predicted.Holds, a.Predicted.Breaks))
				w.console.note("show of hands: %d say that it holds, %d say that it breaks", a.Predicted.Holds, a.Predicted.Breaks)
			case "take":
				w.move(exchangeFile, awayFile, "the file is taken away")
			case "back":
				w.move(awayFile, exchangeFile, "the file is put back")
			case "play":
				w.play(ctx, undo)
			}
		}
	}
}

// awayFile is where the chapter's experiment puts the file, too.
const awayFile = exchangeFile + ".old"

// move renames a file in the folder of each target where it is there and the other is not in its way.
func (w *livePage) move(from, to, does string) {
	moved := false
	for i, stage := range w.stages {
		from, to := filepath.Join(stage.Target.Folder, from), filepath.Join(stage.Target.Folder, to)
		if filepath.Base(to) == exchangeFile && isNamed(to) { // the service has written it again
			continue
		}
		if err := os.Rename(from, to); err != nil {
			continue
		}
		if moved = true; filepath.Base(from) == exchangeFile {
			w.records[i].acted(byHand(does))
		}
	}
	if !moved {
		does = map[string]string{exchangeFile: "the file is there already", awayFile: "the file is gone already"}[to]
	}
	w.room.Step("explore", does)
	w.console.note("%s", does)
}

// play plays the experiment of each target.
func (w *livePage) play(ctx, undo context.Context) {
	for i := range w.stages {
		w.room.Judged(i, "", "")
	}
	for i, stage := range w.stages {
		w.playing = i
		o, err := stage.Play(ctx, undo)
		w.playing = -1
		switch {
		case ctx.Err() != nil:
			return // act tells why
		case err != nil:
			w.console.problems(err)
			w.judged(i, verdict.Verdict{Word: verdict.NoVerdict, Reason: err.Error()}, "")
		default:
			name := strings.NewReplacer("journal", "report", ".json", ".html").Replace(filepath.Base(o.Journal))
			w.judged(i, o.Result.Verdict, w.beside(name, "", played{o.Journal, stage.Target.Name}))
		}
	}
}

// judged shows the verdict of a target, and where the page of its experiment is.
func (w *livePage) judged(i int, v verdict.Verdict, page string) {
	words, name := evidence.Verdicts[v.Word], w.stages[i].Target.Name
	shown := words.Shown + ": " + words.Sentence
	if v.Word == verdict.NoVerdict {
		shown = words.Shown + ": " + v.Reason
	}
	w.records[i].note(shown)
	w.room.Judged(i, v.Word, shown)
	w.room.Step(stepAfter(v.Word), "the experiment was played with "+name)
	w.console.note("%s", strings.TrimRight(strings.Join(wrap(name+": "+shown, w.console.width()-2), "\n  ")+"\n  "+page, "\n "))
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

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/live"
	"chaosworkshop.example/runner/internal/problem"
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
		if a.Do == "predict" && len(words) == 3 {
			if a.Predicted, err = live.ParsePredicted(words[1], words[2]); err != nil {
				w.console.note("%s", err)
				continue
			}
		} else if a.Do == "" || len(words) > 1 || a.Do == "predict" {
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
	w.keep()
	saving := time.NewTicker(saveEvery)
	defer saving.Stop()
	for {
		select {
		case <-ctx.Done():
			return stoppedBy(ctx)
		case <-saving.C:
			w.keep()
		case a := <-w.actions:
			switch a.Do {
			case "quit":
				return exitCode(problem.OK)
			case "predict":
				w.room.Predict(a.Predicted)
				w.records[0].note(fmt.Sprintf("show of hands: %d say that it holds, %d that it breaks", a.Predicted.Holds, a.Predicted.Breaks))
				w.console.note("show of hands for %s: %d say that it holds, %d say that it breaks", w.stages[0].Target.Name, a.Predicted.Holds, a.Predicted.Breaks)
			case "take":
				w.move(exchangeFile, awayFile, "the file is taken away")
			case "back":
				w.move(awayFile, exchangeFile, "the file is put back")
			case "play":
				w.play(ctx, undo)
			}
		case <-w.pause:
			w.advance()
		}
	}
}

// awayFile is where the chapter's experiment puts the file, too.
const awayFile = exchangeFile + ".old"

// move renames a file in the folder of each target where it is there and the other is not in its way.
func (w *livePage) move(from, to, does string) {
	moved, why := false, ""
	for i, stage := range w.stages {
		from, to := filepath.Join(stage.Target.Folder, from), filepath.Join(stage.Target.Folder, to)
		if filepath.Base(to) == exchangeFile && isNamed(to) { // the service has written it again
			why = exchangeFile + " is there"
			continue
		}
		if err := os.Rename(from, to); err != nil {
			var failed *os.LinkError // its paths are those of this computer
			switch {
			case !isNamed(from):
				why = filepath.Base(from) + " is not there"
			case errors.As(err, &failed):
				why = failed.Err.Error()
			}
			continue
		}
		if moved = true; filepath.Base(from) == exchangeFile {
			w.records[i].acted(byHand(does))
		}
	}
	if !moved {
		does = "nothing was moved: " + why
	}
	if to == awayFile {
		w.room.Missing(does)
	} else {
		w.room.Step("explore", does)
	}
	w.console.note("%s", does)
}

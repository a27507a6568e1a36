package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"chaosworkshop.example/runner/internal/live"
	"chaosworkshop.example/runner/internal/problem"
)

const keysHelp = `keys, each with Enter:
  t        take the file away
  b        put it back
  e        play the experiment
  p 12 5   note a show of hands: 12 say that it holds, 5 that it breaks
  q        stop`

// keys reads what the instructor types.
func (w *livePage) keys(ctx context.Context) {
	for {
		text, err := w.line(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			end := live.Action{Do: "quit"}
			if !isTerminal(w.world.Stdin) {
				end.Do = "hang up"
			}
			w.asks(ctx, end)
			return
		}
		words := strings.Fields(strings.ToLower(text))
		if len(words) == 0 {
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
		if w.asks(ctx, a); a.Do == "quit" {
			return
		}
	}
}

func (w *livePage) asks(ctx context.Context, a live.Action) {
	select {
	case w.actions <- a:
	case <-ctx.Done():
	}
}

// act does what is asked for, one after the other.
func (w *livePage) act(ctx, undo context.Context) error {
	saving := time.NewTicker(10 * time.Second)
	defer saving.Stop()
	for {
		select {
		case <-ctx.Done():
			return stoppedBy(ctx)
		case <-saving.C:
			w.keep()
		case a := <-w.actions:
			switch isPlaying := len(w.play.queue) > 0; a.Do {
			case "quit":
				return exitCode(problem.OK)
			case "hang up": // its signal may come later
				return exitCode(128 + int(syscall.SIGHUP))
			case "predict":
				w.predict(a.Predicted)
			case "take", "back":
				if isPlaying {
					w.isPlaying()
				} else if a.Do == "back" {
					w.move(awayFile, exchangeFile, "put back")
				} else {
					w.play.tellAll()
					w.move(exchangeFile, awayFile, "taken away")
				}
			case "play":
				w.begin()
			}
		case <-w.play.pause:
			w.advance(ctx, undo)
		}
	}
}

// awayFile is where the chapter's experiment puts the file, too.
const awayFile = exchangeFile + ".old"

// predict notes a show of hands.
func (w *livePage) predict(p live.Predicted) {
	says := fmt.Sprintf("%d say that it holds, %d that it breaks", p.Holds, p.Breaks)
	w.predicted = &p
	w.room.Predict(p)
	w.records[0].note("show of hands: " + says)
	w.console.note("show of hands for %s: %s", w.stages[0].Target.Name, says)
}

// move renames a file in the folder of each target where it is there and the other is not in its way.
func (w *livePage) move(from, to, does string) {
	var moved, failed, why []string
	for i, stage := range w.stages {
		name := stage.Target.Name
		if err := rename(stage.Target.Folder, from, to); err != nil {
			failed, why = append(failed, name+" ("+err.Error()+")"), append(why, err.Error())
			continue
		}
		moved = append(moved, name)
		if to == exchangeFile {
			w.records[i].undid(time.Now())
			continue
		}
		w.records[i].acted(byHand("the file is " + does))
		w.room.Judged(i, "", "")
	}
	switch {
	case len(failed) == 0:
		does = "the file is " + does
	case len(moved) > 0:
		does = "the file of " + strings.Join(moved, ", ") + " is " + does + "; not moved: " + strings.Join(failed, ", ")
	case len(slices.Compact(why)) == 1:
		does = "nothing was moved: " + why[0]
	default:
		does = "nothing was moved: " + strings.Join(failed, ", ")
	}
	w.says("explore", does, to == awayFile)
}

// says tells the room and the instructor what is going on: see live.Room.
func (w *livePage) says(step, does string, missing bool) {
	w.room.Does(step, does, missing)
	w.console.note("%s", does)
}

// rename renames a file in a folder. Its error has no paths: they are those of this computer.
func rename(folder, from, to string) error {
	if to == exchangeFile && insteadOf(filepath.Join(folder, to)) != gone { // the service has written it again
		return errors.New(to + " is there")
	}
	if insteadOf(filepath.Join(folder, from)) == gone {
		return errors.New(from + " is not there")
	}
	err := os.Rename(filepath.Join(folder, from), filepath.Join(folder, to))
	if failed := (*os.LinkError)(nil); errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

package cli

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// askEvery is how often a client asks each service, and patience is how long it waits.
const askEvery, patience = 250 * time.Millisecond, time.Second

// poll is a client of a service: it asks it four times a second, and looks at its file.
func (w *livePage) poll(ctx context.Context, i int) {
	file := filepath.Join(w.stages[i].Target.Folder, exchangeFile)
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	var place place
	for ended := false; ; {
		looked := time.Now()
		changed := place.sees(insteadOf(file))
		if place.shown == "" && w.records[i].undid(looked) || changed {
			w.room.File(i, place.shown)
		}
		m := w.records[i].asked(ctx)
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

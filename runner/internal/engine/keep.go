package engine

import (
	"fmt"

	"chaosworkshop.example/runner/internal/verdict"
	"chaosworkshop.example/runner/internal/weight"
)

// Reserve takes room for more bytes than those of the outputs, and tells whether there was any.
func (e *Engine) Reserve(bytes int64) (had bool) {
	e.locked(func() {
		if had = e.MaxOutput <= 0 || bytes <= max(0, e.MaxOutput-e.kept); had {
			e.kept += bytes
		}
	})
	return had
}

// keep leaves the long parts of an output out of the run, once it was judged, where the outputs
// that were kept before leave no room for it. A run that asks for ever must not fill the memory.
func (e *Engine) keep(run *verdict.Run) {
	if e.MaxOutput <= 0 {
		return
	}
	all, first := size(run.Output), false
	e.locked(func() {
		if all <= e.MaxOutput-e.kept {
			e.kept += all
			return
		}
		first = !e.leftOut
		e.leftOut, all = true, -1
	})
	if all >= 0 {
		return
	}
	run.Shorten(fmt.Sprintf("the outputs of this run have more than %d MiB together", e.MaxOutput>>20))
	if first {
		e.Log.Warn(fmt.Sprintf("All outputs of this run together have more than %d MiB: from here on, long ones are left out of the journal. Ask for less, or for more room with --max-output", e.MaxOutput>>20))
	}
}

// size is about how many bytes a value takes.
func size(v any) int64 { return weight.Of(v).Bytes }

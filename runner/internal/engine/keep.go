package engine

import (
	"fmt"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
	"chaosworkshop.example/runner/internal/weight"
)

// longPart is the size in bytes from which on a part of an output is left out where there is no
// room for it.
const longPart = 4 << 10

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
	run.Shorten(e.withoutLong(run.Output))
	if first {
		e.Log.Warn(fmt.Sprintf("All outputs of this run together have more than %d MiB: from here on, long ones are left out of the journal. Ask for less, or for more room with --max-output", e.MaxOutput>>20))
	}
}

// withoutLong is an output without its long parts: what http and process answer keeps its status.
func (e *Engine) withoutLong(output any) any {
	n := size(output)
	parts, isMap := output.(*value.Map)
	switch {
	case n <= longPart:
		return output
	case !isMap || !parts.Has("status"):
		return fmt.Sprintf("(left out: %d bytes; the outputs of this run have more than %d MiB together)", n, e.MaxOutput>>20)
	}
	kept := &value.Map{}
	for key, part := range parts.All() {
		if key != "status" {
			part = e.withoutLong(part)
		}
		kept.Set(key, part)
	}
	return kept
}

// size is about how many bytes a value takes.
func size(v any) int64 { return weight.Of(v).Bytes }

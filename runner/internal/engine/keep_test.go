package engine

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"chaosworkshop.example/runner/internal/value"
)

// TestKeep: what there is no room for is left out once it was judged, and a short answer stays.
func TestKeep(t *testing.T) {
	const mib = 1 << 20
	long := strings.Repeat("x", mib-1000)
	answer := func(body any) *value.Map {
		return valueOf("status", int64(200), "headers", valueOf("a", "b"), "body", body)
	}
	out := func(n int) string {
		return strings.ReplaceAll("(left out: N bytes; the outputs of this run have more than 1 MiB together)", "N", value.Text(int64(n)))
	}
	for name, c := range map[string]struct {
		outputs, want []any
	}{
		"room for all":         {[]any{long, answer("short")}, []any{long, answer("short")}},
		"room for one":         {[]any{long, long, "short"}, []any{long, out(mib - 936), "short"}},
		"an answer":            {[]any{answer(long), answer(long), answer([]any{long})}, []any{answer(long), answer(out(mib - 936)), answer(out(mib - 872))}},
		"too large from start": {[]any{long + long, long}, []any{out(2*mib - 1936), long}},
		"many small values":    {[]any{slices.Repeat([]any{int64(1)}, 20_000), "short"}, []any{out(20_001 * 64), "short"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &world{answers: map[string][]any{"up": c.outputs}}
			for _, output := range c.outputs {
				w.method = append(w.method, probe("up", "tolerance", output))
			}
			e := w.engine(t)
			e.MaxOutput = mib
			r := e.Run(t.Context(), t.Context())
			for i, run := range r.Run {
				if got := value.Repr(run.Output); got != value.Repr(c.want[i]) {
					t.Errorf("%s: %d is %.200s", name, i, got)
				}
				if run.Unproven != "" {
					t.Errorf("%s: %d was judged as it is kept: %.200s", name, i, run.Unproven)
				}
			}
			if warned := strings.Contains(strings.Join(w.log, " "), "--max-output"); warned == (name == "room for all") {
				t.Errorf("%s: %v", name, w.log)
			}
		})
	}
}

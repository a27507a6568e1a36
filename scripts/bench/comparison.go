package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// measurement is one run of a program or one load on a server, in seconds or in
// whatever the comparison counts in.
type measurement func(ctx context.Context) (float64, error)

// comparison is one row, before it is measured.
type comparison struct {
	name            string
	what            string
	pairs           int
	unit            unit
	limit           limit
	ours, yardstick measurement
}

// compare measures ours and the yardstick in turns, so that a machine that is
// busy for a while is so for both. The first pair warms up and does not count.
func (c comparison) compare(ctx context.Context) (row, error) {
	report := progress(c.name)
	var ours, yardstick []float64
	for i := range c.pairs + 1 {
		report(i, c.pairs)
		a, err := c.ours(ctx)
		if err != nil {
			return row{}, err
		}
		b, err := c.yardstick(ctx)
		if err != nil {
			return row{}, err
		}
		if i > 0 {
			ours, yardstick = append(ours, a), append(yardstick, b)
		}
	}
	return row{
		comparison: c, oursMedian: median(ours), yardstickMedian: median(yardstick),
		ratio: median(ratios(ours, yardstick)),
	}, nil
}

// progress makes a function that says how far a comparison is: at its start, and
// then every few seconds.
func progress(name string) func(done, of int) {
	var said time.Time
	return func(done, of int) {
		if time.Since(said) < 3*time.Second {
			return
		}
		said = time.Now()
		if done == 0 {
			say("%s: warming up, then %d pairs", name, of)
			return
		}
		say("%s: %d of %d pairs", name, done-1, of)
	}
}

func say(format string, values ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", values...) }

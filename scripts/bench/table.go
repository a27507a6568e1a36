package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// row is one line of the table.
type row struct {
	comparison
	oursMedian, yardstickMedian float64
	ratio                       float64 // the median of the pairs' ratios
}

// limit is what the ratio may be; none of both is no limit.
type limit struct{ most, least float64 }

func (l limit) holds(ratio float64) bool {
	return (l.most == 0 || ratio <= l.most) && ratio >= l.least
}

func (l limit) String() string {
	switch {
	case l.most > 0:
		return fmt.Sprintf("at most %.1f", l.most)
	case l.least > 0:
		return fmt.Sprintf("at least %.1f", l.least)
	}
	return "none"
}

func (r row) mark() string {
	switch {
	case r.limit == limit{}:
		return ""
	case r.limit.holds(r.ratio):
		return "ok"
	case r.limit.most > 0:
		return "over"
	}
	return "under"
}

// unit is what medians are shown in.
type unit int

const (
	milliseconds unit = iota // of seconds
	microseconds             // of seconds
	perSecond
)

func (u unit) text(v float64) string {
	switch u {
	case milliseconds:
		return fmt.Sprintf("%.2f ms", v*1e3)
	case microseconds:
		return fmt.Sprintf("%.1f us", v*1e6)
	}
	return fmt.Sprintf("%.0f/s", v)
}

func table(rows []row) string {
	if len(rows) == 0 {
		return ""
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tpairs\tours\tyardstick\tratio\tlimit\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%.3f\t%s\t%s\n",
			r.what, r.pairs, r.unit.text(r.oursMedian), r.unit.text(r.yardstickMedian), r.ratio, r.limit, r.mark())
	}
	w.Flush()
	return b.String()
}

// conclusion says in one line whether all limits hold, or which do not.
func conclusion(rows []row) (line string, hold bool) {
	var missed []string
	limits := 0
	for _, r := range rows {
		if r.limit != (limit{}) {
			limits++
		}
		if !r.limit.holds(r.ratio) {
			missed = append(missed, fmt.Sprintf("%s (%.2f, %s)", r.name, r.ratio, r.limit))
		}
	}
	switch {
	case len(missed) > 0:
		return "limits missed: " + strings.Join(missed, ", "), false
	case limits == 0:
		return "no row with a limit was measured", true
	}
	return fmt.Sprintf("limits that hold: %d of %d", limits, limits), true
}

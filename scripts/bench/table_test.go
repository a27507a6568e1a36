package main

import (
	"strings"
	"testing"
)

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		limit limit
		ratio float64
		mark  string
	}{
		{limit{most: 1.5}, 1.5, "ok"},
		{limit{most: 1.5}, 1.51, "over"},
		{limit{least: 0.9}, 0.9, "ok"},
		{limit{least: 0.9}, 0.89, "under"},
		{limit{}, 99, ""},
	} {
		r := row{comparison: comparison{limit: c.limit}, ratio: c.ratio}
		if got := r.mark(); got != c.mark {
			t.Errorf("a ratio of %v with the limit %v is %q, want %q", c.ratio, c.limit, got, c.mark)
		}
	}
}

func TestTableAndConclusion(t *testing.T) {
	rows := []row{
		{comparison: comparison{name: "chapter", what: "the chapter", pairs: 20, limit: limit{most: 1.5}}, oursMedian: 0.006, yardstickMedian: 0.004, ratio: 1.5},
		{comparison: comparison{name: "throughput", what: "requests", pairs: 20, unit: perSecond, limit: limit{least: 0.9}}, oursMedian: 9000, yardstickMedian: 10000, ratio: 0.9},
	}
	want := `what         pairs  ours     yardstick  ratio  limit         
the chapter  20     6.00 ms  4.00 ms    1.500  at most 1.5   ok
requests     20     9000/s   10000/s    0.900  at least 0.9  ok
`
	if got := table(rows); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if line, hold := conclusion(rows); !hold || line != "limits that hold: 2 of 2" {
		t.Errorf("got %q, %v", line, hold)
	}
	if line, hold := conclusion([]row{{ratio: 9}}); !hold || line != "no row with a limit was measured" {
		t.Errorf("got %q, %v", line, hold)
	}
	rows[0].ratio = 1.6
	line, hold := conclusion(rows)
	if hold || !strings.Contains(line, "chapter (1.60, at most 1.5)") || strings.Contains(line, "throughput") {
		t.Errorf("got %q, %v", line, hold)
	}
}

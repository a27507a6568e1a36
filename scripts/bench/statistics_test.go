package main

import (
	"slices"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{7}, 7},
		{[]float64{9, 1, 2}, 2},
		{[]float64{4, 100, 1, 2}, 3},
	} {
		before := slices.Clone(c.values)
		if got := median(c.values); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.values, got, c.want)
		}
		if !slices.Equal(c.values, before) {
			t.Errorf("median changed its argument %v to %v", before, c.values)
		}
	}
}

func TestRatiosAreOfPairs(t *testing.T) {
	// The machine is ten times as slow in the second half: the pairs do not mind.
	ours, yardstick := []float64{3, 3, 30, 30}, []float64{2, 2, 20, 20}
	if got := ratios(ours, yardstick); !slices.Equal(got, []float64{1.5, 1.5, 1.5, 1.5}) {
		t.Errorf("got %v", got)
	}
}

package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

func TestLoadCountsOnlyRealAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		wrong  string // part of the error; empty: none
	}{
		{"ok", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("2026-11-22T15:00:00.000000")) }, ""},
		{"error", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) }, "500"},
		{"empty", func(http.ResponseWriter, *http.Request) {}, "no body"},
	} {
		var asked atomic.Int64
		stub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			c.answer(w, r)
		}))
		perSecond, err := loaded(&server{address: strings.TrimPrefix(stub.URL, "http://")})(t.Context())
		stub.Close()
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: got %v, want %q", c.name, err, c.wrong)
			}
			continue
		}
		if err != nil || perSecond <= 0 || asked.Load() != connections*requests {
			t.Errorf("%s: %v requests a second, %d asked, %v", c.name, perSecond, asked.Load(), err)
		}
	}
}

func TestCompareTakesTurnsAndDropsTheFirstPair(t *testing.T) {
	var order []string
	measured := func(name string, values ...float64) measurement {
		return func(context.Context) (float64, error) {
			order = append(order, name)
			v := values[0]
			values = values[1:]
			return v, nil
		}
	}
	c := comparison{name: "x", pairs: 2, ours: measured("a", 100, 3, 5), yardstick: measured("b", 1, 1, 1)}
	r, err := c.compare(t.Context())
	if err != nil || r.ratio != 4 || r.oursMedian != 4 || r.yardstickMedian != 1 {
		t.Errorf("got %+v, %v", r, err)
	}
	if !slices.Equal(order, []string{"a", "b", "a", "b", "a", "b"}) {
		t.Errorf("measured in the order %v", order)
	}
	failing := errors.New("it broke")
	c.ours = func(context.Context) (float64, error) { return 0, failing }
	if _, err := c.compare(t.Context()); !errors.Is(err, failing) {
		t.Errorf("got %v, want %v", err, failing)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		args  string
		right bool
	}{
		{"", true},
		{"--pairs 3 --only chapter,linear --out x", true},
		{"--pairs 0", false},
		{"--only chapters", false},
		{"--wrong", false},
		{"left over", false},
	} {
		chosen, err := parse(strings.Fields(c.args))
		if (err == nil) != c.right {
			t.Errorf("%q: got %v", c.args, err)
		}
		if strings.Contains(c.args, "linear") && (chosen.wants("probes") || !chosen.wants("linear")) {
			t.Errorf("%q: wants the wrong rows", c.args)
		}
	}
}

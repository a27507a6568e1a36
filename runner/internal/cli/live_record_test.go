package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/show"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// TestRecordOfFaults: a fault ends when somebody sees the file after it, and there is no end without a fault.
func TestRecordOfFaults(t *testing.T) {
	r := newRecord("", nil, &show.Mask{}, true)
	if r.undid(time.Now()) {
		t.Error("a fault ended that nobody made")
	}
	before := time.Now().Add(-time.Second) // the clock of Windows stands still for milliseconds
	r.acted(byHand("the file is taken away"))
	if r.undid(before) {
		t.Error("a look from before the fault ended it")
	}
	if later := time.Now().Add(time.Second); !r.undid(later) || r.undid(later) || len(r.run.Rollbacks) != 1 {
		t.Errorf("the rollbacks are %v", r.run.Rollbacks)
	}
}

// TestRecordOfAnswers: equal answers are kept once, secrets are not kept, and there is an end. Nobody judges
// what no probe asks.
func TestRecordOfAnswers(t *testing.T) {
	asked := 0
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		fmt.Fprintf(w, "swordfish %d", asked/3)
	}))
	defer service.Close()
	mask := &show.Mask{}
	mask.Learn(value.MapOf("key", "swordfish"))
	client := (&run.Runner{Mask: mask}).Client(t.Context(), run.Options{}, service.URL)
	for keeps, want := range map[bool]int{true: 3, false: 0} {
		asked = 0
		r := newRecord("weak", client, mask, keeps)
		for range 3 {
			if m := r.asked(t.Context()); m.Word != "200" || m.State != "no data" {
				t.Fatalf("%+v", m)
			}
		}
		if len(r.run.During) != want {
			t.Fatalf("%d answers were kept", len(r.run.During))
		}
		if !keeps {
			continue
		}
		outputs := map[any]bool{}
		for _, s := range r.run.During {
			outputs[s.Runs[0].Output] = true
			if strings.Contains(value.JSON(s.Runs[0].Output), "swordfish") {
				t.Errorf("a secret was kept: %s", value.JSON(s.Runs[0].Output))
			}
		}
		if len(outputs) != 2 {
			t.Errorf("%d different answers", len(outputs))
		}
		r.run.During = make([]*verdict.State, maxKept)
		for range 2 {
			r.asked(t.Context())
		}
		if len(r.run.During) != maxKept || len(r.notes) != 1 {
			t.Errorf("%d answers, notes %q", len(r.run.During), r.notes)
		}
		stopped, stop := context.WithCancel(t.Context())
		stop()
		fresh := newRecord("weak", client, mask, true)
		if fresh.asked(stopped); len(fresh.run.During) != 0 {
			t.Error("an answer that a stop has cut off was kept")
		}
	}
}

package conformance

import (
	"path/filepath"
	"testing"
)

// TestRecord asks the real toolkit what comes of each case:
//
//	go test ./internal/conformance -run TestRecord -record -chaos PATH
//
// Without -record it only compares with what was recorded before.
func TestRecord(t *testing.T) {
	if *chaosFlag == "" {
		t.Skip("-chaos is not given; TestReplay uses what was recorded")
	}
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			p := program{path: *chaosFlag, toolkit: true}
			got, err := p.run(t.Context(), c, filepath.Join(t.TempDir(), "work"))
			if err != nil {
				t.Fatal(err)
			}
			diff := differences("", map[string]any(c.Toolkit), map[string]any(got.outcome))
			if len(diff) == 0 {
				return
			}
			if !*recordFlag {
				report(t, c, diff, got)
				return
			}
			if err := c.save(got.outcome); err != nil {
				t.Fatal(err)
			}
			t.Log("recorded anew")
		})
	}
}

package conformance

import (
	"context"
	"path/filepath"
	"testing"
)

// TestDriver shows that a fork of a Python process with the toolkit in it does
// exactly what the toolkit does, which TestRandom relies on.
func TestDriver(t *testing.T) {
	if *chaosFlag == "" {
		t.Skip("-chaos is not given; nothing but TestRandom needs the driver")
	}
	d := driverOf(t)
	for _, c := range cases(t) {
		if len(c.Signals) > 0 || c.Source == "-" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			got, err := d.run(c, filepath.Join(t.TempDir(), "work"))
			if err != nil {
				t.Fatal(err)
			}
			report(t, c, differences("", map[string]any(c.Toolkit), map[string]any(got.outcome)), got)
		})
	}
}

func driverOf(t *testing.T) *driver {
	t.Helper()
	d, err := startDriver(context.WithoutCancel(t.Context()), *chaosFlag, filepath.Join("testdata", "driver.py"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Log("the driver ended badly:", err)
		}
	})
	return d
}

package cli

import (
	"os"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/demo"
)

// A demo and an exercise end, whatever their service does; a run may take as long as it takes.
func TestLimitsOfADemo(t *testing.T) {
	if o := optionsOf(demo.Experiment{}); o.MaxTime != time.Minute || o.MaxOutput != 256<<20 {
		t.Errorf("%v, %d bytes", o.MaxTime, o.MaxOutput)
	}
	s := newSession(World{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environment: os.LookupEnv})
	s.rootCommand()
	if s.options.maxTime != 60 || s.options.run.maxTime != 0 || s.options.run.maxOutput != 256 {
		t.Errorf("without flags: %v s for a demo, %v s for a run, %v MiB", s.options.maxTime, s.options.run.maxTime, s.options.run.maxOutput)
	}
}

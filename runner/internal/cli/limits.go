package cli

import (
	"time"

	"github.com/spf13/pflag"
)

// maxTime is how many seconds one activity of a demo or an exercise may take in all: what never
// ends must not hold a class up. maxOutput is how many MiB of outputs a run keeps.
const maxTime, maxOutput = 60, 256

// maxTimeFlag is the flag that bounds each activity.
func maxTimeFlag(f *pflag.FlagSet, seconds *float64, without string) {
	number(f, seconds, "max-time", "let an activity fail that takes longer than `SECONDS` in all (default: "+without+")",
		"a number of seconds above 0, as in 60", func(n float64) bool { return n > 0 && n < 1e9 })
}

// limitFlags are the limits of a run.
func limitFlags(f *pflag.FlagSet, o *runOptions) {
	maxTimeFlag(f, &o.maxTime, "no limit")
	o.maxOutput = maxOutput
	number(f, &o.maxOutput, "max-output", "keep `MIB` of outputs, of all activities together: long ones after that are left out of memory and journal (default: 256)",
		"a number of MiB from 1 to 4096", func(n float64) bool { return n >= 1 && n <= 4096 })
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

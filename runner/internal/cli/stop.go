package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// stop ends what demos have started and a killed runner could not end: known by
// process number and start time, never by name or port.
func stop(s *session, args []string) error {
	if len(args) > 0 {
		return usage("stop takes no arguments", "it ends what demos have left behind, and nothing else")
	}
	root, err := s.root()
	if err != nil {
		return err
	}
	stopped, err := process.Stop(filepath.Join(root, ".workshop", "processes"), 2*time.Second)
	for _, r := range stopped {
		s.console.result(fmt.Sprintf("ended process %d, started at %s: %s", r.PID, r.When.Local().Format("15:04:05"), s.console.mask.Screen(strings.Join(r.Command, " "))))
	}
	if err != nil {
		return problem.Wrap(problem.NoVerdict, err, "not everything could be ended", "end these processes by hand")
	}
	if len(stopped) == 0 {
		s.console.result("nothing to stop")
	}
	return nil
}

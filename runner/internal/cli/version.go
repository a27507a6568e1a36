package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// The build writes these (scripts/build.sh): the name of the release, and the commit with its time.
var release, commit, committed string

// versionCommand says what this runner was built from.
func (s *session) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "show the version, the commit and its date",
		Example: "runner version",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("version takes no arguments", "it says what this runner was built from")
			}
			s.console.result(strings.Join([]string{versionLine(), builtFrom(), "built with " + runtime.Version() + " for " + runtime.GOOS + "/" + runtime.GOARCH}, "\n"))
			return nil
		},
	}
}

// versionLine is the name of the release, or that this is none.
func versionLine() string {
	known := release
	if info, ok := debug.ReadBuildInfo(); ok {
		known = cmp.Or(known, info.Main.Version)
	}
	return "runner, version " + cmp.Or(known, "(devel)")
}

// builtFrom is the commit that the runner was built from, and its time: as the build or Go has written them.
func builtFrom() string {
	of, at := commit, committed
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				of = cmp.Or(of, setting.Value)
			case "vcs.time":
				at = cmp.Or(at, setting.Value)
			}
		}
	}
	if of == "" {
		return "commit not known: it was built where git does not tell it"
	}
	return fmt.Sprintf("commit %s of %s", of, at)
}

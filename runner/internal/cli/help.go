package cli

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/pflag"
)

func join(words []string) string { return strings.Join(words, ", ") }

func overview() string {
	var b strings.Builder
	b.WriteString("Runs Chaos Toolkit experiments, and gives no verdict without proof.\n\nUsage: runner COMMAND [FLAGS]\n\n")
	for _, c := range commands() {
		if !c.hidden {
			fmt.Fprintf(&b, "  %-9s %-12s %s\n", c.name, c.arguments, c.summary)
		}
	}
	b.WriteString("\n'runner COMMAND --help' shows the flags of a command.\n\n" + exitCodes)
	return b.String()
}

const exitCodes = `Exit codes:
  0    held, explored, valid, or what a demo expected
  1    deviated: a weakness is found
  2    unknown command or flag, or a bad value for one
  3    the experiment or the target cannot be read or is not valid
  4    no verdict: nothing is proven
  5    not undone: a rollback failed, the fault may still be on
  128+ stopped by a signal: 130 for Ctrl-C
`

func manual(c command, f *pflag.FlagSet) string {
	return fmt.Sprintf("Usage: runner %s %s [FLAGS]\n\n%s.\n\nFlags:\n%s", c.name, c.arguments,
		strings.ToUpper(c.summary[:1])+c.summary[1:], f.FlagUsagesWrapped(80))
}

// versionLine is the version that the Go tool stamped into the program.
func versionLine() string {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	return "runner, version " + version
}

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const exitCodes = `Exit codes:
  0    held, explored, valid, undone, or what a demo expected
  1    deviated: a weakness is found, or a demo did not end as expected;
       or doctor found something bad
  2    unknown command or flag, or a bad value for one
  3    the experiment or the target cannot be read or is not valid
  4    no verdict: this run cannot say if the system is weak; or no journal
  5    not undone: a rollback failed, the fault may still be on; or a
       target could not be taken down, and may still be up
  128+ stopped by a signal: 130 for Ctrl-C; a second one skips the rollbacks
`

// overview is the help of the whole program.
func overview(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString(sentence(root.Short) + "\n\nUsage: runner COMMAND [FLAGS]\n\n")
	for _, c := range root.Commands() {
		if !c.Hidden {
			name, arguments, _ := strings.Cut(c.Use, " ")
			fmt.Fprintf(&b, "  %-10s %-12s %s\n", name, arguments, c.Short)
		}
	}
	b.WriteString("\n'runner COMMAND --help' shows the flags of a command.\nThey may stand before the command too.\n\nGlobal flags:\n" + usages(root.PersistentFlags()))
	return b.String() + "\n" + exitCodes
}

// manual is the help of one command.
func manual(c *cobra.Command) string {
	if !c.HasParent() {
		return overview(c)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: runner %s [FLAGS]\n\n%s\n", c.Use, sentence(c.Short))
	section := func(title, text string) {
		if text != "" {
			b.WriteString("\n" + title + ":\n" + text)
		}
	}
	if c.Example != "" {
		section("Examples", "  "+indented(c.Example, 2)+"\n")
	}
	section("Flags", usages(c.LocalFlags()))
	section("Global flags", usages(c.InheritedFlags()))
	return b.String()
}

// usages explains flags within 80 columns. It leaves out that a switch can have a
// value, =true or =false.
func usages(f *pflag.FlagSet) string {
	const values = "[=true|false]"
	return strings.ReplaceAll(f.FlagUsagesWrapped(80), values, strings.Repeat(" ", len(values)))
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }

// manCommand prints the help of everything as one page for the program man.
func (s *session) manCommand() *cobra.Command {
	return &cobra.Command{
		Use: "man", Short: "print the manual page",
		Example: "runner man >runner.1\nman ./runner.1",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("man takes no arguments", "it prints one page about all commands")
			}
			s.console.result(manPage(c.Root()))
			return nil
		},
	}
}

// manPage writes the help texts as a manual page (troff). There, a quote at the start of
// a line and a plain - have a meaning, so both are escaped.
func manPage(root *cobra.Command) string {
	plain := strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n'", "\n\\&'")
	var b strings.Builder
	fmt.Fprintf(&b, ".TH RUNNER 1 \"\" \"%s\"\n.SH NAME\nrunner \\- %s\n", versionLine(), plain.Replace(root.Short))
	section := func(title, text string) { fmt.Fprintf(&b, ".SH %s\n.nf\n%s\n.fi\n", title, plain.Replace(text)) }
	section("COMMANDS", overview(root))
	for _, c := range root.Commands() {
		if !c.Hidden {
			help, _, _ := strings.Cut(manual(c), "\nGlobal flags:\n") // the overview has them
			section("RUNNER "+strings.ToUpper(c.Name()), help)
		}
	}
	return b.String()
}

func join(words []string) string { return strings.Join(words, ", ") }

package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/schema"
	"chaosworkshop.example/runner/internal/target"
)

// rootCommand is the program with all of its commands, in the order in which a
// learner needs them.
func (s *session) rootCommand() *cobra.Command {
	cobra.EnableCommandSorting = false
	cobra.MousetrapHelpText = "" // nothing but the console prints
	root := &cobra.Command{
		Use: "runner", SilenceErrors: true, SilenceUsage: true, TraverseChildren: true,
		Short:             "run Chaos Toolkit experiments, and give no verdict without proof",
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true}, FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true},
		PersistentPreRunE: s.begin,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(c, args[0])
			}
			s.console.print(s.console.err, overview(c))
			return exitCode(problem.Usage)
		},
	}
	root.SetOut(s.console.out)
	root.SetErr(s.console.err)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { s.console.result(manual(c)) })
	s.globalFlags(root)
	root.AddCommand(s.demoCommand(), s.targetsCommand(), s.diffCommand(), s.startCommand(), s.experimentCommand(), s.initCommand(), s.runCommand(), s.recoverCommand(), s.validateCommand(), s.reportCommand(), s.liveCommand(), s.schemaCommand(), s.stopCommand(), s.resetCommand(), s.doctorCommand(), s.rehearseCommand(), s.completionCommand(), s.manCommand(), s.versionCommand(), s.leftCommand())
	root.AddCommand(s.exerciseCommands()...)
	if s.world.inImage() {
		hideOfProject(root)
	}
	root.SetHelpCommand(&cobra.Command{
		Use: "help [COMMAND]", Short: "show the help of a command",
		RunE: func(c *cobra.Command, args []string) error {
			of, rest, err := root.Find(args)
			switch {
			case err != nil || len(rest) > 0 && of == root:
				return unknownCommand(root, args[0])
			case len(rest) > 0:
				return usage("help takes one command", "see 'runner help "+args[0]+"'")
			}
			return of.Help()
		},
	})
	root.AddCommand(&cobra.Command{
		Use: watchdogCommand, Hidden: true, Short: "end what a runner was doing that is gone",
		RunE: func(*cobra.Command, []string) error {
			s.listener.listen(func(os.Signal) {}) // it ends with the runner
			return process.RunWatchdog(s.world.Stdin, target.TakeDown)
		},
	})
	describe(root.PersistentFlags())
	for _, c := range root.Commands() {
		describe(c.Flags())
	}
	return root
}

// execute runs the command line. It moves the command to the front, because cobra
// knows the flags of a command only behind it.
func (s *session) execute(root *cobra.Command) error {
	args, all := s.world.Args, pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, arg := range args {
		if name := strings.TrimLeft(arg, "–—−"); name != arg && name != "" { // a word processor has made one dash of two
			return usage("'"+arg+"' begins with a dash, and not with two hyphens", "write '--"+strings.TrimLeft(name, "-")+"'")
		}
	}
	all.SetInterspersed(false)
	all.AddFlagSet(root.PersistentFlags())
	for _, c := range root.Commands() {
		all.AddFlagSet(c.Flags())
	}
	if err := all.ParseAll(args, func(*pflag.Flag, string) error { return nil }); err != nil {
		return usageOf(root, all, err)
	}
	if n := len(args) - all.NArg(); n < len(args) {
		args = slices.Concat(args[n:n+1], args[:n], args[n+1:])
	}
	root.SetArgs(append([]string{}, args...)) // nil would be os.Args
	c, err := root.ExecuteC()
	return usageOf(c, c.Flags(), err)
}

// globalFlags are the flags that every command takes.
func (s *session) globalFlags(root *cobra.Command) {
	o, f := &s.options, root.PersistentFlags()
	f.BoolP("help", "h", false, "show this help")
	f.BoolVar(&o.version, "version", false, "show the version")
	f.BoolVar(&o.verbose, "verbose", false, "log more, such as what each activity returned; a demo shows its log")
	f.StringVar(&o.changeDir, "change-dir", "", "go to `FOLDER` first; all paths except --log-file start there")
	f.StringVar(&o.settings, "settings", "", "the toolkit's settings `FILE` (default: .chaostoolkit/settings.yaml in your home folder)")
	word(root, f, &o.color, "color", "`WHEN` to use colour: always, never or auto, which is in a terminal unless NO_COLOR is set (default: auto)", []string{"always", "never", "auto"})
	f.StringVar(&o.logFile, "log-file", "", "append the log to `FILE` too (default: no log file)")
	f.BoolVar(&o.noLogFile, "no-log-file", false, "write no log file, whatever --log-file says")
	word(root, f, &o.logFileLevel, "log-file-level", "the lowest `LEVEL` in the log file: "+join(logLevels)+" (default: debug)", logLevels)
	word(root, f, &o.logFormat, "log-format", "the `FORMAT` of the log on the console: string or json (default: string)", []string{"string", "json"})
	f.Bool("no-version-check", false, "does nothing: this runner never checks for new versions")
}

// unknownCommand is the error of a command that root does not have.
func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	meant := map[string]string{"list": "targets", "check": "validate", "test": "validate", "exec": "run"}
	if word := meant[name]; word != "" {
		return usage("there is no command '"+name+"'", "did you mean '"+word+"'?")
	}
	return unknown("command", name, names)
}

// unknown is the error of a word that is not among the known ones.
func unknown(what, word string, known []string) error {
	return usage(fmt.Sprintf("there is no %s '%s'", what, word), problem.DidYouMean(word, known))
}

// usageOf rewrites an error about flags in our words. The flags in known are searched for
// a near name. Every other error stays as it is.
func usageOf(c *cobra.Command, known *pflag.FlagSet, err error) error {
	var notThere *pflag.NotExistError
	var bad *pflag.InvalidValueError
	see := "see '" + c.CommandPath() + " --help'"
	switch {
	case errors.As(err, &notThere):
		var names, longer []string
		name := "--" + notThere.GetSpecifiedName()
		short := notThere.GetSpecifiedShortnames() != ""
		if short {
			name = strings.ToLower(name)
		}
		known.VisitAll(func(f *pflag.Flag) {
			if names = append(names, "--"+f.Name); strings.HasPrefix("--"+f.Name, name) {
				longer = append(longer, "--"+f.Name)
			}
		})
		switch near := append(problem.Near(name, names), longer...); {
		case short && len(longer) > 0:
			return usage("there is no flag -"+notThere.GetSpecifiedName(), "flags have whole names: "+join(longer))
		case short:
			return usage("there is no flag -"+notThere.GetSpecifiedName(), see)
		case len(near) > 0:
			see = "did you mean '" + near[0] + "'?"
		}
		for _, other := range c.Root().Commands() {
			if other.Flags().Lookup(name[2:]) != nil {
				see = "it belongs to '" + other.CommandPath() + "'"
				break
			}
		}
	case errors.As(err, &bad):
		value, do := "'"+bad.GetValue()+"'", see
		if bad.GetValue() == "" {
			value = "empty"
		}
		if _, ours := bad.GetFlag().Value.(taking); ours {
			do = bad.Unwrap().Error()
		}
		return usage("--"+bad.GetFlag().Name+" cannot be "+value, do)
	case !errors.As(err, new(*pflag.ValueRequiredError)) && !errors.As(err, new(*pflag.InvalidSyntaxError)):
		return err
	}
	return usage(err.Error(), see)
}

// schemaCommand prints what an editor needs to complete and check a file.
func (s *session) schemaCommand() *cobra.Command {
	return s.printCommand("schema [KIND]", "print a JSON Schema: "+strings.Join(schema.Kinds(), " or "),
		"runner schema >experiment.schema.json\nrunner schema target >target.schema.json",
		schema.Kinds(), func(_ *cobra.Command, kind string) string {
			text, _ := schema.Of(kind)
			return text
		})
}

// completionCommand prints what a shell needs to complete commands and flags.
func (s *session) completionCommand() *cobra.Command {
	shells := []string{"bash", "fish", "powershell", "zsh"}
	return s.printCommand("completion SHELL", "print completions for "+join(shells),
		"runner completion bash >~/.local/share/bash-completion/completions/runner\nrunner completion fish >~/.config/fish/completions/runner.fish",
		shells, func(root *cobra.Command, shell string) string {
			var script strings.Builder // writing to it never fails
			map[string]func(io.Writer) error{
				"bash":       func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
				"fish":       func(w io.Writer) error { return root.GenFishCompletion(w, true) },
				"powershell": root.GenPowerShellCompletionWithDesc, "zsh": root.GenZshCompletion,
			}[shell](&script)
			return script.String()
		})
}

// printCommand makes a command that prints one of several texts: the first one if the
// argument in use is optional and left out.
func (s *session) printCommand(use, short, example string, kinds []string, text func(root *cobra.Command, kind string) string) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Example: example, ValidArgs: kinds, RunE: func(c *cobra.Command, args []string) error {
		if len(args) == 0 && strings.HasSuffix(use, "]") {
			args = kinds[:1]
		}
		if err := one(c, args, "one of "+join(kinds)); err != nil {
			return err
		}
		if !slices.Contains(kinds, args[0]) {
			return unknown(c.Name()+" for", args[0], kinds)
		}
		s.console.result(text(c.Root(), args[0]))
		return nil
	}}
}

// one checks that a command got the one argument that it takes.
func one(c *cobra.Command, args []string, what string) error {
	if len(args) == 1 {
		return nil
	}
	return usage(fmt.Sprintf("%s needs %s, and got %d arguments", c.Name(), what, len(args)), fmt.Sprintf("see '%s --help'", c.CommandPath()))
}

// taking is the value of a flag that is no switch. It refuses an empty text. The help
// shows the word what for it.
type taking struct {
	pflag.Value
	what string
}

func (t taking) Type() string { return t.what }

func (t taking) Set(text string) error {
	if text == "" {
		return errors.New("give a value, or leave the flag out")
	}
	return t.Value.Set(text)
}

// describe prepares the flags of a command for the help, which has the word for the
// value in backquotes, and the default in its text.
func describe(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.NoOptDefVal == "" {
			what, help := pflag.UnquoteUsage(f)
			f.Value, f.Usage, f.DefValue = taking{f.Value, what}, help, ""
		}
	})
}

// word is a flag that takes one of the known words, which a shell can complete. Those in
// untold are accepted too, but never shown.
func word(c *cobra.Command, flags *pflag.FlagSet, variable *string, name, help string, known []string, untold ...string) {
	flags.Func(name, help, func(text string) error {
		if !slices.Contains(known, text) && !slices.Contains(untold, text) {
			return errors.New(problem.DidYouMean(text, known))
		}
		*variable = text
		return nil
	})
	c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp))
}

// number is a flag that takes a finite decimal number for which within is true; what
// describes such numbers. NaN is refused, and so is 0x1p4 or 1_000, which Go reads.
func number(flags *pflag.FlagSet, variable *float64, name, help, what string, within func(float64) bool) {
	flags.Func(name, help, func(text string) error {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(n, 0) || !within(n) || strings.ContainsAny(text, "xX_") {
			return errors.New("give " + what)
		}
		*variable = n
		return nil
	})
}

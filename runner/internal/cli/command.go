package cli

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/schema"
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
	root.SetOut(s.world.Stdout)
	root.SetErr(s.world.Stderr)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { s.console.result(manual(c)) })
	s.globalFlags(root)
	root.AddCommand(s.demoCommand(), s.runCommand(), s.validateCommand(), s.schemaCommand(), s.stopCommand(), s.completionCommand(), s.manCommand())
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
		Use: watchdogCommand, Hidden: true,
		RunE: func(*cobra.Command, []string) error { return process.RunWatchdog(s.world.Stdin) },
	})
	return root
}

// execute carries out the command line. For cobra the command comes first: the flags
// before it may be its own.
func (s *session) execute(root *cobra.Command) error {
	args, all := s.world.Args, pflag.NewFlagSet("", pflag.ContinueOnError)
	all.SetInterspersed(false)
	all.AddFlagSet(root.PersistentFlags())
	for _, c := range root.Commands() {
		all.AddFlagSet(c.Flags())
	}
	if err := all.ParseAll(args, func(*pflag.Flag, string) error { return nil }); err != nil {
		return usageOf(root, all, err)
	}
	before := len(args) - all.NArg()
	root.SetArgs(slices.Concat([]string{}, all.Args()[:min(1, all.NArg())], args[:before], args[min(before+1, len(args)):])) // nil would be os.Args
	c, err := root.ExecuteC()
	return usageOf(c, c.Flags(), err)
}

// globalFlags are the flags that every command takes.
func (s *session) globalFlags(root *cobra.Command) {
	o, f := &s.options, flags{root, root.PersistentFlags()}
	f.BoolP("help", "h", false, "show this help")
	f.BoolVar(&o.version, "version", false, "show the version")
	f.BoolVar(&o.verbose, "verbose", false, "log more: what each activity returned")
	f.text(&o.changeDir, "change-dir", "go to `FOLDER` first; all paths except --log-file start there")
	f.text(&o.settings, "settings", "the toolkit's settings `FILE` (default: .chaostoolkit/settings.yaml in your home folder)")
	f.word(s.console.setColor, "color", "use bold text, `WHEN`: always, never or auto (in a terminal, unless NO_COLOR is set)", []string{"always", "never", "auto"})
	f.text(&o.logFile, "log-file", "write the log into `FILE` too; new lines go to its end")
	f.BoolVar(&o.noLogFile, "no-log-file", false, "write no log file, whatever --log-file says")
	f.word(into(&o.logFileLevel), "log-file-level", "the lowest `LEVEL` in the log file: "+join(logLevels)+" (default: debug)", logLevels)
	f.word(into(&o.logFormat), "log-format", "the `FORMAT` of the log on the console: string or json (default: string)", []string{"string", "json"})
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
	return unknown("command", name, names)
}

// unknown is the error of a word that is none of known.
func unknown(what, word string, known []string) error {
	return usage(fmt.Sprintf("there is no %s %q", what, word), problem.DidYouMean(word, known))
}

// usageOf says in our words what is wrong with the flags of a command, whose names are
// in known; every other error stays as it is.
func usageOf(c *cobra.Command, known *pflag.FlagSet, err error) error {
	var notThere *pflag.NotExistError
	var bad *pflag.InvalidValueError
	see := "see '" + c.CommandPath() + " --help'"
	switch {
	case errors.As(err, &notThere):
		var names []string
		known.VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		if near := problem.Near("--"+notThere.GetSpecifiedName(), names); len(near) > 0 && notThere.GetSpecifiedShortnames() == "" {
			see = "did you mean '" + near[0] + "'?"
		}
	case errors.As(err, &bad):
		value, do := fmt.Sprintf("%q", bad.GetValue()), see
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
	return &cobra.Command{
		Use: "schema [KIND]", Short: "print a JSON Schema for editors: " + strings.Join(schema.Kinds(), " or "),
		Example:   "runner schema >experiment.schema.json\nrunner schema target >target.schema.json",
		ValidArgs: schema.Kinds(),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = schema.Kinds()[:1]
			}
			if err := one(c, args, "one kind of file: "+join(schema.Kinds())); err != nil {
				return err
			}
			text, ok := schema.Of(args[0])
			if !ok {
				return unknown("schema of", args[0], schema.Kinds())
			}
			s.console.result(text)
			return nil
		},
	}
}

// one checks that a command got the one argument that it takes.
func one(c *cobra.Command, args []string, what string) error {
	if len(args) == 1 {
		return nil
	}
	return usage(fmt.Sprintf("%s needs %s, and got %d arguments", c.Name(), what, len(args)), fmt.Sprintf("see '%s --help'", c.CommandPath()))
}

// completionCommand prints what a shell needs to complete commands and flags.
func (s *session) completionCommand() *cobra.Command {
	shells := []string{"bash", "fish", "powershell", "zsh"}
	return &cobra.Command{
		Use: "completion SHELL", Short: "print completions for " + join(shells),
		Example:   "runner completion bash >~/.local/share/bash-completion/completions/runner\nrunner completion fish >~/.config/fish/completions/runner.fish",
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			if err := one(c, args, "one shell: "+join(shells)); err != nil {
				return err
			}
			var script strings.Builder
			var err error
			switch args[0] {
			case "bash":
				err = c.Root().GenBashCompletionV2(&script, true)
			case "fish":
				err = c.Root().GenFishCompletion(&script, true)
			case "powershell":
				err = c.Root().GenPowerShellCompletionWithDesc(&script)
			case "zsh":
				err = c.Root().GenZshCompletion(&script)
			default:
				return unknown("completion for", args[0], shells)
			}
			s.console.result(script.String())
			return err
		},
	}
}

// flags are the flags of a command. Beside pflag's own kinds there are those that
// check their value at once: none of them takes an empty text or NaN.
type flags struct {
	command *cobra.Command
	*pflag.FlagSet
}

// taking is a value with a word for what it takes.
type taking struct {
	pflag.Value
	what string
}

func (t taking) Type() string { return t.what }

// check is such a flag. The error of set says what to do. What the flag takes stands
// in backquotes in its help, which completions would show.
func (f flags) check(name, help, preset string, set func(string) error) {
	f.Func(name, strings.ReplaceAll(help, "`", ""), set)
	flag := f.Lookup(name)
	flag.DefValue, flag.Value = preset, taking{flag.Value, strings.Split(help+"`value", "`")[1]}
}

// text is a flag that takes any text but an empty one.
func (f flags) text(variable *string, name, help string) {
	f.check(name, help, *variable, notEmpty(into(variable)))
}

// texts is a flag that may be repeated.
func (f flags) texts(list *[]string, name, help string) {
	f.check(name, help, "", notEmpty(func(text string) { *list = append(*list, text) }))
}

// notEmpty refuses an empty value, and sets any other.
func notEmpty(set func(string)) func(string) error {
	return func(text string) error {
		if text == "" {
			return errors.New("give a value, or leave the flag out")
		}
		set(text)
		return nil
	}
}

// word is a flag that takes one of the known words, which a shell completes, or
// one that is not told.
func (f flags) word(set func(string), name, help string, known []string, untold ...string) {
	f.check(name, help, "", func(text string) error {
		if !slices.Contains(known, text) && !slices.Contains(untold, text) {
			return errors.New(problem.DidYouMean(text, known))
		}
		set(text)
		return nil
	})
	f.command.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp))
}

// into sets a variable to the word of a flag.
func into(variable *string) func(string) { return func(text string) { *variable = text } }

// number is a flag that takes a finite number within bounds, as what says. NaN is
// within none.
func (f flags) number(variable *float64, name, help, what string, within func(float64) bool) {
	f.check(name, help, strconv.FormatFloat(*variable, 'g', -1, 64), func(text string) error {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(n, 0) || !within(n) {
			return errors.New("give " + what)
		}
		*variable = n
		return nil
	})
}

package cli

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"chaosworkshop.example/runner/internal/problem"
)

// flags are the flags of a command. Beside pflag's own kinds there are those that
// check their value at once: none of them takes an empty text or NaN.
type flags struct {
	command *cobra.Command
	*pflag.FlagSet
}

// checked is the value of such a flag. The error of set says what to do.
type checked struct {
	given, takes string
	set          func(text string) error
}

func (v *checked) String() string { return v.given }
func (v *checked) Type() string   { return v.takes }
func (v *checked) Set(text string) error {
	v.given = text
	return v.set(text)
}

// check adds such a flag. The word in backquotes in its help is what it takes.
func (f flags) check(name, help, preset string, set func(string) error) {
	takes := strings.Split(help+"`value", "`")[1]
	f.Var(&checked{given: preset, takes: takes, set: set}, name, strings.ReplaceAll(help, "`", ""))
}

// text is a flag that takes any text but an empty one.
func (f flags) text(variable *string, name, help string) {
	f.check(name, help, *variable, notEmpty(into(variable)))
}

// texts is a flag that may be repeated.
func (f flags) texts(list *[]string, name, help string) {
	f.check(name, help, "", notEmpty(func(text string) { *list = append(*list, text) }))
}

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
	preset := ""
	if *variable != 0 {
		preset = strconv.FormatFloat(*variable, 'g', -1, 64)
	}
	f.check(name, help, preset, func(text string) error {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(n, 0) || !within(n) {
			return errors.New("give " + what)
		}
		*variable = n
		return nil
	})
}

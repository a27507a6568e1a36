package cli

import (
	"errors"
	"math"
	"slices"
	"strconv"

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

// check is such a flag. The error of set says what to do.
func (f flags) check(name, help, preset string, set func(string) error) {
	f.Func(name, help, set)
	f.Lookup(name).DefValue = preset
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
	f.check(name, help, strconv.FormatFloat(*variable, 'g', -1, 64), func(text string) error {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(n, 0) || !within(n) {
			return errors.New("give " + what)
		}
		*variable = n
		return nil
	})
}

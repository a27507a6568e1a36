package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

// names are the comparisons, in the order of the table.
var names = []string{"chapter", "probes", "linear", "processes", "throughput", "toolkit"}

// settings is what a user can choose on the command line.
type settings struct {
	out   string // where the programs are built; empty: a folder that is removed
	pairs int
	only  []string
}

func (s settings) wants(name string) bool { return len(s.only) == 0 || slices.Contains(s.only, name) }

// parse reads the command line without the program's name; it has said itself
// what is wrong with it.
func parse(args []string) (settings, error) {
	var chosen settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(os.Stderr)
	flags.StringVar(&chosen.out, "out", "", "build the programs into `FOLDER` and leave them there")
	flags.IntVar(&chosen.pairs, "pairs", 20, "measure this `NUMBER` of pairs for a row; quick ones take more, very slow ones 5 at most")
	flags.Func("only", "measure only these `NAMES`: "+strings.Join(names, ","), func(text string) error {
		chosen.only = strings.Split(text, ",")
		for _, name := range chosen.only {
			if !slices.Contains(names, name) {
				return fmt.Errorf("there is no row %q", name)
			}
		}
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return chosen, err
	}
	if chosen.pairs < 1 || flags.NArg() > 0 {
		err := errors.New("--pairs must be above 0, and there are only flags")
		fmt.Fprintln(os.Stderr, err)
		return chosen, err
	}
	return chosen, nil
}

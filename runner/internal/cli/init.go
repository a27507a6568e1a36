package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/draft"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/provider"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// initCommand writes a first experiment.
func (s *session) initCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "init [FILE]", Short: "write your own experiment: five questions",
		Example:           "runner init\nrunner init mine.json\nrunner init --no-input mine.yaml",
		ValidArgsFunction: completeFiles,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"mine.yaml"}
			}
			if err := one(c, args, "at most one file"); err != nil {
				return err
			}
			s.experiment, s.runs = args[0], true
			return s.init(args[0])
		},
	}
	c.Flags().BoolVar(&s.options.noInput, "no-input", false, "ask nothing: write an example with comments. It is YAML, so the name of FILE cannot end in .json")
	return c
}

// init makes an experiment and writes it into a file that is not there yet.
func (s *session) init(path string) error {
	if err := s.mayWrite(path); err != nil {
		return err
	}
	text := draft.Template()
	if !s.options.noInput {
		experiment, err := s.interview()
		if err != nil {
			return err
		}
		text = draft.YAML(experiment)
		if isJSON(path) {
			var b strings.Builder // writing to it never fails
			value.WriteJSON(&b, experiment, "    ")
			text = b.String() + "\n"
		}
	}
	if err := create(path, text); err != nil {
		return err
	}
	s.console.result("written: " + s.console.mask.Line(path, 0) + "\n" +
		"  run it    " + s.command("experiment") + "\n" +
		"  check it  " + s.command("validate"))
	return nil
}

// unended is the name of a file without its ending.
func unended(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) }

func isJSON(path string) bool { return filepath.Ext(path) == ".json" }

// mayWrite finds out before the first question if the answers can be kept.
func (s *session) mayWrite(path string) error {
	switch {
	case document.Parsers[filepath.Ext(path)] == nil:
		return usage("the file of an experiment cannot be named '"+path+"'", "let its name end in .yaml, .yml or .json")
	case s.options.noInput && isJSON(path):
		return usage("JSON has no comments, so the example cannot be written into "+path, "let the name end in .yaml")
	case !s.options.noInput && !isTerminal(s.world.Stdin):
		return usage("init needs a terminal to ask at", "run it in a terminal, or write an example with comments, and change it: "+s.program()+" init --no-input "+asWord(unended(path)+".yaml"))
	}
	if err := create(path, ""); err != nil {
		if errors.Is(err, fs.ErrExist) {
			for n, there := 2, error(nil); there == nil; n++ { // a link that leads nowhere is there too
				s.experiment = fmt.Sprint(unended(path), "-", n, filepath.Ext(path))
				_, there = os.Lstat(s.experiment)
			}
			return usage(path+" is already there, and is not overwritten", "name another file: "+s.command("init"))
		}
		return err
	}
	return os.Remove(path)
}

// create writes a text into a new file. If it fails, no file is left.
func create(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		_, failed := file.WriteString(text)
		if err = errors.Join(failed, file.Close()); err != nil {
			os.Remove(path)
		}
	}
	if err != nil {
		return problem.Wrap(problem.Usage, err, "the experiment cannot be written", "name a file in a folder that exists and that you may write to")
	}
	return nil
}

// interview asks the questions. It ends after the last one, after Ctrl-C, or with the input.
func (s *session) interview() (*value.Map, error) {
	ctx, _, release := s.interruptible(false)
	defer release()
	folder, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	d := draft.New(draft.Place{Folder: folder, Program: provider.Program, Find: func(path string) (there, folder bool) {
		info, err := os.Stat(path)
		return err == nil, err == nil && info.IsDir()
	}})
	s.console.Say("Five questions make a first experiment. Enter takes the answer between [ and ]. Ctrl-C stops, and nothing is written.")
	for number := 1; number <= draft.Questions; number++ {
		if err := s.answer(ctx, d, number); err != nil {
			return nil, err
		}
	}
	s.console.print(s.console.err, "")
	return d.Experiment(), nil
}

// answer asks one question until its answer can be used.
func (s *session) answer(ctx context.Context, d *draft.Draft, number int) error {
	c, question := s.console, d.Question()
	const label = 10 // the width of the labels of console.row
	c.print(c.err, "")
	c.row(c.errStyle.bold, fmt.Sprintf("%d of %d", number, draft.Questions), question.Ask)
	if question.Hint != "" {
		c.row(fmt.Sprint, "", question.Hint)
	}
	prompt := strings.Repeat(" ", label) + "> "
	if question.Default != "" {
		prompt = strings.Repeat(" ", label) + "[" + c.mask.Line(question.Default, 0) + "] > "
	}
	for {
		answered := c.ask(prompt)
		text, err := s.line(ctx)
		if err != nil {
			answered("\n")
			stop := &verdict.Stop{Why: "you ended the input (Ctrl-D)", Signal: int(syscall.SIGINT)}
			errors.As(context.Cause(ctx), &stop)
			return problem.New(128+stop.Signal, stop.Why, "nothing was written")
		}
		answered("")
		understood, err := d.Answer(text)
		switch {
		case err != nil:
			c.row(c.errStyle.bad, "again", c.mask.Screen(err.Error()))
		case understood == "":
			return nil
		default:
			c.row(c.errStyle.bold, "means", c.mask.Screen(understood))
			return nil
		}
	}
}

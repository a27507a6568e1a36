package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// chapter compares a run of the chapter's experiment with the least that a Go
// program has to do for it.
func (b *workbench) chapter() comparison {
	return comparison{
		what: "runner run of the chapter's experiment", limit: limit{most: 1.5},
		ours: b.chapterRun(b.runner()), yardstick: b.chapterYardstick(),
	}
}

// toolkit compares the same run with the Chaos Toolkit's, when it is there: on
// the PATH, or where the variable CHAOS says.
func (b *workbench) toolkit() (comparison, error) {
	name := cmp.Or(os.Getenv("CHAOS"), "chaos")
	path, err := exec.LookPath(name)
	if err != nil {
		return comparison{}, fmt.Errorf("program %s: %w; the variable CHAOS can name another", name, errNotHere)
	}
	if path, err = filepath.Abs(path); err != nil {
		return comparison{}, err
	}
	chaos := program{path: path, args: []string{"--no-version-check", "--no-log-file"}}
	return comparison{
		what: "the same, against the Chaos Toolkit",
		ours: b.chapterRun(b.runner()), yardstick: b.chapterRun(chaos),
	}, nil
}

// runner is the program without its arguments.
func (b *workbench) runner() program { return program{path: programIn(b.programs, "runner")} }

// chapterRun runs the chapter's experiment with a program that has the toolkit's
// command line.
func (b *workbench) chapterRun(p program) measurement {
	file := b.at("journal.json")
	p.args = append(p.args, "run", "--journal-path", file, filepath.Join(b.root, "chapter5", "experiment.json"))
	p.folder, p.output = b.at("chapter"), b.at("output.txt")
	p.environment = []string{"EXCHANGE_PORT=" + b.resilient.port()}
	return func(ctx context.Context) (float64, error) {
		if err := b.putBack(file); err != nil {
			return 0, err
		}
		taken, err := p.run(ctx)
		if err != nil {
			return 0, err
		}
		j, err := readJournal(file)
		if err != nil {
			return 0, err
		}
		return taken, errors.Join(j.chapterDone(), b.moved())
	}
}

func (b *workbench) chapterYardstick() measurement {
	file := b.at("yardstick.json")
	p := program{
		path: programIn(b.programs, "chapter"), folder: b.at("chapter"), output: b.at("output.txt"),
		args: []string{"http://localhost:" + b.resilient.port() + "/", "./exchange.dat", "./exchange.dat.old", file},
	}
	return func(ctx context.Context) (float64, error) {
		if err := b.putBack(file); err != nil {
			return 0, err
		}
		taken, err := p.run(ctx)
		if err != nil {
			return 0, err
		}
		if _, err := os.Stat(file); err != nil {
			return 0, err
		}
		return taken, b.moved()
	}
}

// putBack undoes the last run: the service's file has its name again, and the
// file that was written is gone.
func (b *workbench) putBack(written string) error {
	if err := os.Remove(written); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if b.moved() != nil {
		return nil // the first run
	}
	return os.Rename(b.at("chapter", "exchange.dat.old"), b.at("chapter", "exchange.dat"))
}

// moved tells whether the fault is on; its error says that it is not.
func (b *workbench) moved() error {
	if _, err := os.Stat(b.at("chapter", "exchange.dat.old")); err != nil {
		return fmt.Errorf("the exchange file was not moved: %w", err)
	}
	return nil
}

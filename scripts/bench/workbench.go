package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// workbench is what the comparisons work with: the programs, a folder, and the
// services, which run from the beginning to the end.
type workbench struct {
	programs string // the folder of the programs
	folder   string // for all that a run makes; removed at the end
	root     string // the repository's

	resilient *server // in the folder chapter, for the chapter's experiment
	service   *server // in the folder load, for requests
	bare      *server // the yardstick of service, with the same file
}

// open builds the programs and starts the services.
func open(ctx context.Context, out string) (b *workbench, err error) {
	if err := atRoot(); err != nil {
		return nil, err
	}
	b = &workbench{}
	if b.root, err = os.Getwd(); err != nil {
		return nil, err
	}
	if b.folder, err = os.MkdirTemp("", "workshop-bench-"); err != nil {
		return nil, err
	}
	if err = b.prepare(ctx, out); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *workbench) prepare(ctx context.Context, out string) (err error) {
	if out == "" {
		out = filepath.Join(b.folder, "programs")
	}
	if b.programs, err = filepath.Abs(out); err != nil {
		return err
	}
	for _, folder := range []string{b.programs, b.at("chapter"), b.at("load")} {
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return err
		}
	}
	if err := build(ctx, b.programs); err != nil {
		return err
	}
	if b.resilient, err = b.startService(ctx, "resilient-service", "chapter"); err != nil {
		return err
	}
	if b.service, err = b.startService(ctx, "service", "load"); err != nil {
		return err
	}
	b.bare, err = b.startBare(ctx)
	return err
}

// at is a path within the folder for all that a run makes.
func (b *workbench) at(elements ...string) string {
	return filepath.Join(append([]string{b.folder}, elements...)...)
}

// close ends the services and removes the folder.
func (b *workbench) close() error {
	for _, s := range []*server{b.resilient, b.service, b.bare} {
		if s != nil {
			s.end()
		}
	}
	return os.RemoveAll(b.folder)
}

// errNotHere is wrapped by what a comparison needs and this machine lacks.
var errNotHere = errors.New("not on this machine")

func (b *workbench) comparison(name string, pairs int) (c comparison, err error) {
	switch name {
	case "chapter":
		c = b.chapter()
	case "probes":
		c, err = b.probes()
	case "linear":
		c, err = b.linear()
	case "processes":
		c, err = b.processes()
	case "throughput":
		c = b.throughput()
	case "toolkit":
		c, err = b.toolkit()
	}
	c.name, c.pairs = name, pairsFor(name, pairs)
	return c, err
}

// pairsFor is how many pairs a comparison takes: more where one is short, and its
// times scatter, and a few where one takes seconds.
func pairsFor(name string, pairs int) int {
	switch name {
	case "chapter":
		return 5 * pairs
	case "linear", "toolkit":
		return min(5, pairs)
	}
	return pairs
}

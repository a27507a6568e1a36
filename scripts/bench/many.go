package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strconv"
)

const (
	few  = 1_000
	many = 10_000
)

// probes compares many requests of the runner with a bare loop of them.
func (b *workbench) probes() (comparison, error) {
	ours, err := b.generatedProbes(few)
	return comparison{
		what: "1,000 http probes", limit: limit{most: 1.3},
		ours: ours, yardstick: b.yardstick("requests", b.service.url(), strconv.Itoa(few)),
	}, err
}

// linear compares ten times as many requests with as many: each must cost the
// same.
func (b *workbench) linear() (comparison, error) {
	tenThousand, err := b.generatedProbes(many)
	if err != nil {
		return comparison{}, err
	}
	oneThousand, err := b.generatedProbes(few)
	return comparison{
		what: "each of 10,000 http probes, against each of 1,000", unit: microseconds, limit: limit{most: 1.2},
		ours: each(many, tenThousand), yardstick: each(few, oneThousand),
	}, err
}

func (b *workbench) generatedProbes(count int) (measurement, error) {
	provider := map[string]any{"type": "http", "url": b.service.url()}
	return b.generated("probes", count, map[string]any{"type": "probe", "tolerance": 200, "provider": provider}, 200)
}

// processes compares many processes of the runner with a bare loop of them.
func (b *workbench) processes() (comparison, error) {
	if _, err := exec.LookPath("true"); err != nil {
		return comparison{}, fmt.Errorf("program true: %w", errNotHere)
	}
	provider := map[string]any{"type": "process", "path": "true"}
	ours, err := b.generated("processes", few, map[string]any{"type": "action", "provider": provider}, 0)
	return comparison{
		what: "1,000 process actions", limit: limit{most: 1.2},
		ours: ours, yardstick: b.yardstick("processes", strconv.Itoa(few)),
	}, err
}

// generated runs an experiment whose method is the same activity many times
// over; each has to end with the given status.
func (b *workbench) generated(name string, count int, activity map[string]any, status int) (measurement, error) {
	file, journalFile := b.at(fmt.Sprintf("%s-%d.json", name, count)), b.at("journal.json")
	if err := writeExperiment(file, count, activity); err != nil {
		return nil, err
	}
	p := b.runner()
	p.args = []string{"run", "--journal-path", journalFile, file}
	p.folder, p.output = b.folder, b.at("output.txt")
	return func(ctx context.Context) (float64, error) {
		os.Remove(journalFile) // there is none before the first run
		taken, err := p.run(ctx)
		if err != nil {
			return 0, err
		}
		j, err := readJournal(journalFile)
		if err != nil {
			return 0, err
		}
		return taken, j.allDone(count, status)
	}, nil
}

func writeExperiment(file string, count int, activity map[string]any) error {
	method := make([]map[string]any, count)
	for i := range method {
		method[i] = map[string]any{"name": fmt.Sprintf("activity-%05d", i+1)}
		maps.Copy(method[i], activity)
	}
	text, err := json.MarshalIndent(map[string]any{
		"version": "1.0.0", "title": "What does one activity cost?",
		"description": "The same activity, many times over.", "method": method,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

func (b *workbench) yardstick(name string, args ...string) measurement {
	return program{path: programIn(b.programs, name), args: args, folder: b.folder, output: b.at("output.txt")}.run
}

// each is the cost of one of count.
func each(count int, all measurement) measurement {
	return func(ctx context.Context) (float64, error) {
		taken, err := all(ctx)
		return taken / float64(count), err
	}
}

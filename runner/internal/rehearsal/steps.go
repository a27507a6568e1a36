package rehearsal

import (
	"context"
	"fmt"
	"path/filepath"

	"chaosworkshop.example/runner/internal/exercise"
)

// step is a step of the workshop, by the name that the instructor's page has for it.
type step struct {
	name string
	play func(ctx context.Context, r *Rehearsal) error
}

// call is a command of the runner, the exit code that it should end with, and a text that it
// should print.
type call struct {
	args []string
	code int
	says string
}

// Steps are the names of all steps, in the order of the workshop.
func (r *Rehearsal) Steps() (names []string) {
	for _, s := range r.steps {
		names = append(names, s.name)
	}
	return names
}

// stepsOf are the steps with these exercises. The names of the targets end with the suffix.
func stepsOf(all []*exercise.Exercise, suffix string) []step {
	steps := []step{
		{"doctor", func(ctx context.Context, r *Rehearsal) error { // of the project itself: it changes nothing
			return r.run(ctx, "", nil, call{[]string{"doctor", "--root", r.root}, 0, "nothing is bad"})
		}},
		calls("demo-weak", call{[]string{"demo", "weak" + suffix}, 0, "WEAKNESS FOUND (deviated), as this demo should"}),
		calls("diff", call{[]string{"diff", "weak" + suffix}, 0, "\n+"}),
		calls("demo-resilient", call{[]string{"demo", "resilient" + suffix}, 0, "HELD, as this demo should"}),
		{"experiment", func(ctx context.Context, r *Rehearsal) error { return r.book(ctx, "weak"+suffix) }},
	}
	for _, e := range all {
		steps = append(steps, step{fmt.Sprintf("exercise %d", e.Number), func(ctx context.Context, r *Rehearsal) error { return r.solve(ctx, e) }})
	}
	return append(steps,
		calls("reset", call{[]string{"reset"}, 0, " is as it came;\nyour file is kept in"}),
		calls("init", call{[]string{"init", "--no-input", "mine.yaml"}, 0, "written: mine.yaml"}, call{[]string{"validate", "mine.yaml"}, 0, ""}),
		calls("exercises", call{[]string{"exercises"}, 0, all[len(all)-1].Title}))
}

// calls is a step of commands of the runner, in the project's folder.
func calls(name string, commands ...call) step {
	return step{name, func(ctx context.Context, r *Rehearsal) error {
		for _, c := range commands {
			if err := r.run(ctx, "", nil, c); err != nil {
				return err
			}
		}
		return nil
	}}
}

// book plays the book's way: the service in one terminal, the experiment in another.
func (r *Rehearsal) book(ctx context.Context, service string) error {
	return r.serve(ctx, service, func(port int) error {
		return r.run(ctx, "chapter5", []string{fmt.Sprint("EXCHANGE_PORT=", port)}, call{[]string{"run", "experiment.json"}, 1, "WEAKNESS FOUND"})
	})
}

// solve plays an exercise as it came, asks for a hint, and plays our solution.
func (r *Rehearsal) solve(ctx context.Context, e *exercise.Exercise) error {
	number := fmt.Sprint("--exercise=", e.Number)
	for _, c := range []call{{[]string{"exercise", number}, 1, "\nNOT SOLVED YET\n"}, {[]string{"hint", number}, 0, "HINT 1 OF "}} {
		if err := r.run(ctx, "", nil, c); err != nil {
			return err
		}
	}
	files := e.Learner()
	if err := copyFile(filepath.Join(r.folder, files.Solution), filepath.Join(r.folder, files.Edit)); err != nil {
		return err
	}
	return r.run(ctx, "", nil, call{[]string{"exercise", number}, 0, "\nSOLVED\n"})
}

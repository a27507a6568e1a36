// Package rehearsal plays the whole workshop in a copy of the project, as learners do it.
package rehearsal

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/exercise"
	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/target"
)

// Rehearsal is a copy of the project, in which the workshop is played.
type Rehearsal struct {
	steps    []step
	language string // go or python
	root     string // the project's folder
	folder   string // the copy
	program  string // the runner
	owner    *process.Owner
	columns  int
	said     bytes.Buffer // what the step has printed so far
}

// Outcome is how a step of the workshop ended.
type Outcome struct {
	Name  string
	Err   error  // why it failed; nil: it passed
	Said  string // what it printed
	Taken time.Duration
}

// Open copies the project in the folder root, without what learners have changed. The owner
// starts the program, which is the runner, for each command; its lines are at most so many columns
// wide. The language is that of the services, go or python. The error is a problem.
func Open(root, language, program string, owner *process.Owner, columns int) (*Rehearsal, error) {
	all, err := exercise.Load(root, language)
	if err != nil {
		return nil, err
	}
	suffix := "" // of the targets in this language
	if language != "go" {
		suffix = "-" + language
	}
	r := &Rehearsal{root: root, language: language, program: program, owner: owner, columns: columns, steps: stepsOf(all, suffix)}
	if err = r.copy(); err != nil {
		r.Close()
		return nil, problem.Wrap(problem.NoVerdict, err, "the project cannot be copied into .workshop", "check free space and permissions of the project's folder")
	}
	return r, nil
}

// Close removes the copy.
func (r *Rehearsal) Close() error { return os.RemoveAll(r.folder) }

// Play plays one step after the other, until ctx ends. A step that fails does not stop the others.
// While one takes long, slow gets its name and the time so far: see clock.Tell.
func (r *Rehearsal) Play(ctx context.Context, slow func(name string, sofar time.Duration)) iter.Seq[Outcome] {
	return func(yield func(Outcome) bool) {
		for _, s := range r.steps {
			r.said.Reset()
			start := time.Now()
			var err error
			clock.Tell(ctx, func(sofar time.Duration) { slow(s.name, sofar) }, func() { err = s.play(ctx, r) })
			if ctx.Err() != nil || !yield(Outcome{s.name, err, r.said.String(), time.Since(start)}) {
				return
			}
		}
	}
}

// copy copies what the commands of learners need. The modules of the runner are not among it, so
// nothing has to be fetched.
func (r *Rehearsal) copy() (err error) {
	if r.folder, err = newFolder(filepath.Join(r.root, ".workshop")); err != nil {
		return err
	}
	chapter := filepath.Join(r.folder, "chapter5")
	for _, name := range []string{"chapter5", "targets"} {
		if err = os.CopyFS(filepath.Join(r.folder, name), os.DirFS(filepath.Join(r.root, name))); err != nil {
			return err
		}
	}
	left, err := fs.Glob(os.DirFS(chapter), "exchange.dat*") // of a service that runs there
	if err != nil {
		return err
	}
	for _, name := range left {
		if err = os.RemoveAll(filepath.Join(chapter, name)); err != nil {
			return err
		}
	}
	if err = overlay(filepath.Join(chapter, "originals"), chapter); err != nil {
		return err
	}
	workspace, err := original.Read(filepath.Join(r.root, "go.work"))
	if err != nil {
		return err
	}
	lines := slices.DeleteFunc(strings.SplitAfter(string(workspace), "\n"), func(line string) bool { return strings.Contains(line, "./runner") })
	return os.WriteFile(filepath.Join(r.folder, "go.work"), []byte(strings.Join(lines, "")), 0o644)
}

// Prefix begins the name of the folder of a copy.
const Prefix = "rehearsal-"

// newFolder makes the folder of a copy. It removes the copies that killed rehearsals have left.
func newFolder(workshop string) (string, error) {
	if err := os.MkdirAll(workshop, 0o755); err != nil {
		return "", err
	}
	process.RemoveTemporary(workshop, Prefix) // or it stays, which does no harm
	return process.MkdirTemp(workshop, Prefix)
}

// overlay copies each file of a folder over the one of the same name in another folder.
func overlay(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		there := filepath.Join(to, strings.TrimPrefix(path, from))
		if d.IsDir() {
			return os.MkdirAll(there, 0o755)
		}
		return copyFile(path, there)
	})
}

func copyFile(from, to string) error {
	text, err := original.Read(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// run runs a command of the runner in a folder of the copy. It must end with this exit code, and
// print this text. Variables are set beside those of the user.
func (r *Rehearsal) run(ctx context.Context, folder string, variables []string, wanted call) error {
	environment := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "CHAOSWORKSHOP_MAKE=") // with it, each exit code is 0
	})
	environment = append(environment, fmt.Sprint("COLUMNS=", r.columns), "CHAOSWORKSHOP_IN="+r.language)
	before := r.said.Len()
	exit, err := r.owner.Run(ctx, process.Command{
		Args: append([]string{r.program}, wanted.args...), Dir: filepath.Join(r.folder, folder), Env: append(environment, variables...),
		Stdout: &r.said, Stderr: &r.said, Grace: 3 * process.Grace, // it ends its own processes first
	})
	command := "runner " + strings.Join(wanted.args, " ")
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", command, err)
	case exit.Code != wanted.code:
		return fmt.Errorf("%s ended with %v, and %d was wanted", command, exit, wanted.code)
	case !strings.Contains(string(r.said.Bytes()[before:]), wanted.says):
		return fmt.Errorf("%s did not print: %s", command, strings.TrimSpace(wanted.says))
	}
	return nil
}

// serve runs a service of the book's way while a function is called with its port.
func (r *Rehearsal) serve(ctx context.Context, name string, during func(port int) error) error {
	t, found := target.Load(filepath.Join(r.folder, "targets", name+".yaml"))
	if t == nil {
		return found
	}
	port, release, err := target.Reserve(t.Port, false)
	if err != nil {
		return err
	}
	defer release()
	var lines strings.Builder
	t = t.In(target.Places{Root: r.folder, Run: filepath.Join(r.folder, "chapter5"), Port: port})
	service, err := t.Begin(ctx, target.Setting{Owner: r.owner, Say: func(_, line string) { lines.WriteString(line + "\n") }})
	if err == nil {
		err = cmp.Or(during(port), service.End(context.Background()))
	}
	r.said.WriteString(lines.String()) // all have come by now
	return err
}

// Page is the instructor's page, whose table has a row for each step:
// | name | the machine's seconds | those with the services in Python | ...
const Page = "docs/instructor.md"

// Write writes the machine's seconds into the rows of the instructor's page. Its error is a problem.
func (r *Rehearsal) Write(outcomes []Outcome) error {
	path := filepath.Join(r.root, filepath.FromSlash(Page))
	text, err := original.Read(path)
	before := "" // the column
	if r.language == "python" {
		before = `[^|]*\|`
	}
	if err == nil {
		for _, o := range outcomes {
			row := regexp.MustCompile(`(?m)^(\| \[` + regexp.QuoteMeta(o.Name) + `\]\(#[a-z0-9-]+\) \|` + before + `)[^|]*\|`)
			text = row.ReplaceAll(text, fmt.Appendf(nil, "${1} %.1f s |", o.Taken.Seconds()))
		}
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		return problem.Wrap(problem.NoVerdict, err, "the seconds cannot be written into "+Page, "check that the file is there, and may be written")
	}
	return nil
}

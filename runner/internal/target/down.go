package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/clock"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
)

// Down is the command that takes a target down which was brought up. It is owed: a file in the project says so, from
// before the target is brought up until it was taken down, by the runner, by its watchdog or by a later runner. Who
// will do it has locked the file. The command gets the environment of who plays it: secrets are not kept.
type Down struct {
	Target      string            `json:"target"`
	Command     []string          `json:"command"`
	Folder      string            `json:"folder"`
	Environment map[string]string `json:"environment"`      // of the target alone
	Owner       process.Stamp     `json:"owner"`            // of the runner that brought the target up
	Failed      bool              `json:"failed,omitempty"` // it was played, and the target may still be up

	path string
	file *os.File // locked; nil: it is only known
}

// The name of the file of a Down, and its bytes at most.
const (
	downFiles = "down-*.json"
	mostDown  = 4 << 20
)

// patience is how long a Down may take.
const patience = 5 * time.Minute

// owe notes that a target is to be taken down.
func owe(s Setting, t *Target) (*Down, error) {
	args, err := t.command("down", t.Down, t.Folder)
	if err != nil {
		return nil, err
	}
	d := &Down{Target: t.Name, Command: args, Folder: t.Folder, Environment: t.Environment, Owner: process.Self()}
	for _, other := range Downs(s.Records) {
		switch same := slices.Equal(other.Command, d.Command); {
		case same && other.Owner.Alive():
			return nil, problem.New(problem.NoVerdict, fmt.Sprintf("%s is up already: process %d will take it down", t.Name, other.Owner.PID), "wait for its end, or stop it with Ctrl-C in its terminal. If it ran in a container that is gone, remove "+other.path)
		case same && other.Failed: // what it has left is owed again
			defer os.Remove(other.path)
		}
	}
	if err := errors.Join(os.MkdirAll(s.Records, 0o777), d.create(s.Records)); err != nil {
		return nil, problem.Wrap(problem.NoVerdict, err, t.Name+" was not brought up, as it cannot be noted how it is taken down", "check free space and permissions of the project's folder")
	}
	if err := s.Owner.Promise(d.path); err != nil {
		d.remove()
		return nil, t.unstarted("down", err)
	}
	return d, nil
}

// create makes the file, and locks it.
func (d *Down) create(folder string) (err error) {
	for {
		if d.file, err = os.CreateTemp(folder, downFiles); err != nil {
			return err
		}
		if d.path = d.file.Name(); atomicfile.Lock(d.file) && atomicfile.IsThere(d.file) {
			break
		}
		d.file.Close() // somebody has taken it for rubbish
	}
	text, _ := json.Marshal(d) // texts and numbers, which never fail
	if _, err = d.file.Write(append(text, '\n')); err != nil {
		d.remove()
	}
	return err
}

func (d *Down) remove() {
	os.Remove(d.path)
	d.file.Close()
	os.Remove(d.path) // Windows removes no file that is open
}

// play takes the target down, as far as it can. The error is a problem with the code NotUndone.
func (d *Down) play(s Setting) error {
	ctx, stop := context.WithTimeoutCause(context.Background(), patience, fmt.Errorf("it did not end within %v", patience))
	defer stop()
	said := s.lines(d.Target)
	var exit process.Exit
	var err error
	if _, err = os.Stat(d.Folder); err == nil {
		s.slow(ctx, "taking "+d.Target+" down", func() {
			exit, err = s.Owner.Run(ctx, process.Command{Args: d.Command, Dir: d.Folder, Env: environment(d.Environment), Stdout: said, Stderr: said})
		})
	}
	said.flush()
	defer s.Owner.Kept(d.path)
	switch {
	case err == nil && exit.Code == 0:
		d.remove()
		return nil
	case err == nil:
		err = fmt.Errorf("its command ended with %v", exit)
	}
	d.Failed = true
	text, _ := json.Marshal(d)
	d.file.Close()
	atomicfile.WriteFile(d.path, text, 0o600) // or it is tried again, which does no harm
	return problem.New(problem.NotUndone, fmt.Sprintf("%s was not taken down, and may still be up: %v: %s%s", d.Target, err, strings.Join(d.Command, " "), said.quoted()),
		"take it down by hand, and remove "+d.path+"; or try again: {stop}")
}

// Downs are those that are owed, or have failed, as their files in a folder say.
func Downs(folder string) (all []*Down) {
	files, _ := filepath.Glob(filepath.Join(folder, downFiles)) // a folder that is not there has none
	for _, file := range files {
		d := &Down{path: file}
		if f, err := process.OpenOwn(file, 0, mostDown); err == nil {
			if d.read(f) {
				all = append(all, d)
			} else if atomicfile.Lock(f) && atomicfile.IsThere(f) { // a runner was killed before it brought anything up
				os.Remove(file)
			}
			f.Close()
		}
	}
	return all
}

func (d *Down) read(f *os.File) (isWhole bool) {
	return json.NewDecoder(io.LimitReader(f, mostDown)).Decode(d) == nil && len(d.Command) > 0
}

// take locks the file, once nobody else has it; false: the target was taken down, or ctx has ended.
func (d *Down) take(ctx context.Context) bool {
	for {
		f, err := process.OpenOwn(d.path, 0, mostDown)
		if err != nil {
			return false
		}
		if atomicfile.Lock(f) && atomicfile.IsThere(f) && d.read(f) {
			d.file = f
			return true
		}
		f.Close()
		if clock.Sleep(ctx, 20*time.Millisecond) != nil {
			return false
		}
	}
}

// Play takes a target down whose runner was killed, or waits until somebody else has done so. The error is a
// problem with the code NotUndone.
func (d *Down) Play(s Setting) error {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	if !d.take(ctx) {
		return nil
	}
	s.Owner.Promise(d.path) // without a watchdog a later runner does it
	return d.play(s)
}

// TakeDown is what a watchdog does with the file of a Down.
func TakeDown(file string) {
	(&Down{path: file}).Play(Setting{Owner: new(process.Owner)})
}

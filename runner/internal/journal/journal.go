// Package journal keeps what happened in a run, with the Chaos Toolkit's keys in
// the toolkit's order, and our verdict beside them.
//
// While the run lasts, each activity is a line of JSON in a file next to the journal,
// written when the activity is over: a runner that is killed has left what it saw. The
// journal itself appears at the end, whole or not at all. Files are not synced to the
// disk: what a process has written survives its end, but not a power failure.
package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Journal is the journal of one run, under way.
type Journal struct {
	Path string // where it will be

	mask    func(any) any
	device  *os.File    // open where Path is no ordinary file
	partial *os.File    // open where it is one
	mode    fs.FileMode // of the journal that stood there, so that one kept from others stays so

	mu   sync.Mutex
	line bytes.Buffer // the latest of partial; its memory is used again
}

// Open prepares the journal at path, before the experiment starts; mask hides secrets in whatever
// is kept. If no journal can be written there, the error is a *problem.Problem with the code Usage.
func Open(path string, mask func(any) any) (*Journal, error) {
	if path == "" {
		return nil, problem.New(problem.Usage, "the journal's path is empty", "name a file: --journal-path journal.json")
	}
	path, err := filepath.Abs(destination(path)) // a Python function may change the working folder
	if err != nil {
		return nil, unwritable(path, err)
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, problem.New(problem.Usage, fmt.Sprintf("the journal's path %s is a folder", path), "name a file in it: --journal-path "+filepath.Join(path, "journal.json"))
	case err == nil && !info.Mode().IsRegular():
		// Without O_NONBLOCK a pipe would wait for a reader, perhaps for ever.
		device, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if errors.Is(err, syscall.ENXIO) {
			return nil, problem.New(problem.Usage, fmt.Sprintf("the journal's path %s is a pipe that nobody reads", path), "name a file, or /dev/stdout")
		} else if err != nil {
			return nil, unwritable(path, err)
		}
		return &Journal{Path: path, mask: mask, device: device}, nil
	}
	partial, err := newPartial(path)
	if err == nil && info == nil { // a new journal is as open as this user's other new files
		info, err = partial.Stat()
	}
	if err != nil {
		return nil, unwritable(path, err)
	}
	return &Journal{Path: path, mask: mask, partial: partial, mode: info.Mode().Perm()}, nil
}

// destination follows links, one to a file that is not there yet included.
func destination(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	target, err := os.Readlink(path)
	switch {
	case err != nil:
		return path
	case filepath.IsAbs(target):
		return target
	}
	return filepath.Join(filepath.Dir(path), target)
}

// newPartial makes a file that was not there: in a container, where numbers of
// processes repeat, that of a killed run must not be lost.
func newPartial(path string) (*os.File, error) {
	for n := os.Getpid(); ; n++ {
		f, err := os.OpenFile(partialPrefix(path)+strconv.Itoa(n), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

func partialPrefix(path string) string { return path + ".partial-" }

func unwritable(path string, err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return problem.Wrap(problem.Usage, err, "the journal cannot be written to "+filepath.Dir(path),
		"create the folder, or name another: --journal-path FILE")
}

// Leftovers names the files of runs that have not written their journal to
// path: they are under way elsewhere, or were killed.
func Leftovers(path string) []string {
	folder, prefix := filepath.Split(partialPrefix(destination(path)))
	entries, _ := os.ReadDir(filepath.Clean(folder)) // an unreadable folder is for Open to tell of
	var all []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			all = append(all, folder+e.Name())
		}
	}
	return all
}

// Record adds one run to the partial journal; part is where it belongs: method,
// rollbacks, or a check of the hypothesis. Several goroutines may call it.
func (j *Journal) Record(part string, run *verdict.Run) error {
	if j.partial == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.line.Reset()
	value.WriteJSON(&j.line, j.mask(value.MapOf("part", part, "run", run.Value())), "")
	j.line.WriteByte('\n')
	_, err := j.partial.Write(j.line.Bytes())
	return err
}

// Write puts the whole journal at its path and then removes the partial journal. If
// that fails, the partial journal stays. The error is a *problem.Problem.
func (j *Journal) Write(document *value.Map) error {
	write, do := func(v any) error { return value.WriteJSON(j.device, v, "  ") }, "name another place with --journal-path"
	if j.partial != nil {
		write = j.replace
	}
	err := write(j.mask(document))
	if err == nil {
		return j.Discard()
	}
	if info, unknown := j.partial.Stat(); unknown == nil && info.Size() == 0 {
		j.Discard() // nothing could be kept
	} else if unknown == nil {
		do += "; what the run saw is in " + j.partial.Name()
	}
	return problem.Wrap(problem.NoVerdict, err, "the journal could not be written", do)
}

// Discard removes the partial journal of a run that did not begin.
func (j *Journal) Discard() error {
	if j.partial == nil {
		return j.device.Close()
	}
	return errors.Join(j.partial.Close(), os.Remove(j.partial.Name()))
}

// replace writes the file beside its place and moves it there.
func (j *Journal) replace(document any) error {
	return atomicfile.Write(j.Path, j.mode, func(w io.Writer) error { return value.WriteJSON(w, document, "  ") })
}

// Format is the version of chaostoolkit-lib whose journal this is: tools that
// read journals choose by it.
const Format = "1.44.0"

// platform is the operating system and the processor.
var platform = runtime.GOOS + "-" + runtime.GOARCH

// Document is the journal of a run of e, without its verdict: controls may still change it.
func Document(r *verdict.Result, e *experiment.Experiment) (document *value.Map) {
	node, _ := os.Hostname()
	e.Read(func(*value.Map) {
		during := make([]any, len(r.During))
		for i, state := range r.During {
			during[i] = state.Value()
		}
		document = value.MapOf(
			"chaoslib-version", Format,
			"platform", platform,
			"node", node,
			"experiment", e.Journalled(),
			"start", verdict.Instant(r.Start),
			"status", r.Status,
			"deviated", r.Deviated,
			"steady_states", value.MapOf("before", r.Before.Value(), "after", r.After.Value(), "during", during),
			"run", r.Run.Values(),
			"rollbacks", r.Rollbacks.Values(),
			"end", verdict.Instant(r.End),
			"duration", r.End.Sub(r.Start).Seconds(),
		)
	})
	return document
}

// AddVerdict puts the verdict into the journal, beside the toolkit's own keys.
func AddVerdict(document *value.Map, r *verdict.Result) {
	v := value.MapOf("word", r.Verdict.Word, "reason", r.Verdict.Reason)
	if r.Verdict.Next != "" {
		v.Set("next", r.Verdict.Next)
	}
	if len(r.Proof) > 0 {
		v.Set("proof", r.Proof.Values())
	}
	if warning := r.Warning(); warning != "" {
		v.Set("warning", warning)
	}
	document.Set("verdict", v)
}

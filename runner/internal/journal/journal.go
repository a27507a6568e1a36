// Package journal keeps what happened in a run, with the Chaos Toolkit's keys in
// the toolkit's order, and our verdict beside them.
//
// While the run lasts, a file next to the journal has lines of JSON: how the run was begun,
// each activity of the method and each rollback when it begins, and each activity when it
// is over. A runner that is killed has left what it saw, and what is to be undone: see Left. The
// journal itself appears at the end, whole or not at all. Files are not synced to the
// disk: what a process has written survives its end, but not a power failure.
package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Journal is the journal of one run, under way.
type Journal struct {
	Path  string                  // where it will be
	Moved func(said, file string) // called when the lines go on in another place; may be nil
	Spill func(text string)       // gets the journal that can be written to no file; may be nil
	Stop  <-chan struct{}         // once it is closed, a pipe that nobody reads is not waited for; may be nil

	mask    func(any) any
	device  *os.File    // open where Path is no ordinary file
	partial *os.File    // open where it is one
	mode    fs.FileMode // of the journal that stood there, so that one kept from others stays so; 0: none did

	unwritable error   // why partial cannot be written to
	others     []*Left // files of this run that could not be removed when its lines went on elsewhere

	undo  bool                   // what the run did is to be undone: its lines stay
	begun atomic.Pointer[string] // the file with the lines of a run that has done something

	mu    sync.Mutex
	line  *bufio.Writer // made by write; what is written to partial; a long line is never in memory as a whole
	said  string        // of a move, and nobody has heard it yet
	spare string        // where the journal goes if it cannot go to Path; empty: not needed yet
}

// Open prepares the journal at path, before the experiment starts; mask hides secrets in whatever
// is kept but begun, which is how the run is begun, for Left. If no journal can be written there, the
// error is a *problem.Problem with the code Usage.
func Open(path string, mask func(any) any, begun *value.Map) (*Journal, error) {
	if path == "" {
		return nil, problem.New(problem.Usage, "the journal's path is empty", "name a file: --journal-path journal.json")
	}
	if Of(path) != path {
		return nil, problem.New(problem.Usage, "the name of the journal "+path+" is as that of what a killed run leaves", "name another file: --journal-path journal.json")
	}
	path, err := filepath.Abs(destination(path)) // a Python function may change the working folder
	if err != nil {
		return nil, unwritable(path, err)
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, problem.New(problem.Usage, fmt.Sprintf("the journal's path %s is a folder", path), "give the folder another name, or name a file in it: --journal-path "+filepath.Join(path, "journal.json"))
	case err == nil && !info.Mode().IsRegular():
		return openDevice(path, mask)
	}
	atomicfile.Sweep(path)
	partial, err := newPartial(path)
	if err != nil {
		return nil, unwritable(path, err)
	}
	j := &Journal{Path: path, mask: mask, partial: partial}
	if info != nil {
		j.mode = info.Mode().Perm()
	}
	begun = besides(begun, toKeep)
	begun.Set("journal", toKeep(path))
	begun.Set("start", verdict.Instant(time.Now()))
	begun.Set("process", stamp())
	if err := j.add(value.MapOf("begun", begun)); err != nil {
		return nil, errors.Join(unwritable(path, err), j.Discard())
	}
	j.partial.Chmod(hasLines)
	return j, nil
}

// Begun is the file with the lines of a run that has begun its method or its rollbacks; else empty.
func (j *Journal) Begun() string {
	if name := j.begun.Load(); name != nil {
		return *name
	}
	return ""
}

// ToUndo lets the lines stay when the journal is written: these rollbacks have not succeeded, and
// why is what ended the run. It returns the file; empty for none.
func (j *Journal) ToUndo(rollbacks []string, why string) (file string) {
	names := make([]any, len(rollbacks))
	for i, name := range rollbacks {
		names[i] = name
	}
	if j.partial == nil {
		return ""
	}
	err := j.add(j.mask(value.MapOf("ended", value.MapOf("why", why, "not_undone", names))))
	if err != nil && j.Begun() == "" { // else it is as if the run had been killed
		return ""
	}
	j.undo = true
	return j.partial.Name()
}

// add writes a line, where there is room for it.
func (j *Journal) add(line any) error {
	if j.partial == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	err := errGone
	if there := atomicfile.IsThere(j.partial); there && j.unwritable == nil {
		err = j.write(line)
	} else if there {
		err = j.unwritable
	}
	if err != nil && j.spare == "" && j.move(err) == nil {
		err = j.write(line)
	}
	if err != nil {
		j.partial.Chmod(unkept)
		j.said = ""
		return bare(err)
	}
	if j.said != "" && j.Moved != nil {
		j.Moved(j.said, j.partial.Name())
		j.said = ""
	}
	return nil
}

// unkept is the mode of a file in which not all lines could be kept: to say so takes no room on a disk.
// Windows knows only whether a file may be written.
var unkept = map[bool]fs.FileMode{true: 0o400, false: 0o700}[onWindows]

const onWindows = runtime.GOOS == "windows"

// write writes a line, or nothing of it.
func (j *Journal) write(line any) error {
	end, err := j.partial.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if j.line == nil {
		j.line = bufio.NewWriterSize(nil, 1<<14)
	}
	j.line.Reset(j.partial)
	value.WriteJSON(j.line, line, "") // its error comes again
	j.line.WriteByte('\n')
	if err = j.line.Flush(); err != nil {
		j.partial.Truncate(end) // half a line would hide the next one
	}
	return err
}

// Write puts the whole journal at its path and then removes the partial journal. If that cannot
// be, it goes to the system's temporary folder, else to Spill, and the error is a *problem.Problem
// around an Elsewhere. What the run saw stays where it can go to no file.
func (j *Journal) Write(document *value.Map) error {
	masked := j.mask(document)
	write := j.toDevice
	if j.partial != nil {
		write = func(v any) error { return replace(j.Path, j.mode, v) }
	}
	err := write(masked)
	if err == nil {
		return j.over()
	}
	what := "the journal could not be written to " + j.Path
	err = bare(err)
	if _, lost := j.elsewhere(); lost == nil && replace(j.spare, 0o600, masked) == nil {
		j.over()
		return problem.Wrap(problem.NoVerdict, &Elsewhere{j.spare, err}, what, "it is in "+j.spare+" instead")
	}
	do := "check free space and permissions of its folder, or name another place with --journal-path"
	if j.Spill != nil {
		var text bytes.Buffer
		value.WriteJSON(&text, masked, "  ")
		j.Spill(text.String())
		err, do = &Elsewhere{Err: err}, "it is above, on standard error; "+do
	}
	if left := j.keptLines(); left != "" {
		do += "; what could be kept while it ran is in " + left
	}
	return problem.Wrap(problem.NoVerdict, err, what, do)
}

// over leaves the lines if they are needed: what a run did is to be undone, or they tell that it is.
func (j *Journal) over() error {
	stay := false // files that would be undone once more
	for _, other := range j.others {
		other.Remove()
		stay = stay || exists(other.File)
	}
	if j.partial != nil && (j.undo || stay && j.add(value.MapOf("over", true)) == nil) {
		return j.partial.Close()
	}
	return j.Discard()
}

// Discard removes the partial journal.
func (j *Journal) Discard() error {
	var err error
	if j.partial == nil {
		err = j.device.Close()
	} else {
		err = j.remove()
	}
	if j.spare != "" {
		os.Remove(filepath.Dir(j.spare)) // if it is empty
	}
	return err
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
	if r.Verdict.Word == verdict.NotUndone && len(r.NotUndone) > 0 {
		names := make([]any, len(r.NotUndone))
		for i, name := range r.NotUndone {
			names[i] = name
		}
		v.Set("not_undone", names)
	}
	if warning := r.Warning(); warning != "" {
		v.Set("warning", warning)
	}
	document.Set("verdict", v)
}

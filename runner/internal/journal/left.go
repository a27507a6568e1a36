package journal

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"time"

	"chaosworkshop.example/runner/internal/atomicfile"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// Left is what a run has left that has not written its journal: it is under way, or was killed.
type Left struct {
	File  string     // the partial journal
	Path  string     // the journal that it is a part of
	Begun *value.Map // how the run was begun, with its configuration; nil if that line is not whole
	Lost  int        // how many lines cannot be read
	Half  int        // how many of these are only not whole: the run was killed while it wrote them
	Ended string     // why a run that has written its journal, and has not undone its fault, came to its end

	Unkept   bool // not all lines could be kept: the run has perhaps begun its method
	Recovers bool // somebody has undone it, or tried to
	Over     bool // somebody has undone it, and could not remove all files

	info    os.FileInfo      // of the file
	others  []*Left          // other files of the same run, which know less
	size    int64            // of the file, when it was read
	cut     bool             // the last line has no end
	fresh   bool             // the run was killed before its first line was whole
	held    bool             // somebody has it open: the run that it belongs to has just begun
	parts   map[string][]any // the runs of each part, in the order in which they began
	at      map[string]int   // where a run stands in its part: its last line counts
	process process.Stamp    // whose the file is
}

// partialName is the end of the name of a partial journal.
var partialName = regexp.MustCompile(`\.partial-\d+$`)

// Of is the journal that a partial journal belongs to, by its name; every other path is its own.
func Of(path string) string { return partialName.ReplaceAllString(path, "") }

// Alive tells whether the run is still under way, or, if it Recovers, somebody undoes it at this moment.
func (l *Left) Alive() bool { return l.held || l.process.Alive() }

// PID is the number of the process that has written last.
func (l *Left) PID() int { return l.process.PID }

// Start is when the run was begun; the zero time if that is not known.
func (l *Left) Start() time.Time {
	t, _ := time.Parse("2006-01-02T15:04:05.999999Z07:00", l.Begun.AsText("start"))
	return t
}

// HasBegun tells whether an activity of the method or a rollback has begun, perhaps, and nobody has undone it.
func (l *Left) HasBegun() bool {
	if l.Unkept && !l.Over {
		return true
	}
	for part, runs := range l.parts {
		if hasDone(part) && len(runs) > 0 && !l.Over {
			return true
		}
	}
	return false
}

// hasDone tells whether a run that is in a part has done something.
func hasDone(part string) bool { return part == "method" || part == "rollback" }

// Wanted tells whether the fault is to stay: the run was told to play no rollbacks.
func (l *Left) Wanted() bool { return l.Begun.Map("strategy").Text("rollbacks") == "never" }

// Remove removes the files, if nobody has them or has written to them.
func (l *Left) Remove() {
	for _, other := range l.others {
		if other.Remove(); exists(other.File) {
			return // what is known of it, this file tells
		}
	}
	f, err := os.Open(l.File)
	if err != nil {
		return
	}
	free := l.isFree(f, 0)
	removed := free && os.Remove(l.File) == nil
	if f.Close(); free && !removed { // Windows removes no file that is open
		atomicfile.Remove(l.File)
	}
	removeSpare(l.File)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// passing is how long a program that the killed runner was about to start may still have the lock.
const passing = 2 * time.Second

// isFree locks the open file of what was left, and tells whether it is as it was read.
func (l *Left) isFree(f *os.File, within time.Duration) bool {
	for begun := time.Now(); !atomicfile.Lock(f); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) >= within {
			return false
		}
	}
	if !atomicfile.IsThere(f) {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Size() == l.size
}

// Taken tells what has become of the journal's path since the run was begun: whether the run
// itself has written its journal there, or something else stands there.
func (l *Left) Taken() (itself, another bool) {
	info, err := os.Lstat(l.Path)
	if err != nil || info.Mode().IsRegular() && !info.ModTime().After(l.Start()) {
		return false, false
	}
	f, err := process.OpenOwn(l.Path, 0, math.MaxInt64)
	if err != nil { // what is no file of this user, the run has not written
		return false, true
	}
	defer f.Close()
	const most = 1 << 30 // bytes: nothing of the run is farther behind
	for text := bufio.NewReaderSize(io.LimitReader(f, most), 1<<16); ; {
		line, _, err := text.ReadLine() // of a long one, a piece
		if err != nil {
			return false, true
		} else if bytes.Contains(line, []byte(`"start": "`)) && l.began(line) {
			return true, false
		}
	}
}

// began tells whether a text has the time at which one of the runs began.
func (l *Left) began(text []byte) bool {
	for _, runs := range l.parts {
		for _, run := range runs {
			if m, _ := run.(*value.Map); bytes.Contains(text, []byte(`"`+m.AsText("start")+`"`)) {
				return true
			}
		}
	}
	return false
}

// Document is what the run saw, in the form of a journal. It has neither a status nor a verdict.
func (l *Left) Document() *value.Map {
	e := l.Begun.Map("experiment").Copy()
	if dry := l.Begun.Map("strategy").AsText("dry"); dry != "" {
		e.Set("dry", dry)
	}
	probes := e.Map("steady-state-hypothesis").List("probes")
	states := value.MapOf("before", pass(l.parts["before"], len(probes)), "after", pass(l.parts["after"], len(probes)))
	var during []any
	for all := l.parts["during"]; len(all) > 0; {
		n := passLength(all)
		during = append(during, pass(all[:n], len(probes)))
		all = all[n:]
	}
	states.Set("during", during)
	return value.MapOf("experiment", e, "start", l.Begun.Value("start"), "steady_states", states,
		"run", l.parts["method"], "rollbacks", l.parts["rollback"], "verdict", value.MapOf("proof", l.parts["proof"]))
}

// passLength is how many of the runs are those of the first pass: each begins with the same probe.
func passLength(runs []any) int {
	name := func(run any) string { m, _ := run.(*value.Map); return m.Map("activity").AsText("name") }
	for i := 1; i < len(runs); i++ {
		if name(runs[i]) == name(runs[0]) {
			return i
		}
	}
	return len(runs)
}

// pass is one check of a hypothesis that has so many probes; nil if none of them was asked.
func pass(runs []any, probes int) any {
	if len(runs) == 0 {
		return nil
	}
	state := value.MapOf("steady_state_met", nil, "probes", runs)
	for i, run := range runs {
		m, _ := run.(*value.Map)
		met, known := m.Value("tolerance_met").(bool)
		switch {
		case known && !met, known && i == probes-1:
			state.Set("steady_state_met", met)
		}
	}
	return state
}

// Continue takes over what a killed run has left, to write its journal to path. Only one can.
func Continue(l *Left, path string, mask func(any) any) (*Journal, error) {
	atomicfile.Sweep(path)
	j := &Journal{Path: path, mask: mask, others: l.others}
	f, err := os.OpenFile(l.File, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		j.unwritable = err
		f, err = os.Open(l.File) // the next line then goes elsewhere, with all before it
	}
	if err != nil {
		return nil, problem.Wrap(problem.NoVerdict, bare(err), "what the run has left cannot be taken over from "+l.File, "perhaps somebody else has undone it: try again")
	}
	if !l.isFree(f, passing) {
		defer f.Close()
		return nil, l.taken(f)
	}
	j.partial = f
	if info, err := os.Stat(path); err == nil {
		j.mode = info.Mode().Perm()
	}
	if l.cut {
		f.WriteString("\n")
	}
	j.add(value.MapOf("process", stamp())) // rollbacks are played also where nothing can be written
	return j, nil
}

// taken is the problem of a file that is not free.
func (l *Left) taken(f *os.File) error {
	now, err := readLeft(l.File)
	if err == nil && !now.Alive() && now.size == l.size && !atomicfile.Lock(f) {
		return problem.New(problem.NoVerdict, fmt.Sprintf("somebody has locked %s, and the process that wrote it, %d, has ended", l.File, l.PID()),
			fmt.Sprintf("look who has: fuser -v '%[1]s'. If that is no recover of yours: cp -p '%[1]s' '%[1]s.copy' && mv '%[1]s.copy' '%[1]s', then try again", l.File))
	}
	return problem.New(problem.NoVerdict, "another recover undoes this run at this moment, or has undone it", "wait for its end, then try again")
}

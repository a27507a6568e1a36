package process

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// note is what an Owner keeps in a file as long as it has processes: what is to be ended if both
// its program and the watchdog are killed.
type note struct {
	Owner    Stamp  `json:"owner"`
	Watchdog Stamp  `json:"watchdog"`
	Session  int    `json:"session"` // of the Owner's process, and of the groups that it starts
	Started  string `json:"started"` // the lines that tell a watchdog what is to be ended
}

// notePrefix begins the name of a note, and the number of the Owner's process follows.
const notePrefix = "chaosworkshop-"

// noteName is the environment variable by which a watchdog gets the path of the note.
const noteName = "CHAOSWORKSHOP_NOTE"

func (o *Owner) notePath() string {
	if o.note == nil {
		return ""
	}
	return o.note.Name()
}

func (o *Owner) openNote() {
	for _, folder := range o.Notes {
		if o.note, _ = os.CreateTemp(folder, fmt.Sprintf("%s%d-", notePrefix, os.Getpid())); o.note != nil {
			return
		}
	}
}

// writeNote writes over what was there: what is behind the end of the new text is not read.
func (o *Owner) writeNote() {
	if o.note == nil {
		return
	}
	n := note{Owner: Self(), Session: session(), Started: o.toEnd()}
	if o.watchdog != nil {
		n.Watchdog = o.watchdog.stamp
	}
	text, _ := json.Marshal(n) // texts and numbers, which never fail
	o.note.WriteAt(text, 0)
}

func (o *Owner) removeNote() {
	if o.note != nil {
		o.note.Close()
		os.Remove(o.note.Name())
		o.note = nil
	}
}

// endLeft ends what runners have left that were killed together with their watchdogs, as the notes in
// a folder say, and what is left of such a watchdog, which may have been stopped. It returns how many
// commands it ended. The error names those that do not end.
func endLeft(notes string, grace time.Duration) (ended int, err error) {
	files, _ := os.ReadDir(notes)
	for _, f := range files {
		pid := whose(f.Name(), notePrefix)
		if pid == 0 {
			continue
		}
		path := filepath.Join(notes, f.Name())
		text, unread := readOwn(path, mostKept)
		if unread != nil || !isNoteOf(pid, text) {
			continue
		}
		n := readNote(text)
		if n == nil && startTime(pid) != "" || n != nil && (n.Owner.Alive() || n.isDone(path)) {
			continue
		}
		groups := n.left(path)
		left := endAll(groups, grace)
		if ended += len(groups) - len(left); len(left) == 0 {
			os.Remove(path)
		}
		for _, g := range left {
			err = errors.Join(err, fmt.Errorf("process %d does not end", g.id))
		}
	}
	return ended, err
}

// mostKept is how many bytes a note or a record has at most.
const mostKept = 1 << 20

// isNoteOf tells whether a text is a note of this process, or the beginning of one: others may give their
// files such a name.
func isNoteOf(pid int, text []byte) bool {
	begins := fmt.Appendf(nil, `{"owner":{"pid":%d,`, pid)
	return bytes.HasPrefix(text, begins) || bytes.HasPrefix(begins, text)
}

// readNote reads the text of a note; nil if it is none, or not yet.
func readNote(text []byte) *note {
	var n note
	if json.NewDecoder(bytes.NewReader(text)).Decode(&n) != nil {
		return nil
	}
	return &n
}

// isDone tells whether the watchdog of a note has promises to keep, and ends first what is to be ended, as it does within
// its grace unless it was stopped: the note is gone then. Who ended this watchdog would break its promises.
func (n *note) isDone(path string) bool {
	_, promises, _ := readTold(strings.NewReader(n.Started)) // a reader that does not fail
	for begun := time.Now(); len(promises) > 0 && n.Watchdog.Alive() && isWatchdog(n.Watchdog.PID, path); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return true
		} else if time.Since(begun) > 2*watchdogGrace {
			break
		}
	}
	return false
}

// left are the groups that still run. Their watchdog is killed: there is only one who ends them.
func (n *note) left(path string) (left []group) {
	if n == nil || n.Owner.Boot != bootID() {
		return nil
	}
	if w := n.Watchdog; w.Alive() {
		if p, err := os.FindProcess(w.PID); err == nil {
			if w.Alive() && isWatchdog(w.PID, path) {
				p.Kill()
			}
			p.Release()
		}
	}
	groups, _, _ := readTold(strings.NewReader(n.Started)) // a reader that does not fail
	find, known := lookAround(n.Session), map[group]bool{}
	for g := range groups {
		g, is := find(g)
		if !is {
			continue
		}
		same := group{id: g.id, mark: g.mark, since: g.since}
		if !known[same] && g.alive() {
			left = append(left, g)
		}
		known[same] = true
	}
	return left
}

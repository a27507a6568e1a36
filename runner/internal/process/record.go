package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrRecord is in the error of Start when no Record can be written, as on a full disk.
var ErrRecord = errors.New("the record of its process cannot be written")

// Record says that a process was started. It is a file, process-PID.json, that exists from the
// start of the process to its end. After a crash of the runner it tells the processes that the
// runner started from all others. Only its owner can read it: an argument may be a secret.
type Record struct {
	PID     int       `json:"pid"`
	Group   int       `json:"pgid"`           // the process group, always the same number as PID
	Started string    `json:"started"`        // when, in the system's own words and units
	Boot    string    `json:"boot"`           // on Linux: the start of the system that Started counts from
	Mark    string    `json:"mark,omitempty"` // on Linux: finds processes that left the group
	Command []string  `json:"command"`        // the program and its arguments
	Port    int       `json:"port,omitempty"` // that the process serves; zero: none
	When    time.Time `json:"when"`           // when the record was written, for readers
	Owner   Stamp     `json:"owner"`          // of the program that started it, and ends it unless it is killed

	file string
	left group // what is there of its group
}

// record writes the Record of a process, or none if the command asks for none. It
// renames a complete file, so that a reader never sees half a record.
func (p *Running) record(c Command) (*Record, error) {
	if c.Records == "" {
		return nil, nil
	}
	g := p.current()
	if err := os.MkdirAll(filepath.Dir(g.record), 0o777); err != nil {
		return nil, err
	}
	r := &Record{
		PID: g.id, Group: g.id, Started: g.started, Boot: bootID(), Mark: g.mark,
		Command: c.Args, Port: c.Port, When: time.Now(), Owner: Self(),
		file: g.record,
	}
	text, _ := json.Marshal(r) // texts, numbers and a time, which never fail
	err := os.WriteFile(r.file+draft, append(text, '\n'), 0o600)
	if err == nil {
		err = os.Rename(r.file+draft, r.file)
	}
	if err != nil {
		os.Remove(r.file + draft)
	}
	return r, err
}

func recordName(pid int) string { return fmt.Sprintf("process-%d.json", pid) }

// recordFile is where the Record of a process is; empty for none.
func (c *Command) recordFile(pid int) string {
	if c.Records == "" {
		return ""
	}
	file := filepath.Join(c.Records, recordName(pid))
	if whole, err := filepath.Abs(file); err == nil {
		return whole
	}
	return file
}

// bootID identifies one start of a Linux system. It is empty elsewhere, where
// startTime counts from a fixed date.
func bootID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(id))
}

func (r *Record) remove() {
	if r != nil {
		os.Remove(r.file)
	}
}

// valid tells whether the recorded process, or one that it had started, still runs.
func (r *Record) valid() bool {
	if r.PID <= 1 || r.Group != r.PID || r.Boot != bootID() {
		return false
	}
	r.left = group{id: r.Group, started: r.Started, mark: r.Mark}.found()
	return r.left.alive()
}

// owned tells whether another process that is alive has started it.
func (r *Record) owned() bool {
	return r.Owner.PID != os.Getpid() && r.Owner.Alive()
}

// Leftovers returns the records in a folder whose processes still run, though what has started
// them does not: those of other runners that are alive are in owned. It removes the records of
// processes that are gone, or whose number another process has by now. A missing folder has no
// records; any other error says that the folder cannot be read.
func Leftovers(folder string) (left, owned []*Record, err error) {
	files, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	for _, f := range files {
		path := filepath.Join(folder, f.Name())
		switch {
		case !strings.HasPrefix(f.Name(), "process-"):
			continue
		case strings.HasSuffix(f.Name(), draft):
			if info, err := f.Info(); err == nil && time.Since(info.ModTime()) > draftFor {
				os.Remove(path)
			}
			continue
		}
		r := &Record{file: path}
		text, unread := readOwn(path, mostKept)
		switch {
		case unread != nil: // no file of this user, or gone
		case json.Unmarshal(text, r) != nil || f.Name() != recordName(r.PID) || !r.valid():
			r.remove()
		case r.owned():
			owned = append(owned, r)
		default:
			left = append(left, r)
		}
	}
	return left, owned, nil
}

// draft is the end of the name of a record that is being written, and draftFor is how long that
// may take.
const draft, draftFor = ".draft", time.Minute

// Stop ends the processes that Leftovers finds in a folder of records, and what runners have left that
// were killed together with their watchdogs, as their notes in other folders say. Nothing else is ended,
// and each has the time grace to end by itself. It returns the records of those that it ended, and the
// number of commands of notes. The error names every process that does not end, or is that of Leftovers.
func Stop(folder string, notes []string, grace time.Duration) (stopped []*Record, commands int, err error) {
	records, _, err := Leftovers(folder)
	var groups []group
	for _, r := range records {
		groups = append(groups, r.left)
	}
	left := endAll(groups, grace)
	for _, r := range records {
		if slices.Contains(left, r.left) {
			err = errors.Join(err, fmt.Errorf("process %d (%s) does not end", r.PID, strings.Join(r.Command, " ")))
			continue
		}
		r.remove()
		stopped = append(stopped, r)
	}
	for _, folder := range notes {
		ended, failed := endLeft(folder, grace)
		commands, err = commands+ended, errors.Join(err, failed)
	}
	return stopped, commands, err
}

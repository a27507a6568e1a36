package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Record is the note that a process was started and has not been seen to end.
// After a crash it is what tells our processes from others.
type Record struct {
	PID     int       `json:"pid"`
	Group   int       `json:"pgid"`
	Started string    `json:"started"` // as the system says it, compared as it is
	Boot    string    `json:"boot"`    // which boot Started counts from, where it does
	Command []string  `json:"command"`
	Port    int       `json:"port,omitempty"`
	When    time.Time `json:"when"`

	file string
}

func (p *Running) record(c Command) (*Record, error) {
	if c.Records == "" {
		return nil, nil
	}
	folder, err := filepath.Abs(c.Records)
	if err != nil {
		return nil, err
	}
	m := p.member
	r := &Record{
		PID: m.group, Group: m.group, Started: m.started, Boot: bootID(),
		Command: c.Args, Port: c.Port, When: time.Now(),
		file: filepath.Join(folder, fmt.Sprintf("process-%d.json", m.group)),
	}
	return r, r.write()
}

// write is all or nothing: who reads the folder never sees half a record.
func (r *Record) write() error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(r.file), 0o777); err != nil {
		return err
	}
	draft := r.file + ".draft"
	if err := os.WriteFile(draft, append(text, '\n'), 0o666); err != nil {
		return err
	}
	return os.Rename(draft, r.file)
}

func (r *Record) remove() {
	if r != nil {
		os.Remove(r.file)
	}
}

// ours tells whether the process that the record speaks of is still there: the
// same number, started at the same moment.
func (r *Record) ours() bool {
	return r.PID > 1 && r.Group == r.PID && r.Started != "" &&
		r.Started == startTime(r.PID) && r.Boot == bootID() && alive(r.Group)
}

// Leftovers returns the records in a folder whose processes still run. Records
// of processes that are gone, or whose number is another's by now, are removed.
// No folder, no leftovers.
func Leftovers(folder string) ([]*Record, error) {
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var left []*Record
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), "process-") || f.IsDir() {
			continue
		}
		r := &Record{file: filepath.Join(folder, f.Name())}
		text, err := os.ReadFile(r.file)
		if err == nil && json.Unmarshal(text, r) == nil && r.ours() {
			left = append(left, r)
		} else {
			r.remove()
		}
	}
	return left, nil
}

// Stop ends the leftovers in a folder, and nothing else, and returns those that
// it ended. To call it again is harmless.
func Stop(folder string, grace time.Duration) ([]*Record, error) {
	records, err := Leftovers(folder)
	if err != nil {
		return nil, err
	}
	var groups []member
	for _, r := range records {
		groups = append(groups, member{r.Group, r.Started})
	}
	alive := make(map[int]bool)
	for _, m := range endAll(groups, grace) {
		alive[m.group] = true
	}
	var stopped []*Record
	for _, r := range records {
		if alive[r.Group] {
			err = errors.Join(err, fmt.Errorf("process %d (%s) does not end", r.PID, strings.Join(r.Command, " ")))
			continue
		}
		r.remove()
		stopped = append(stopped, r)
	}
	return stopped, err
}

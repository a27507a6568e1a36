package journal

import (
	"bytes"
	"errors"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// maxValues bounds the values of a journal: one output may have as many as a document.
const maxValues = 20_000_000

// Parse reads a journal, or a line of a partial one.
func Parse(text []byte) (any, error) {
	v, end, err := value.ReadJSON(text, maxValues, nil)
	if err == nil && len(bytes.TrimSpace(text[end:])) > 0 {
		err = errors.New("there is more after the end of the JSON")
	}
	return v, err
}

// ParseLeft reads the text of a partial journal; nil if it is none.
func ParseLeft(text []byte) *Left {
	l := &Left{parts: map[string][]any{}, cut: !bytes.HasSuffix(text, []byte("\n"))}
	at := map[string]int{} // where a run stands in its part: its last line counts
	lines := bytes.Split(text, []byte("\n"))
	for i, line := range lines {
		v, err := Parse(line)
		m, _ := v.(*value.Map)
		run, part := m.Map("run"), m.AsText("part")
		if i == 0 && run == nil && !bytes.HasPrefix(line, []byte(firstWord)) {
			return nil
		}
		switch {
		case len(line) == 0:
		case err == nil && run != nil:
			key := part + " " + run.Map("activity").AsText("name") + " " + run.AsText("start")
			if n, known := at[key]; known {
				l.parts[part][n] = run
				continue
			}
			at[key] = len(l.parts[part])
			l.parts[part] = append(l.parts[part], run)
		case err == nil && m.Map("begun") != nil:
			l.Begun = m.Map("begun")
			l.own(l.Begun.Map("process"))
		case err == nil && m.Map("configuration") != nil && l.Begun != nil:
			l.Begun.Set("configuration", m.Map("configuration"))
		case err == nil && m.Map("process") != nil:
			l.own(m.Map("process"))
			l.Recovers = true
		case err == nil && m.Map("ended") != nil:
			l.Ended = m.Map("ended").AsText("why")
		default:
			l.Lost++
			if isHalf(line) && goesOn(lines[i+1:]) {
				l.Half++
			}
		}
	}
	return l
}

// firstWord begins the first line of a run.
const firstWord = `{"begun"`

// goesOn tells whether nothing follows a line, or the lines of somebody who has taken them over.
func goesOn(after [][]byte) bool {
	return len(after) == 0 || len(after) == 1 && len(after[0]) == 0 || bytes.HasPrefix(after[0], []byte(`{"process"`))
}

// isHalf tells whether a line that cannot be read is the beginning of one of ours.
func isHalf(line []byte) bool {
	for _, begins := range []string{`{"begun": {`, `{"configuration": {`, `{"part": "`, `{"process": {`, `{"ended": {`} {
		if n := min(len(line), len(begins)); string(line[:n]) == begins[:n] {
			return true
		}
	}
	return false
}

func (l *Left) own(m *value.Map) {
	pid, _ := m.Value("pid").(int64)
	l.process = process.Stamp{PID: int(pid), Started: m.Text("started"), Boot: m.Text("boot")}
}

// Damaged tells whether it is not known what the run did: other lines cannot be read than those that were not
// written to their end.
func (l *Left) Damaged() bool { return l.Lost > l.Half }

package journal

import (
	"bufio"
	"bytes"
	"errors"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
)

// maxValues bounds the values of a whole journal: one output may have as many as a document.
const maxValues = 20_000_000

var errMore = errors.New("there is more after the end of the JSON")

// Parse reads a whole journal.
func Parse(text []byte) (any, error) {
	v, end, err := value.ReadJSON(text, maxValues, nil)
	if err == nil && len(bytes.TrimSpace(text[end:])) > 0 {
		err = errMore
	}
	return v, err
}

// ParseLeft reads the text of a partial journal, line by line; nil if it is none.
func ParseLeft(text *bufio.Reader) *Left {
	l := &Left{parts: map[string][]any{}, cut: true, at: map[string]int{}}
	room := room{left: mostInOutputs}
	half := false // the last line that has something may be the beginning of one
	for i := 0; ; i++ {
		line, end := text.ReadBytes('\n')
		if len(line) == 0 {
			break
		}
		l.size += int64(len(line))
		l.cut = end != nil
		line = bytes.TrimSuffix(line, []byte("\n"))
		if half && bytes.HasPrefix(line, []byte(`{"process"`)) { // somebody has taken them over
			l.Half++
		}
		half = false
		m, err := room.read(line)
		if i == 0 && m.Map("run") == nil && !bytes.HasPrefix(line, []byte(firstWord)) {
			return nil
		}
		if len(line) > 0 && (err != nil || !l.take(m)) {
			l.Lost++
			half = isHalf(line)
		}
		if most, known := l.Begun.Value("max_output").(int64); i == 0 && known {
			room.allow(most)
		}
	}
	switch {
	case l.size == 0:
		return nil
	case half: // nothing follows
		l.Half++
	}
	return l
}

// bytesOfValue is what a value or a key in an output takes at most, as a run counts it: all outputs that
// it keeps have no more than mostInOutputs, if it is not told otherwise.
const bytesOfValue, mostInOutputs = 64, 256 << 20 / 64

// shortLine is the length of a line, in bytes, up to which it may have any values: of a long run, there are
// many.
const shortLine = 1 << 16

// room is how many values the rest of a partial journal may have in its long lines.
type room struct{ left int }

// allow makes room for what a run keeps that was told to keep so many bytes of outputs; 0 is no limit.
func (r *room) allow(bytes int64) {
	if bytes == 0 {
		bytes = maxLines * bytesOfValue
	}
	r.left += max(0, int(bytes/bytesOfValue)-mostInOutputs)
}

// read reads a line.
func (r *room) read(line []byte) (*value.Map, error) {
	if len(line) < shortLine {
		r.left += len(line) / 4
	}
	v, end, err := value.ReadJSON(line, r.left, nil)
	if err == nil && len(bytes.TrimSpace(line[end:])) > 0 {
		err = errMore
	}
	if err != nil {
		return nil, err
	}
	r.left -= count(v)
	m, _ := v.(*value.Map)
	return m, nil
}

// count is how many values and keys there are in one.
func count(v any) int {
	n := 1
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			n += count(item)
		}
	case *value.Map:
		for _, item := range v.All() {
			n += 1 + count(item)
		}
	}
	return n
}

// take keeps what a line tells; false if that is nothing known.
func (l *Left) take(m *value.Map) bool {
	run, part := m.Map("run"), m.AsText("part")
	switch {
	case run != nil:
		key := part + " " + run.Map("activity").AsText("name") + " " + run.AsText("start")
		if n, known := l.at[key]; known {
			l.parts[part][n] = run
			return true
		}
		l.at[key] = len(l.parts[part])
		l.parts[part] = append(l.parts[part], run)
	case m.Map("begun") != nil:
		l.Begun = m.Map("begun")
		l.own(l.Begun.Map("process"))
	case m.Map("configuration") != nil && l.Begun != nil:
		l.Begun.Set("configuration", m.Map("configuration"))
	case m.Map("process") != nil:
		l.own(m.Map("process"))
		l.Recovers = true
	case m.Map("ended") != nil:
		l.Ended = m.Map("ended").AsText("why")
	default:
		return false
	}
	return true
}

// firstWord begins the first line of a run.
const firstWord = `{"begun"`

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

package journal

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"

	"chaosworkshop.example/runner/internal/process"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/weight"
)

// maxValues bounds the values of a whole journal: one output may have as many as a document.
const maxValues = 20_000_000

var errMore = errors.New("there is more after the end of the JSON")

// deeper is how many levels a journal puts around an output or an experiment.
const deeper = 20

// Parse reads a whole journal.
func Parse(text []byte) (any, error) { return parseUpTo(text, maxValues) }

func parseUpTo(text []byte, most int) (any, error) {
	v, end, err := value.ReadJSON(text, most, deeper, nil)
	if err == nil && len(bytes.TrimSpace(text[end:])) > 0 {
		err = errMore
	}
	return v, err
}

// ParseLeft reads the text of a partial journal of this size, line by line; nil if it is none.
func ParseLeft(text *bufio.Reader, size int64) *Left {
	return parseLines(text, size, longestLine, roomForOutputs)
}

func parseLines(text *bufio.Reader, size int64, longest, room int) *Left {
	if begins, _ := text.Peek(len(firstWord)); string(begins) != firstWord && !bytes.HasPrefix(begins, []byte(partWord)) {
		return nil
	}
	l := &Left{parts: map[string][]any{}, at: map[string]int{}}
	lines := shortener{from: text, lines: true, most: longest, room: room, out: make([]byte, 0, min(size, int64(longest))+1<<16)} // it never grows
	left := mostValues
	half, perhaps := false, false // the last line that has something may be the beginning of one, and of one that tells what the run did
	for i := 0; ; i++ {
		line, err := lines.next()
		l.size += int64(lines.read)
		if lines.read == 0 && err == io.EOF {
			break
		} else if lines.read == 0 || err == errTooLong { // it cannot be read to its end, or nobody's run has written it
			l.Lost++
			break
		}
		l.cut = !bytes.HasSuffix(line, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\n"))
		if kept := bytes.TrimRight(line, "\x00"); len(kept) < len(line) { // the system had no power any more
			line, l.Unkept = kept, true
		}
		if half && bytes.HasPrefix(line, []byte(`{"process"`)) { // somebody has taken them over
			l.Half++
		}
		half = false
		var m *value.Map
		if err == nil || err == io.EOF {
			m, err = readLine(line, &left)
		}
		if i == 0 && m.Map("run") == nil && !bytes.HasPrefix(line, []byte(firstWord)) {
			return nil
		}
		if len(line) > 0 && (err != nil || !l.take(m)) {
			l.Lost++
			half, perhaps = isHalf(line), mayHaveDone(line)
		}
	}
	switch {
	case l.size == 0:
		return nil
	case half: // nothing follows
		l.Half++
		l.Unkept = l.Unkept || perhaps
	}
	return l
}

// longestLine is more than an experiment needs, as JSON, or a configuration, unless most of its bytes are escaped. The
// lines of a run that are longer than shortLine may have mostValues values and keys besides its outputs.
const longestLine, shortLine, mostValues = 128 << 20, 1 << 16, 5_000_000

// readLine reads a line, so that there may be left so many values fewer in the next long ones.
func readLine(line []byte, left *int) (*value.Map, error) {
	most := *left
	if len(line) < shortLine {
		most = shortLine
	}
	v, err := parseUpTo(line, most)
	if len(line) >= shortLine {
		*left -= int(weight.Of(v).Values)
	}
	m, _ := v.(*value.Map)
	return m, err
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
		l.Begun = besides(m.Map("begun"), asWritten)
		l.own(l.Begun.Map("process"))
	case m.Map("configuration") != nil && l.Begun != nil:
		l.keep("configuration", m)
	case m.Has("folder") && l.Begun != nil:
		l.Begun.Set("folder", asWritten(m.Value("folder")))
	case m.Map("environment") != nil && l.Begun != nil:
		l.keep("environment", m)
	case m.Map("process") != nil:
		l.own(m.Map("process"))
		l.Recovers = true
	case m.Map("ended") != nil:
		l.Ended = m.Map("ended").AsText("why")
	case m.Has("over"):
		l.Over = true
	default:
		return false
	}
	return true
}

func (l *Left) keep(what string, m *value.Map) {
	l.Begun.Set(what, asWritten(m.Map(what)))
	l.Begun.Set("hidden_"+what, asWritten(m.Value("hidden")))
}

// firstWord begins the first line of a run, and partWord those of its activities.
const firstWord, partWord = `{"begun"`, `{"part"`

// isHalf tells whether a line that cannot be read is the beginning of one of ours.
func isHalf(line []byte) bool {
	for _, begins := range []string{`{"begun": {`, `{"configuration": {`, `{"environment": {`, `{"part": "`, `{"process": {`, `{"ended": {`, `{"folder": "`, `{"over": `} {
		if agrees(line, begins) {
			return true
		}
	}
	return false
}

// mayHaveDone tells whether a line that is not whole may be one of an activity that does something.
func mayHaveDone(line []byte) bool {
	return slices.ContainsFunc([]string{"method", "rollback"}, func(part string) bool {
		return agrees(line, partWord+`: "`+part+`"`)
	})
}

// agrees tells whether a line begins so, as far as it goes.
func agrees(line []byte, begins string) bool {
	n := min(len(line), len(begins))
	return string(line[:n]) == begins[:n]
}

func (l *Left) own(m *value.Map) {
	pid, _ := m.Value("pid").(int64)
	l.process = process.Stamp{PID: int(pid), Started: m.Text("started"), Boot: m.Text("boot"), Space: m.Text("space")}
}

// Damaged tells whether it is not known what the run did: the first line is not there, or other lines cannot be
// read than those that were not written to their end.
func (l *Left) Damaged() bool { return l.Lost > l.Half || l.Begun == nil && !l.fresh }

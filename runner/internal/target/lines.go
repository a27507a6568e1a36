package target

import (
	"bytes"
	"strings"
	"sync"
	"time"
)

const (
	lastLines = 10
	longest   = 64 << 10 // bytes of a line; what comes behind them is dropped up to the line's end
	margin    = 4 << 10  // bytes before them that are dropped then, too: longer than any secret
)

// lines passes on each line that a process writes, and keeps the last few. The
// lines may contain control characters, which the receiver must clean. A line is
// never passed on in pieces: a secret across a border would not be found in them.
type lines struct {
	say func(line string) // may be nil

	mu   sync.Mutex
	part []byte // the line that is not complete
	last []string
	when time.Time // of the last line
}

// Write never fails.
func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for piece := range bytes.Lines(text) {
		piece, complete := bytes.CutSuffix(piece, []byte("\n"))
		l.part = append(l.part, piece[:min(len(piece), longest-len(l.part))]...)
		if !complete {
			break
		}
		if len(l.part) == longest { // the rest was dropped, perhaps within a secret
			l.part = l.part[:longest-margin]
		}
		line := strings.TrimSuffix(string(l.part), "\r")
		l.part, l.when = l.part[:0], time.Now()
		if l.last = append(l.last, line); len(l.last) > lastLines {
			l.last = l.last[1:]
		}
		if l.say != nil {
			l.say(line)
		}
	}
	return len(text), nil
}

// flush passes on a last line without an end, when nothing more can be written.
func (l *lines) flush() {
	if len(l.part) > 0 {
		l.Write([]byte("\n"))
	}
}

// silent is quoted of a process that printed nothing.
const silent = "; it printed nothing"

// quoted is the end of a sentence, followed by the last lines.
func (l *lines) quoted() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) == 0 {
		return silent
	}
	return "; its last lines:\n    " + strings.Join(l.last, "\n    ")
}

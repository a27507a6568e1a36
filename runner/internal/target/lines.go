package target

import (
	"bytes"
	"strings"
	"sync"
	"time"
)

const (
	lastLines = 10
	longest   = 8 << 10 // bytes of a line; a longer one is passed on in pieces
)

// lines passes on each line that a process writes, and keeps the last few. The
// lines may contain control characters, which the receiver must clean.
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
	for rest := text; len(rest) > 0; {
		line, after, complete := bytes.Cut(rest, []byte("\n"))
		if space := longest - len(l.part); len(line) > space {
			line, after, complete = rest[:space], rest[space:], true
		}
		l.part = append(l.part, line...)
		if complete {
			l.emit()
		}
		rest = after
	}
	return len(text), nil
}

// flush passes on a last line without an end.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.part) > 0 {
		l.emit()
	}
}

// emit passes on the line that is complete now.
func (l *lines) emit() {
	line := strings.TrimSuffix(string(l.part), "\r")
	l.part = l.part[:0]
	l.when = time.Now()
	if l.last = append(l.last, line); len(l.last) > lastLines {
		l.last = l.last[1:]
	}
	if l.say != nil {
		l.say(line)
	}
}

// quoted is the end of a sentence, followed by the last lines.
func (l *lines) quoted() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) == 0 {
		return "; it printed nothing"
	}
	return "; its last lines:\n    " + strings.Join(l.last, "\n    ")
}

// lastTime is when the last line came.
func (l *lines) lastTime() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.when
}

package target

import (
	"bytes"
	"strings"
	"sync"
	"time"
)

const (
	lastLines = 10
	longest   = 8 << 10 // bytes of a line; a longer one is handed on in pieces
)

// lines takes what a process writes, hands each line on, and remembers the last
// few. What it hands on is as it came: control characters are the reader's care.
type lines struct {
	say func(line string) // nil: nobody listens

	mu   sync.Mutex
	part []byte
	last []string
	when time.Time // of the last line
}

func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := text; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if room := longest - len(l.part); len(line) > room {
			line, after, whole = rest[:room], rest[room:], true
		}
		l.part = append(l.part, line...)
		if whole {
			l.emit()
		}
		rest = after
	}
	return len(text), nil
}

// flush hands on a last line that has no end.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.part) > 0 {
		l.emit()
	}
}

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

// quoted is the end of a sentence, with the last lines below it.
func (l *lines) quoted() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) == 0 {
		return "; it said nothing"
	}
	return "; its last lines:\n    " + strings.Join(l.last, "\n    ")
}

// quietSince tells when the last line came.
func (l *lines) quietSince() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.when
}

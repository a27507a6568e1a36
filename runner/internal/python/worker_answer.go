package python

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/value"
)

// readAnswers reads what the process has to say to us, line by line.
func (s *session) readAnswers(w *Worker) {
	defer close(s.replied)
	in := bufio.NewReaderSize(s.answers, 1<<16)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		message, err := value.ParseJSON(line)
		said, ok := message.(*value.Map)
		if err != nil || !ok || !s.hear(w, said) {
			s.end(fmt.Errorf("it said what no worker of ours says: %s", shorten(string(bytes.TrimSpace(line)))))
			return
		}
	}
}

// hear acts on one message, and is false for what is none.
func (s *session) hear(w *Worker, said *value.Map) bool {
	if said.Has("ready") {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ready = true
		return true
	}
	if !s.isReady() {
		return false
	}
	if record := texts(said, "log"); len(record) == 2 {
		w.log(record[0], record[1])
		return true
	}
	if signal := text(said, "signal"); signal != "" {
		if w.Signal != nil {
			w.Signal(signal)
		}
		return true
	}
	number, _ := said.Get("id")
	n, ok := number.(int64)
	if e := s.exchange(n); e != nil {
		s.await(e)
		e.answer, _ = unmark(said).(*value.Map)
		close(e.answered)
		s.forget(n) // the same twice would be one too many
	}
	return ok
}

// await lets what was printed before an answer be logged before it.
func (s *session) await(e *exchange) {
	select {
	case <-e.printed:
	case <-s.printed:
	case <-time.After(time.Second): // a function wrote over the mark
	}
}

// readOutput logs what is printed, line by line, and looks for the marks.
func (s *session) readOutput(w *Worker) {
	defer close(s.printed)
	in := bufio.NewReaderSize(s.output, 1<<16)
	for {
		line, err := in.ReadString('\n')
		printed, number, marked := strings.Cut(line, "\x00")
		n, bad := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if !marked || bad != nil {
			printed, n = line, 0
		}
		if printed != "" {
			s.print(w, strings.TrimRight(printed, "\r\n"))
		}
		if e := s.exchange(n); e != nil {
			e.pass()
		}
		if err != nil {
			return
		}
	}
}

// pass notes that a mark was read; only the reader of the output does.
func (e *exchange) pass() {
	select {
	case <-e.printed: // a function printed what looks like one
	default:
		close(e.printed)
	}
}

func (s *session) print(w *Worker, line string) {
	s.mu.Lock()
	s.last = line
	s.mu.Unlock()
	w.log("", line)
}

// failure is what an answer says of a function that did not return.
func failure(answer *value.Map, name string) error {
	if stop := texts(answer, "stop"); len(stop) == 2 {
		return &Interrupted{Activity: name, Class: stop[0], Text: stop[1]}
	}
	if x, ok := exception(answer, "raised"); ok {
		return x
	}
	if x, ok := exception(answer, "error"); ok {
		return fmt.Errorf("'%s' cannot be carried out: %w", name, errors.New(x.Error()))
	}
	return nil
}

// logTraceback says where an exception came from, as the toolkit does.
func (w *Worker) logTraceback(answer *value.Map, name string) {
	for _, key := range []string{"raised", "error"} {
		if x, ok := exception(answer, key); ok && len(x.Traceback) > 0 {
			w.log("DEBUG", "'"+name+"' failed\n"+strings.TrimSuffix(strings.Join(x.Traceback, ""), "\n"))
		}
	}
}

// exception reads one that the worker has put into words.
func exception(from *value.Map, key string) (*Exception, bool) {
	v, _ := from.Get(key)
	m, ok := v.(*value.Map)
	if !ok {
		return nil, false
	}
	x := &Exception{Class: text(m, "class"), Traceback: texts(m, "traceback")}
	whole := text(m, "text")
	if rest, named := strings.CutPrefix(whole, x.Class); named && (rest == "" || strings.HasPrefix(rest, ": ")) {
		x.Message = strings.TrimPrefix(rest, ": ")
	} else {
		x.Class = whole // as of a SyntaxError, whose first line is the place
	}
	return x, true
}

func text(m *value.Map, key string) string {
	v, _ := m.Get(key)
	s, _ := v.(string)
	return s
}

func texts(m *value.Map, key string) []string {
	v, _ := m.Get(key)
	list, _ := v.([]any)
	var all []string
	for _, item := range list {
		s, _ := item.(string)
		all = append(all, s)
	}
	return all
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "..."
	}
	return s
}

func anyList(texts []string) []any {
	all := make([]any, len(texts))
	for i, s := range texts {
		all[i] = s
	}
	return all
}

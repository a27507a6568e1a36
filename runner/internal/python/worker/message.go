package worker

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/python"
	"chaosworkshop.example/runner/internal/value"
)

// Interrupted is the error of a Python function that asked for the end of the run.
type Interrupted struct {
	Activity string // the activity or control whose function it was
	Class    string // SystemExit, KeyboardInterrupt, or InterruptExecution of a control
	Text     string // SystemExit's code, as in 3 or None; else the exception's text

	// Signal is SIGUSR1 or SIGUSR2, and Number its number on this system, where a function of
	// chaoslib.exit was called: with rollbacks, without rollbacks. Else they are empty and 0. The
	// toolkit leaves the rollbacks out for every SystemExit with the code 30.
	Signal string
	Number int
}

func (i *Interrupted) Error() string {
	return fmt.Sprintf("'%s' asked for the end of the run with %s(%s)", i.Activity, i.Class, i.Text)
}

// Unended is the error of a function that was interrupted, and for which a process does not end: it
// says which.
type Unended string

func (u Unended) Error() string { return string(u) }

// failure is what an answer says of a function that did not return.
func failure(answer *value.Map, name string) error {
	if stop := answer.Map("stop"); stop != nil {
		number, _ := stop.Get("number")
		n, _ := number.(int64)
		return &Interrupted{Activity: name, Class: stop.Text("class"), Text: stop.Text("text"), Signal: stop.Text("signal"), Number: int(n)}
	}
	if raised := answer.Map("raised"); raised != nil {
		return &python.Exception{Class: raised.Text("class"), Message: raised.Text("message")}
	}
	if problem := answer.Map("error"); problem != nil {
		return fmt.Errorf("'%s' cannot be carried out: %s", name, problem.Text("text"))
	}
	return nil
}

// logNotes says where an exception came from, as the toolkit does, and which
// values have come as text.
func (w *Worker) logNotes(answer *value.Map, name string) {
	for _, key := range []string{"raised", "error"} {
		if lines := texts(answer.Map(key), "traceback"); len(lines) > 0 {
			w.Log("DEBUG", valid("'"+name+"' failed\n"+strings.TrimSuffix(strings.Join(lines, ""), "\n")))
		}
	}
	for _, what := range texts(answer, "noted") {
		w.Log("WARNING", valid(fmt.Sprintf("'%s' gave %s, which a journal cannot hold: Python's text for it stands there instead", name, what)))
	}
}

// logLine is what Python printed or logged.
type logLine struct {
	call        int64  // that logged it; 0 for what was printed, or logged in a thread of its own
	level, text string // an empty level for what was printed
}

// log passes on what Python prints and logs. What may be the secret that a control is about
// to set waits: what the control logs, and all that is printed meanwhile.
func (w *Worker) log(r logLine) {
	r.text = valid(r.text)
	w.logging.Lock()
	defer w.logging.Unlock()
	switch {
	case !w.waits(r):
		w.Log(r.level, r.text)
	case len(w.held) < mostHeld:
		w.held = append(w.held, r)
	default:
		w.dropped++
	}
}

func (w *Worker) waits(r logLine) bool {
	return slices.Contains(w.calls, r.call) || r.call == 0 && len(w.calls) > 0
}

// release passes on what was held back for a call, or forgets it where the secrets of the
// control, which has this name, will never be known.
func (w *Worker) release(call int64, control string, known bool) {
	w.logging.Lock()
	defer w.logging.Unlock()
	w.calls = slices.DeleteFunc(w.calls, func(n int64) bool { return n == call })
	left := w.held[:0]
	for _, r := range w.held {
		switch {
		case w.waits(r):
			left = append(left, r)
		case known:
			w.Log(r.level, r.text)
		default:
			w.dropped++
		}
	}
	if w.held = left; w.dropped > 0 && len(w.calls) == 0 {
		w.Log("WARNING", fmt.Sprintf("what else the control '%s' printed is left out, because a secret may be in it (lines: %d)", control, w.dropped))
		w.dropped = 0
	}
}

// valid is a text of Python's, which may have halves of characters.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// death says how an interpreter ended that owes an answer.
func (p *interpreter) death(q question) error {
	name, how := q.name, "it ended with "+p.exit.String()
	if last, _ := p.last.Load().(string); strings.TrimSpace(last) != "" && q.held == nil { // else it may be a secret
		how += ", and printed last: " + strings.TrimSpace(last)
	}
	if p.err != nil {
		how = p.err.Error()
	}
	switch {
	case errors.Is(p.err, syscall.EMFILE), errors.Is(p.err, syscall.EAGAIN), errors.Is(p.err, syscall.ENOMEM):
		return problem.New(problem.NoVerdict, fmt.Sprintf("Python could not be started for '%s': %s", name, how),
			"close other programs, or raise the limits of your shell, which ulimit -a shows")
	case !p.ready.Load():
		return problem.New(problem.NoVerdict, fmt.Sprintf("the Python interpreter %s does not work for '%s': %s", p.path, name, how),
			"check that it is Python 3.7 or later, or give --python the path of another")
	case p.err != nil:
		return problem.New(problem.NoVerdict, fmt.Sprintf("Python had to be ended while '%s' was under way: %s", name, how),
			"check whether it left something unfinished")
	}
	return problem.New(problem.NoVerdict, fmt.Sprintf("Python died while '%s' was under way: %s", name, how),
		"check whether it left something unfinished; a function must return or raise, and not end its process")
}

// texts is a list of texts that a message has.
func texts(m *value.Map, key string) []string {
	var all []string
	for _, item := range m.List(key) {
		s, _ := item.(string)
		all = append(all, s)
	}
	return all
}

// finding is a mistake that Python has found. Its advice is a name that is near, if there is
// one; other functions of a control than those that are called are no mistake without one.
func (r Reference) finding(m *value.Map) (f problem.Finding, ok bool) {
	f = problem.Finding{Path: texts(m, "path"), What: m.Text("what"), Do: m.Text("do"), Warning: r.Kind == "control"}
	if len(f.Path) == 0 { // other Python code has written the answer
		return f, true
	}
	word := f.Path[len(f.Path)-1] // the name of an argument, or of a function of a control
	switch word {
	case "module":
		word = r.Module
	case "func":
		word = r.Func
	}
	near := problem.Near(word, texts(m, "known"))
	if len(near) > 0 {
		f.Do = "did you mean '" + near[0] + "'?"
	}
	return f, len(near) > 0 || !f.Warning || f.Path[0] == "module"
}

// special is the key of a mapping that stands for a value which JSON does not
// have: its value is the type, and the key "is" has the value as text.
const special = "\x00"

// encode is a request as Python reads it, which understands NaN and the infinities.
func encode(request *value.Map) []byte { return []byte(value.JSON(mark(request))) }

// mark replaces bytes, which JSON does not have, on their way to Python.
func mark(v any) any {
	switch v := v.(type) {
	case []byte:
		return value.MapOf(special, "bytes", "is", hex.EncodeToString(v))
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = mark(item)
		}
		return list
	case *value.Map:
		m := &value.Map{}
		for key, item := range v.All() {
			m.Set(key, mark(item))
		}
		return m
	}
	return v
}

// unmark puts back, in place, what Python has replaced.
func unmark(v any) any {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			v[i] = unmark(item)
		}
	case *value.Map:
		if v.Len() == 2 && v.Has(special) && v.Has("is") {
			return meant(v.Text(special), v.Text("is"))
		}
		for key, item := range v.All() {
			v.Set(key, unmark(item))
		}
	}
	return v
}

func meant(kind, is string) any {
	switch kind {
	case "bytes":
		b, _ := hex.DecodeString(is)
		return b
	case "float":
		f, _ := strconv.ParseFloat(is, 64)
		return f
	case "int":
		if n, ok := new(big.Int).SetString(is, 0); ok {
			return n
		}
	}
	return is
}

package worker

import (
	"os"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// FuzzAnswers: whatever stands on the lines that an interpreter sends, they are read to their end,
// each question gets one answer at most, and the answer can be told.
func FuzzAnswers(f *testing.F) {
	for _, text := range []string{`{"ready": true}`, "{\"ready\": 1}\n{\"id\": 1, \"value\": {\"\\u0000\": \"bytes\", \"is\": \"6869\"}}\n", "{\"ready\": 1}\n{\"id\": 1, \"raised\": {\"class\": 1}}\n{\"id\": 1}\n",
		"{\"ready\": 1}\n{\"id\": 1, \"value\": [[{\"path\": [], \"known\": [\"a\"]}]]}", "{\"ready\": 1}\n{\"id\": 1, \"log\": [\"INFO\", \"\\ud800\"]}", "{\"ready\": 1}\n{\"id\": 1, \"stop\": {\"number\": 10}, \"listening\": true}",
		"{\"ready\": 1}\n{\"signal\": \"SIGUSR1\"}\n{\"id\": 1, \"folder\": \"/\", \"environment\": {\"A\": null}, \"noted\": [1], \"error\": {\"traceback\": [\"a\"]}}",
		`{"ready": 1}` + "\n" + `{"id": 1, "value": {"experiment": {"method": [{"name": "x"}, 1]}}, "order": {"method": [1, -1, {"new": 2}]}, "replaced": {"probes": [0, 9]}, "renewed": [["method", 0, "name"], []]}`, "x\x00 1\n", ""} {
		f.Add([]byte(text), []byte(text))
	}
	f.Fuzz(func(t *testing.T, answers, output []byte) {
		w := &Worker{Log: func(string, string) {}, Signal: func(string) {}, Moved: func(string) {}, SetEnv: func(string, string, bool) {}}
		p := &interpreter{answers: said(t, append(answers[:len(answers):len(answers)], '\n')), output: said(t, output), kill: func(error) {}, replied: make(chan struct{}), printed: make(chan struct{})}
		e := p.begin()
		p.readOutput(w)
		p.readAnswers(w)
		answer := e.answer.Load()
		if isClosed(e.answered) != (answer != nil) {
			t.Fatalf("answered: %v", answer)
		}
		w.noteChanges(answer)
		w.logNotes(answer, "n")
		failure(answer, "n")
		live := aControlled()
		resultOf(answer).Apply(live, live.Clone(), func(string, []any) {})
		for _, list := range answer.List("value") {
			items, _ := list.([]any)
			for _, item := range items {
				m, _ := item.(*value.Map)
				(Reference{Kind: "control"}).finding(m)
			}
		}
	})
}

// aControlled is an experiment that a control may change.
func aControlled() *value.Map {
	return value.MapOf("method", []any{value.MapOf("name", "a"), value.MapOf("name", "b")}, "rollbacks", []any{},
		"steady-state-hypothesis", value.MapOf("probes", []any{value.MapOf("name", "c")}))
}

// said is a pipe from which a text can be read.
func said(t *testing.T, text []byte) *os.File {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	go func() {
		w.Write(text)
		w.Close()
	}()
	return r
}

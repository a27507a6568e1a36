// Package draft makes a first experiment from the answers to five questions. It asks nothing
// itself: it says what to ask, checks each answer, and writes the experiment.
package draft

import (
	"fmt"
	"net/url"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Place is where the experiment will run.
type Place struct {
	Folder  string                                   // its whole path; relative paths begin there
	Find    func(path string) (there, folder bool)   // looks for a file or a folder
	Program func(name string) (found, advice string) // finds a program; where found is empty, advice says what to do
}

// Question is one of the five.
type Question struct {
	Ask     string // one question
	Hint    string // what an answer looks like; in lines
	Default string // the answer of who only presses Enter; empty: there is none
}

// Draft is an experiment that is being made.
type Draft struct {
	place     Place
	answered  int
	service   *url.URL
	written   string // the service's URL, as it was answered
	tolerance any    // of the probe that asks the service
	fault     step
	proof     step
	undo      step
}

// New begins an experiment that will run in a place.
func New(p Place) *Draft { return &Draft{place: p} }

// Questions are how many there are.
const Questions = 5

// moveBack is the answer to the last question that undoes the loss of a file.
const moveBack = "move it back"

// Question is the one that comes next. Call it until Questions answers were accepted.
func (d *Draft) Question() Question {
	switch d.answered {
	case 0:
		return Question{"Which service do you experiment on? Write its URL.", "", "http://localhost:8080/"}
	case 1:
		return Question{"Which status does a client get when all is well?", "Several can be allowed, as in: 200, 503", "200"}
	case 2:
		return Question{"What will you take away?", `A file or a folder: write its path, as in: chapter5/exchange.dat
Anything else: write a command that does it, as in: docker stop web`, ""}
	case 3:
		return Question{"How do you know that it is away?", `A file is gone then: write its path.
A command fails then: write 'not' before it, as in: not pgrep web
A command succeeds then (exit code 0): write the command.`, d.fault.path}
	}
	if d.fault.path != "" {
		return Question{"How is it put back?", "You can also write a command that ends by itself.", moveBack}
	}
	return Question{"How is it put back?", "Write a command that ends by itself, as in: docker start web", ""}
}

// Answer takes the answer to the question that comes next; an empty one is its default. It
// returns how the answer is understood, in words. If the answer cannot be used, the error
// says why, and the question stays the next one.
func (d *Draft) Answer(text string) (understood string, err error) {
	if text, err = clean(text); err != nil {
		return "", err
	}
	if text == "" {
		if text = d.Question().Default; text == "" {
			return "", refuse("there is no answer", "this question has no usual answer: write one")
		}
	}
	take := []func(string) (string, error){d.takeURL, d.takeStatus, d.takeFault, d.takeProof, d.takeUndo}[d.answered]
	if understood, err = take(text); err == nil {
		d.answered++
	}
	return understood, err
}

// refuse is the problem of an answer.
func refuse(what, do string) error { return problem.New(problem.Usage, what, do) }

// Experiment is the finished experiment. Its title asks its question.
func (d *Draft) Experiment() *value.Map {
	return value.MapOf(
		"title", fmt.Sprintf("Does %s still answer as usual when %s?", plain(d.service.Host), plain(d.fault.loss())),
		"description", "Takes something away from the service, proves that it is away, and puts it back.",
		"steady-state-hypothesis", value.MapOf(
			"title", "The service answers as usual",
			"probes", []any{value.MapOf(
				"type", "probe", "name", "answers-as-usual", "tolerance", d.tolerance,
				"provider", value.MapOf("type", "http", "url", d.written, "timeout", int64(3)),
			)},
		),
		"method", []any{d.fault.action("take-away", d.fault.path, d.fault.path+away), d.proof.probe("is-away")},
		"rollbacks", []any{d.undo.action("put-back", d.fault.path+away, d.fault.path)},
	)
}

// away is behind the name of a file while it is away.
const away = ".away"

package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// journal is what the comparisons look at in a journal, be it the runner's or
// the toolkit's, to see that the work was done.
type journal struct {
	Status   string
	Deviated bool
	States   struct{ Before, After struct{ Probes []activity } } `json:"steady_states"`
	Run      []activity
	Verdict  struct{ Word string } // the toolkit has none
}

type activity struct {
	Status string
	Output any
}

func readJournal(file string) (j journal, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return j, err
	}
	return j, json.Unmarshal(text, &j)
}

// allDone checks that a run had so many activities and that each ended with the
// same status: an HTTP answer's or an exit code.
func (j journal) allDone(count, status int) error {
	if len(j.Run) != count || j.Status != "completed" {
		return fmt.Errorf("%d of %d activities were done, and the run is %s", len(j.Run), count, j.Status)
	}
	for i, a := range j.Run {
		if got := a.status(); a.Status != "succeeded" || got != status {
			return fmt.Errorf("activity %d of %d %s with status %d", i+1, count, a.Status, got)
		}
	}
	return nil
}

// chapterDone checks that the file was there, that it was moved, and that the
// service was asked before and after.
func (j journal) chapterDone() error {
	before, after := statuses(j.States.Before.Probes), statuses(j.States.After.Probes)
	if before != "[200]" || after != "[503]" || len(j.Run) != 2 || j.Run[0].Status != "succeeded" || j.Deviated {
		return fmt.Errorf("the experiment went another way: answers %s before and %s after", before, after)
	}
	return nil
}

func statuses(activities []activity) string {
	var all []int
	for _, a := range activities {
		all = append(all, a.status())
	}
	return fmt.Sprint(all)
}

// status is the one in the output, -1 where there is none.
func (a activity) status() int {
	output, _ := a.Output.(map[string]any)
	number, ok := output["status"].(float64)
	if !ok {
		return -1
	}
	return int(number)
}

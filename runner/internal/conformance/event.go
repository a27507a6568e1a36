package conformance

import (
	"regexp"
	"slices"
	"strings"
)

var (
	eventLine = regexp.MustCompile(`^(?:\x1b\[\d+m)*\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ([A-Z]+)\] (.*?)(?:\x1b\[\d*m)*$`)
	exception = regexp.MustCompile(`^([A-Za-z_][\w.]*)(: .*)?$`)
)

// events lists the log's events as "LEVEL message", first lines only.
func events(stderr string, n *normaliser) []string {
	list := []string{}
	for line := range strings.Lines(stderr) {
		if m := eventLine.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			list = append(list, m[1]+" "+n.text(m[2]))
		}
	}
	return list
}

// crash is the class of the exception that ended a Python program, "" if none
// did. A traceback that was logged is indented and does not count.
func crash(stderr string) string {
	class, inside := "", false
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "Traceback (most recent call last):"):
			inside = true
		case !inside:
		case exception.MatchString(line):
			class = exception.FindStringSubmatch(line)[1]
			inside = false
		}
	}
	return class
}

// arrange brings a log into the form that a case asks for.
func arrange(log []string, how string) any {
	switch how {
	case "none":
		return nil
	case "set":
		log = slices.Clone(log)
		slices.Sort(log)
		log = slices.Compact(log)
	}
	list := make([]any, len(log))
	for i, text := range log {
		list[i] = text
	}
	return list
}

// step matches the lines that both programs owe, word for word: the toolkit's
// account of a run. What an invalid experiment is told is no part of it.
var step = regexp.MustCompile(`^(INFO|WARNING|ERROR|CRITICAL) (?:` + strings.Join([]string{
	`Validating the experiment's syntax`, `Experiment looks valid`, `experiment syntax and semantic look valid`,
	`Running experiment`, `Steady-state strategy: `, `Rollbacks strategy: `,
	`No steady state hypothesis defined`, `Skipping Steady-State Hypothesis`,
	`Steady state hypothesis`, `Steady state probe '`, `Probe: `, `Action: `, `Rollback: `,
	`Pausing (?:before|after) `, `  => failed: `, `Probe terminated unexpectedly`,
	`This process returned a non-zero`, `This HTTP call returned a response`,
	`Playing your experiment's method`, `No declared `, `Let's rollback`,
	`Executing the steady-state hypothesis continuously`, `Continuous steady state`,
	`Terminating immediately the experiment`, `Experiment ran into an un ?expected fatal error`,
	`Rollbacks were explicit`, `Rollbacks will be played only`, `Experiment ended with status: `,
	`The steady-state has deviated`, `Received a termination signal`, `Caught SIGTERM`,
	`SIGTERM signal received`, `Received the exit signal`, `Ignoring rollbacks`, `Received an exit signal`,
	`Some of the dynamic configuration`,
}, "|") + `)`)

// steps keeps the lines of a log that both programs owe.
func steps(log any) []any {
	list, _ := log.([]any)
	kept := []any{}
	for _, v := range list {
		if text, ok := v.(string); ok && step.MatchString(text) {
			kept = append(kept, v)
		}
	}
	return kept
}

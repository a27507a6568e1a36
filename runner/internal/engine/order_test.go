package engine

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"chaosworkshop.example/runner/internal/experiment"
)

// orders are the logs of whole runs, line by line, as the toolkit writes them for
// the same experiment.
var orders = map[string]struct {
	world *world
	want  string
}{
	"held, with pauses and a background activity": {&world{
		hypothesis: up(),
		method: []any{
			action("load", "background", true),
			action("fault", "pauses", valueOf("before", int64(2), "after", 0.5)),
		},
		rollbacks: []any{action("undo")},
		answers:   map[string][]any{"load": {takes(time.Minute, nil)}},
	}, `
INFO Running experiment: T
INFO Steady-state strategy: default
INFO Rollbacks strategy: default
INFO Steady state hypothesis: H
INFO Probe: up
INFO Steady state hypothesis is met!
INFO Playing your experiment's method now...
INFO Action: load [in background]
INFO Pausing before next activity for 2s...
INFO Action: fault
INFO Pausing after activity for 0.5s...
INFO Steady state hypothesis: H
INFO Probe: up
INFO Steady state hypothesis is met!
INFO Let's rollback...
INFO Rollback: undo
INFO Action: undo
INFO Experiment ended with status: completed`},
	"deviated": {&world{
		Strategy:   experiment.Strategy{Rollbacks: "deviated"},
		hypothesis: append(up(), probe("well", "tolerance", true), probe("last", "tolerance", true)),
		method:     []any{action("fault")},
		answers:    map[string][]any{"well": {true, false}, "last": {true}},
	}, `
INFO Running experiment: T
INFO Steady-state strategy: default
INFO Rollbacks strategy: deviated
INFO Steady state hypothesis: H
INFO Probe: up
INFO Probe: well
INFO Probe: last
INFO Steady state hypothesis is met!
INFO Playing your experiment's method now...
INFO Action: fault
INFO Steady state hypothesis: H
INFO Probe: up
INFO Probe: well
CRITICAL Steady state probe 'well' is not in the given tolerance so failing this experiment
WARNING Rollbacks will be played only because the experiment deviated
INFO Let's rollback...
INFO No declared rollbacks, let's move on.
INFO Experiment ended with status: deviated
INFO The steady-state has deviated, a weakness may have been discovered`},
	"not steady before": {&world{
		Strategy:   experiment.Strategy{Rollbacks: "always", Dry: "pause"},
		hypothesis: []any{probe("up", "tolerance", int64(200), "pauses", valueOf("before", "never slept", "after", int64(7)))},
		method:     []any{action("fault")},
		answers:    map[string][]any{"up": {int64(500)}},
	}, `
INFO Running experiment: T
WARNING Running experiment with dry pause
INFO Steady-state strategy: default
INFO Rollbacks strategy: always
INFO Steady state hypothesis: H
INFO Pausing before next activity for never slepts...
INFO Probe: up
INFO Pausing after activity for 7s...
CRITICAL Steady state probe 'up' is not in the given tolerance so failing this experiment
WARNING Rollbacks were explicitly requested to be played
INFO Let's rollback...
INFO No declared rollbacks, let's move on.
INFO Experiment ended with status: completed`},
	"not measured before": {&world{
		hypothesis: up(),
		answers:    map[string][]any{"up": {broken("nobody listens")}},
	}, `
INFO Running experiment: T
INFO Steady-state strategy: default
INFO Rollbacks strategy: default
INFO Steady state hypothesis: H
INFO Probe: up
ERROR   => failed: nobody listens
WARNING Probe terminated unexpectedly, so its tolerance could not be validated
CRITICAL Steady state probe 'up' is not in the given tolerance so failing this experiment
INFO Experiment ended with status: failed`},
	"an unexpected error in the method": {&world{
		hypothesis: up(),
		method:     []any{action("odd", "pauses", valueOf("after", true)), action("never")},
		rollbacks:  []any{ref("up"), ref("up", "name", "other")},
		answers:    map[string][]any{"odd": {errOdd}},
	}, `
INFO Running experiment: T
INFO Steady-state strategy: default
INFO Rollbacks strategy: default
INFO Steady state hypothesis: H
INFO Probe: up
INFO Steady state hypothesis is met!
INFO Playing your experiment's method now...
INFO Action: odd
INFO Pausing after activity for Trues...
CRITICAL Experiment ran into an un expected fatal error, aborting now. | nobody foresaw this
INFO Let's rollback...
INFO Rollback: None
INFO Probe: up
INFO Rollback: other
INFO Probe: up
INFO Experiment ended with status: aborted`},
	"continuously, failing fast": {&world{
		Strategy:   experiment.Strategy{Hypothesis: "continuously", Rollbacks: "never", Frequency: 1, FailFast: true, FailRatio: 30},
		hypothesis: up(),
		method:     []any{action("fault", "pauses", valueOf("before", 0.5)), action("slow"), action("never")},
		answers: map[string][]any{
			"up":   {int64(200), int64(200), int64(200), int64(500)},
			"slow": {takes(10*time.Second, exit(0))},
		},
	}, `
INFO Running experiment: T
INFO Steady-state strategy: continuous
INFO Rollbacks strategy: never
INFO Steady state hypothesis: H
INFO Probe: up
INFO Steady state hypothesis is met!
INFO Executing the steady-state hypothesis continuously every 1.0 seconds
INFO Steady state hypothesis: H
INFO Probe: up
INFO Steady state hypothesis is met!
INFO Playing your experiment's method now...
INFO Pausing before next activity for 0.5s...
INFO Action: fault
INFO Action: slow
INFO Steady state hypothesis: H
INFO Probe: up
INFO Steady state hypothesis is met!
INFO Steady state hypothesis: H
INFO Probe: up
WARNING Continuous steady state probe 'up' is not in the given tolerance
INFO Terminating immediately the experiment after 33.3% hypothesis deviated
INFO Continuous steady state hypothesis terminated
INFO Steady state hypothesis: H
INFO Probe: up
CRITICAL Steady state probe 'up' is not in the given tolerance so failing this experiment
WARNING Rollbacks were explicitly requested to not be played
INFO Experiment ended with status: deviated
INFO The steady-state has deviated, a weakness may have been discovered`},
	"an unexpected error in a continuous check": {&world{
		Strategy:   experiment.Strategy{Hypothesis: "during-method-only", Frequency: 1},
		hypothesis: up(),
		method:     []any{action("slow"), action("never")},
		answers:    map[string][]any{"up": {errOdd}, "slow": {takes(time.Second, exit(0))}},
	}, `
INFO Running experiment: T
INFO Steady-state strategy: during-method-only
INFO Rollbacks strategy: default
INFO Executing the steady-state hypothesis continuously every 1.0 seconds
INFO Steady state hypothesis: H
INFO Probe: up
CRITICAL nobody foresaw this
INFO Continuous steady state hypothesis terminated
INFO Playing your experiment's method now...
INFO Action: slow
INFO Let's rollback...
INFO No declared rollbacks, let's move on.
INFO Experiment ended with status: aborted`},
	"nothing to do": {&world{
		Strategy: experiment.Strategy{Rollbacks: "deviated"},
	}, `
INFO Running experiment: T
INFO Steady-state strategy: default
INFO Rollbacks strategy: deviated
INFO No steady state hypothesis defined. That's ok, just exploring.
INFO Playing your experiment's method now...
INFO No declared activities, let's move on.
WARNING Rollbacks were explicitely requested to be played only if the experiment deviated. Since this is not the case, we will not play them.
INFO Experiment ended with status: completed`},
	"the hypothesis skipped, and a recorder that fails": {&world{
		Strategy:   experiment.Strategy{Hypothesis: "skip"},
		hypothesis: up(),
		method:     []any{action("fault")},
		recorder:   errors.New("no space left"),
	}, `
INFO Running experiment: T
INFO Steady-state strategy: skip
INFO Rollbacks strategy: default
INFO Skipping Steady-State Hypothesis as requested
INFO Playing your experiment's method now...
INFO Action: fault
INFO Let's rollback...
INFO No declared rollbacks, let's move on.
ERROR Not all that the run saw could be kept while it ran: no space left
INFO Experiment ended with status: completed`},
	"a proof asked again, which the toolkit does not": {&world{
		hypothesis: up(),
		method:     []any{action("fault"), probe("gone", "tolerance", true, "proof", "throughout", "pauses", valueOf("before", int64(1)))},
		answers:    map[string][]any{"gone": {true, broken("no answer")}},
	}, `
INFO Running experiment: T
INFO Steady-state strategy: default
INFO Rollbacks strategy: default
INFO Steady state hypothesis: H
INFO Probe: up
INFO Steady state hypothesis is met!
INFO Playing your experiment's method now...
INFO Action: fault
INFO Pausing before next activity for 1s...
INFO Probe: gone
INFO Steady state hypothesis: H
INFO Probe: up
INFO Steady state hypothesis is met!
INFO Proof: gone
WARNING The proof could not be asked again: no answer
INFO Let's rollback...
INFO No declared rollbacks, let's move on.
INFO Experiment ended with status: completed`},
}

func TestOrderOfEvents(t *testing.T) {
	for name, c := range orders {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c.world.run(t)
				c.world.logIs(t, c.want)
			})
		})
	}
}

// The toolkit writes an output of the hypothesis into a tolerance that is a probe,
// and knows nothing of tolerances in the method.
func TestTolerancesOfTheHypothesisAreGivenTheOutput(t *testing.T) {
	w := &world{hypothesis: up(), method: []any{probe("gone", "tolerance", true), action("fault")}, answers: map[string][]any{"gone": {true}, "up": {int64(200), int64(500)}}}
	synctest.Test(t, func(t *testing.T) { w.run(t) })
	if got := strings.Join(w.given, ", "); got != "200 gets 200, 200 gets 500" {
		t.Errorf("got %s", got)
	}
}

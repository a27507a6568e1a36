package engine

import (
	"context"
	"errors"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
)

// Level is what controls run around.
type Level string

// The levels. Around the experiment the engine runs only what comes before: what
// comes after needs the journal.
const (
	AroundExperiment Level = "experiment"
	AroundHypothesis Level = "hypothesis"
	AroundMethod     Level = "method"
	AroundRollback   Level = "rollback"
	AroundActivity   Level = "activity"
)

// ErrSkip is what Controls.Before returns of an activity that is to be left out.
var ErrSkip = errors.New("left out, as asked")

// Controls run around the levels of an experiment and around its activities.
// Their errors are a *Stop, which ends the run, and ErrSkip.
type Controls interface {
	// Before runs before a level. What it changes in the subject takes effect.
	Before(ctx context.Context, level Level, subject *value.Map) error
	// After runs after a level, and returns what came of it as the controls
	// have left it.
	After(ctx context.Context, level Level, subject *value.Map, state any) (any, error)
}

func (e *Engine) before(ctx context.Context, level Level, subject *value.Map) error {
	if e.Controls == nil {
		return nil
	}
	return e.Controls.Before(ctx, level, subject)
}

// beforeExperiment lets controls change the experiment as a whole.
func (e *Engine) beforeExperiment(ctx context.Context) error {
	if e.Controls == nil {
		return nil
	}
	err := e.Controls.Before(ctx, AroundExperiment, e.Experiment.Written)
	if changed, broken := experiment.New(e.Experiment.Written); broken == nil {
		e.Experiment = changed
	}
	return err
}

// beforeActivity returns the activity as the controls have left it.
func (e *Engine) beforeActivity(ctx context.Context, a *experiment.Activity) (*experiment.Activity, error) {
	if e.Controls == nil {
		return a, nil
	}
	err := e.Controls.Before(ctx, AroundActivity, a.Written)
	return experiment.NewActivity(a.Written), err
}

// activitiesAt runs the controls before the method or the rollbacks and returns
// the activities as they have left them.
func (e *Engine) activitiesAt(ctx context.Context, level Level) ([]*experiment.Activity, error) {
	current, err := e.Experiment, e.before(ctx, level, e.Experiment.Written)
	if e.Controls != nil {
		if changed, broken := experiment.New(current.Written); broken == nil {
			current = changed
		}
	}
	if level == AroundMethod {
		return current.Method, err
	}
	return current.Rollbacks, err
}

// after runs the controls after a level; adopt takes over what they have changed.
func (e *Engine) after(ctx context.Context, level Level, subject *value.Map, state func() any, adopt func(any)) error {
	if e.Controls == nil {
		return nil
	}
	changed, err := e.Controls.After(context.WithoutCancel(ctx), level, subject, state())
	adopt(changed)
	return err
}

// afterActivities runs the controls after the method or the rollbacks.
func (e *Engine) afterActivities(ctx context.Context, level Level, runs *[]*Run) {
	err := e.after(ctx, level, e.Experiment.Written, func() any { return e.values(runs) }, func(changed any) {
		list, _ := changed.([]any)
		for i, v := range list[:min(len(list), len(*runs))] {
			(*runs)[i].adopt(v)
		}
	})
	e.heedControl(err)
}

func (e *Engine) values(runs *[]*Run) any {
	e.mu.Lock()
	defer e.mu.Unlock()
	return valuesOf(*runs)
}

// heedControl notes that a control asked for the end of the run.
func (e *Engine) heedControl(err error) (asked bool) {
	var stop *Stop
	if !errors.As(err, &stop) {
		return false
	}
	e.setStatus(Interrupted)
	e.mu.Lock()
	first := e.wished == nil
	if first {
		e.wished = stop
	}
	e.mu.Unlock()
	if first {
		stop.announce(e.Log)
	}
	return true
}

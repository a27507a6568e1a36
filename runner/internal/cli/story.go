package cli

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"

	"chaosworkshop.example/runner/internal/engine"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/run"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// A demo is told as a story in place of the log: one line for each step, as soon as it
// is over, among the lines of the target. With --step the runner also says before each
// step what it will do, and goes on when somebody presses Enter.

// chapters are the steps of a story: what comes next, and what the room is asked.
var chapters = map[string]struct{ next, question string }{
	"before": {"checks if the system is steady before the fault", "Which answer will come back?"},
	"fault":  {"causes the fault", "What will the users of the system notice?"},
	"proof":  {"proves that the fault is on", "Which answer will come back?"},
	"probe":  {"looks at the system", "Which answer will come back?"},
	"after":  {"checks if the system is still steady", "Which answer will come back now?"},
	"again":  {"proves that the fault was on all the time", "Is it still on?"},
	"undo":   {"undoes the fault", "Will everything be as it was before?"},
}

// tellStory makes the options of a run those of a story.
func (s *session) tellStory(ctx context.Context, o *run.Options) {
	if !s.options.verbose && !s.console.json {
		s.console.level, s.console.story = slog.LevelWarn, true
		o.Done = func(part string, run *verdict.Run) {
			if part != "during" || !*run.ToleranceMet { // there may be very many
				s.console.tell(part, run)
			}
		}
	}
	steps := 0
	o.Next = func(asking context.Context, part string, activities []*value.Map) error {
		if !s.options.step || ctx.Err() != nil || s.unattended {
			return nil
		}
		steps++
		o.Performed() // what the target says of its start stands above the question
		s.console.announce(steps, part, activities)
		return s.ask(asking, strings.Repeat(" ", 10)+"[Enter] go on, [q]uit? ", cmp.Or(activities[0].AsText("name"), activities[0].AsText("ref")), false)
	}
}

// tell shows what came of an activity.
func (c *console) tell(part string, run *verdict.Run) {
	label, paint := evidence.Chapter(part, run.Action, run.Proves), c.errStyle.bold
	switch {
	case label == "again":
		label = "proof"
	case run.ToleranceMet != nil && *run.ToleranceMet:
		paint = c.errStyle.well
	case run.ToleranceMet != nil:
		paint = c.errStyle.bad
	}
	c.row(paint, label, c.words().Outcome(part, run))
}

// retold tells whether a story has what an entry of the log says. It shows it, unless the
// steps have told it already.
func (c *console) retold(r slog.Record) (is bool) {
	if !c.story {
		return false
	}
	r.Attrs(func(a slog.Attr) bool {
		if is = a.Key == engine.InStory; is && a.Value.String() != "" {
			c.row(c.errStyle.bold, "pause", c.mask.Line(a.Value.String(), 0))
		}
		return !is
	})
	return is
}

// row is a line of the story, behind its label.
func (c *console) row(paint func(...any) string, label, text string) {
	label = padded(label, 10)
	c.print(c.err, paint(label)+c.behind(label, text))
}

// announce says what the next step of a run will do, and asks what comes of it.
func (c *console) announce(number int, part string, activities []*value.Map) {
	first := activities[0]
	words := chapters[evidence.Chapter(part, first.Text("type") == experiment.Action, first.Has("tolerance"))]
	var does []string
	for _, a := range activities {
		does = append(does, intention(a))
	}
	c.print(c.err, "")
	c.row(c.errStyle.bold, fmt.Sprintf("step %d", number), c.mask.Line("the runner "+words.next+": "+strings.Join(does, ", "), 0))
	c.row(c.errStyle.bold, "", "What do you expect? "+words.question)
}

// intention says in words what an activity will do.
func intention(a *value.Map) string {
	p := a.Map("provider")
	text := cmp.Or(a.AsText("name"), a.AsText("ref"))
	switch p.AsText("type") {
	case "http":
		text += " asks " + strings.ToUpper(cmp.Or(p.AsText("method"), "get")) + " " + p.AsText("url")
	case "python":
		text += " calls " + p.AsText("module") + "." + p.AsText("func")
		var with []string
		for _, v := range p.Map("arguments").All() {
			with = append(with, value.Text(v))
		}
		text += "(" + strings.Join(with, ", ") + ")"
	case "process":
		text += " runs " + p.AsText("path") + " " + value.Text(p.Value("arguments"))
	}
	if tolerance, ok := a.Get("tolerance"); ok {
		text += fmt.Sprintf(" (tolerance %s)", value.JSON(tolerance))
	}
	return text
}

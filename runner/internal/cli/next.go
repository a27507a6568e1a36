package cli

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/evidence"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// situation is what decides about the next step after a run.
type situation struct {
	*verdict.Result
	demo *demo.Outcome // nil for an experiment on a system that is already running
	gone bool          // there is no exchange file in this folder
}

// steps is the table of next steps: the first that fits is shown. A command in it stands
// between braces, and is written as the user would type it; one on a line of its own can be
// copied. NAME is the target's name, ALL those of all demos, SOURCE its source, PORT the port that was used, OTHER one that is probably
// free.
var steps = []struct {
	fits func(s situation) bool
	do   string
}{
	{func(s situation) bool {
		return len(s.Misspelt) > 0 && (s.Verdict.Word == verdict.Explored || s.Verdict.Word == verdict.NoVerdict && s.Unexpected != nil)
	},
		"correct what the note says, then run the experiment again"},
	// The experiment of the chapter, run as in the book.
	{func(s situation) bool {
		return s.chapter() && s.unanswered() && strings.Contains(strings.ToLower(s.Before.Last().Reason), "refused")
	},
		"start the service in another terminal, then run the experiment again. If it runs on another port, name this port:\n{start weak}\n{experiment}\n{experiment OTHER}"},
	{func(s situation) bool { return s.chapter() && s.unanswered() },
		"something listens on port PORT, and does not answer as the service does. Stop it, or take another port:\n{start weak OTHER}\n{experiment OTHER}"},
	{func(s situation) bool {
		return s.chapter() && regexp.MustCompile("resilient.service").MatchString(s.Warning())
	},
		"stop the service (Ctrl-C in its terminal), start it again, and repeat the experiment:\n{start resilient}\n{experiment}"},
	{func(s situation) bool {
		return s.chapter() && s.Warning() != "" && !regexp.MustCompile(` (service|python)/`).MatchString(s.Warning())
	},
		"build the service again, start it again, and repeat the experiment:\n{experiment}"},
	{func(s situation) bool { return s.chapter() && s.Warning() != "" },
		"stop the service (Ctrl-C in its terminal), start it again, and repeat the experiment:\n{start weak}\n{experiment}"},
	{func(s situation) bool {
		return s.chapter() && s.gone && s.elsewhere() && isThere("chapter5", exchangeFile)
	},
		"the service works in the folder chapter5. Run the experiment there: cd chapter5"},
	{func(s situation) bool {
		return s.gone && (s.unsteady() && s.answered(500) || s.chapter() && s.elsewhere() && (s.answered(500) || s.answered(503)))
	},
		"the exchange file is still gone. Wait 10 s, the service writes it again:\n{experiment}"},
	{func(s situation) bool { return s.unsteady() && s.answered(500) },
		"its lines in the other terminal say why it answers 500. If it was started in another folder, stop it, and start it here:\n{start weak}\n{experiment}"},
	{func(s situation) bool { return s.chapter() && s.elsewhere() },
		"stop that program, or the service in its other folder, and start the service here; or take another port:\n{start weak OTHER}\n{experiment OTHER}"},
	{situation.unsteady,
		"another program uses port PORT. Stop it, or take another port:\n{start weak OTHER}\n{experiment OTHER}"},
	{func(s situation) bool {
		return s.chapter() && s.Verdict.Word == verdict.NoVerdict && s.failed() && s.gone
	},
		"there was no exchange file to move. Wait 10 s, the service writes it again:\n{experiment}"},
	{func(s situation) bool {
		return s.chapter() && s.Verdict.Word == verdict.NoVerdict && s.failed() && !renameReplaces && isThere(awayFile)
	},
		"an earlier run has left " + awayFile + ", and on Windows the file cannot be moved there. Remove it, and run the experiment again:\n{experiment}"},
	{func(s situation) bool {
		return s.chapter() && s.Verdict.Word == verdict.NoVerdict && s.Replaced() != ""
	},
		"let the service run until the experiment has ended, and run the experiment again:\n{experiment}"},
	{func(s situation) bool { return s.chapter() && s.Verdict.Word == verdict.NoVerdict && s.healed() },
		"the service writes the exchange file every 10 s, and did it during the run. Run it again. If it always does, it writes the file when it is asked: answer without the file instead:\n{experiment}"},
	{func(s situation) bool { return s.chapter() && s.Verdict.Word == verdict.Interrupted && s.gone },
		"the exchange file is still gone. Wait 10 s, the service writes it again:\n{experiment}"},
	{func(s situation) bool { return s.chapter() && s.Verdict.Word == verdict.Interrupted },
		"run the experiment again: {experiment}"},
	{func(s situation) bool { return s.chapter() && s.Verdict.Word == verdict.Deviated },
		"stop the service (Ctrl-C in its terminal), and try the repaired one:\n{start resilient}\n{experiment}"},
	{func(s situation) bool { return s.chapter() && s.Verdict.Word == verdict.Held },
		"{diff} shows the lines that repair the service"},
	// A demo.
	{func(s situation) bool { return s.isDemo() && s.demo.Changed && s.demo.AsExpected() },
		"look at what it answered after the fault, change SOURCE again, and repeat {demo NAME}; {diff} compares it with ours, {reset} brings the NAME service back"},
	{func(s situation) bool { return s.isDemo() && s.demo.Changed && s.elsewhere() },
		"your change keeps the service from answering with what is in its file. Correct SOURCE; {reset} brings the NAME service back"},
	{func(s situation) bool { return s.isDemo() && s.demo.Changed && s.demo.Died != nil },
		"your change makes the service end. Its last lines above say why; correct SOURCE"},
	{func(s situation) bool {
		return s.isDemo() && s.demo.Changed && s.Verdict.Word == verdict.NoVerdict && s.healed()
	},
		"the file was there again before the service had answered: your change brings it back, or waits until the service writes it. Answer at once, without the file; {diff} shows how ours does it"},
	{func(s situation) bool { return s.isDemo() && s.demo.Changed && s.noAnswer() },
		"the service has not answered in time, or not at all: answer at once, without the file. {diff} shows how ours does it"},
	{func(s situation) bool { return s.isDemo() && s.demo.Repaired() },
		"{diff} compares your repair with ours; {reset} brings the NAME service back, and keeps your file"},
	{func(s situation) bool { return s.isDemo() && s.demo.Died != nil },
		"find out why the service ended; its last lines are above"},
	{func(s situation) bool { return s.isDemo() && s.noAnswer() },
		"the service has not answered in time, or not at all: its own lines above may say why"},
	{func(s situation) bool {
		return s.isDemo() && (s.Verdict.Word == verdict.Interrupted || s.Verdict.Word == verdict.NoVerdict && s.healed())
	},
		"run the demo again: {demo ALL}"},
	{func(s situation) bool {
		return s.isDemo() && !s.demo.AsExpected() && s.Measured() && slices.Contains([]string{"weak", "resilient"}, strings.TrimSuffix(s.demo.Target.Name, inPython))
	},
		"{diff} shows how the two services differ now"},
	{func(s situation) bool { return s.isDemo() && !s.demo.AsExpected() && s.Measured() },
		"find out why, or correct the key expect of the target"},
	{func(s situation) bool {
		return !s.isDemo() && s.Verdict.Word == verdict.Interrupted && strings.HasPrefix(evidence.Undone(s.Result), "no rollbacks")
	},
		"undo by hand what the method did, then run the experiment again"},
	{func(s situation) bool { return s.Verdict.Word == verdict.NotUndone && s.Begun == 0 },
		"correct what the line why says, then run the experiment again"},
}

// next is what to do after a run, or after a demo.
func (s *session) next(r *verdict.Result, o *demo.Outcome) string {
	here := situation{r, o, !isThere(exchangeFile)}
	late := r.IsLate()
	switch {
	case r.Left != "":
		once := map[bool]string{false: "once nothing keeps them from working", true: "and give it more time: --max-time SECONDS"}[late]
		return "look at the system. If the fault is still on, play them with recover, " + once + "; if it is off, remove " + s.nearby(r.Left)
	case late && r.Verdict.Word == verdict.NoVerdict && (o == nil || !o.Changed):
		do, _, _ := strings.Cut(r.Verdict.Next, ", or allow")
		if !s.made() { // make has no such flag
			do = r.Verdict.Next
		}
		return do
	}
	if o != nil && o.Target.Next != "" && o.AsExpected() && !o.Changed {
		return s.sentence(o.Target.Next)
	}
	for _, step := range steps {
		if !step.fits(here) {
			continue
		}
		if do := s.possible(step.do); do != "" {
			do = strings.ReplaceAll(do, "PORT", cmp.Or(s.port(), strconv.Itoa(usualPort)))
			if o != nil {
				do = strings.NewReplacer("ALL", strings.Join(s.demos, " "), "NAME service", serviceName(o.Target.Name), "NAME", o.Target.Name, "SOURCE", s.nearby(o.Target.Source)).Replace(do)
			}
			if s.chosenLanguage() == "python" || strings.Contains(r.Warning(), " python/") || o != nil && strings.HasSuffix(o.Target.Name, inPython) {
				do = regexp.MustCompile(`\{(diff|reset)`).ReplaceAllString(do, "{$1 weak")
				do = regexp.MustCompile(`\{((diff|reset|start) \w+)`).ReplaceAllString(do, "{$1"+inPython)
			}
			return s.sentence(do)
		}
	}
	return cmp.Or(r.Verdict.Next, evidence.Next(r.Verdict.Word))
}

func isThere(parts ...string) bool {
	_, err := os.Stat(filepath.Join(parts...))
	return !os.IsNotExist(err)
}

// The chapter's experiment is known by the name of its probe; the book has the same.
const (
	chapterProbe = "service-is-unavailable"
	exchangeFile = "exchange.dat"
	usualPort    = 8080
)

func (s situation) isDemo() bool { return s.demo != nil }

// chapter tells whether this is the chapter's experiment, on a service that the user started.
func (s situation) chapter() bool {
	isChapter := func(state *verdict.State) bool {
		return state != nil && slices.ContainsFunc(state.Runs, func(run *verdict.Run) bool { return run.Name == chapterProbe })
	}
	return s.demo == nil && (isChapter(s.Before) || isChapter(s.After))
}

// unsteady tells whether the service of the chapter gave a wrong answer before the method.
func (s situation) unsteady() bool {
	return s.chapter() && s.Begun == 0 && s.Verdict.Word == verdict.NoVerdict && s.Before.Last() != nil && s.Before.Last().Succeeded() && !s.Before.IsMet()
}

// unanswered tells whether there was no answer before the method.
func (s situation) unanswered() bool {
	return s.Begun == 0 && s.Before.Last() != nil && s.Before.Last().Failed()
}

// noAnswer tells whether there was no answer after the method.
func (s situation) noAnswer() bool {
	return s.Verdict.Word == verdict.NoVerdict && s.After.Last() != nil && s.After.Last().Failed()
}

// elsewhere tells whether another program answered than the service of this folder.
func (s situation) elsewhere() bool {
	return s.Before != nil && slices.ContainsFunc(s.Before.Runs, func(run *verdict.Run) bool { return run.Elsewhere != "" })
}

// answered tells whether the last probe before the method got this HTTP status.
func (s situation) answered(status int64) bool {
	m, _ := s.Before.Last().Output.(*value.Map)
	return m.Value("status") == status
}

func (s situation) failed() bool { return slices.ContainsFunc(s.Run, (*verdict.Run).Failed) }

// healed tells whether the fault was over before the hypothesis had been checked.
func (s situation) healed() bool {
	return slices.ContainsFunc(s.Proof, func(run *verdict.Run) bool { return run.Unproven != "" })
}

package cli

import (
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// asked is a probe of a hypothesis and what came of it; nil for not met.
func asked(name string, output any, wanted string, met bool) *verdict.Run {
	run := activity("probe", name, output, "succeeded")
	run.Wanted, run.ToleranceMet = wanted, &met
	if !met {
		run.Got = value.JSON(output)
	}
	return run
}

func passOf(met bool, runs ...*verdict.Run) *verdict.State {
	return &verdict.State{Met: &met, Runs: runs}
}

// TestEvidence shows what was answered and what was wanted, in whole blocks.
func TestEvidence(t *testing.T) {
	for _, c := range []struct {
		name, columns string
		change        func(r *verdict.Result)
		want          string
	}{
		{"the chapter", "80", func(*verdict.Result) {}, `
WEAKNESS FOUND (deviated), as this demo should
  before   200  2026-11-26T01:47:42.188102  wanted 200 or 503
  fault    move-exchange-file: ./exchange.dat is gone (proven)
  after    500  internal server error       wanted 200 or 503
  next     go on
  journal  /a very/long path/that/is/not/broken/journal.json
`},
		{"narrow", "50", func(*verdict.Result) {}, `
WEAKNESS FOUND (deviated), as this demo should
  before   200  2026-11-26T01:47:42.188102
           wanted 200 or 503
  fault    move-exchange-file: ./exchange.dat is
           gone (proven)
  after    500  internal server error
           wanted 200 or 503
  next     go on
  journal
  /a very/long path/that/is/not/broken/journal.json
`},
		{"several probes, and a process", "80", func(r *verdict.Result) {
			process := value.MapOf("status", int64(0), "stdout", "twelve\nthirteen", "stderr", "")
			third := asked("third", "x", `"x"`, true)
			r.Before = passOf(true, asked("first", process, "exit code 0", true), asked("the-second", true, "true", true), third)
			r.After = passOf(false, asked("first", process, "exit code 0", true), asked("the-second", false, "true", false))
			r.Verdict.Reason = r.After.Last().Deviation()
			r.Acted, r.Run = []string{"a", "b"}, verdict.Runs{activity("action", "a", nil, "succeeded"), activity("action", "b", nil, "succeeded")}
		}, `
WEAKNESS FOUND (deviated), as this demo should
  before   first       exit code 0  twelve thirteen  wanted exit code 0
           the-second  true                          wanted true
           third       "x"                           wanted "x"
  fault    a, b: every action succeeded
  after    first       exit code 0  twelve thirteen  wanted exit code 0
           the-second  false                         wanted true (not met)
           third       not asked
  next     go on
  journal  /a very/long path/that/is/not/broken/journal.json
`},
		{"no answer", "80", func(r *verdict.Result) {
			r.After = passOf(false, asked("p", nil, "", false))
			r.After.Runs[0].Fail("connection refused")
			r.Verdict = verdict.Verdict{Word: verdict.NoVerdict, Reason: "the steady state could not be measured after the method: " + r.After.Last().Deviation()}
		}, `
NO VERDICT, as this demo should
  why      the steady state could not be measured after the method
  before   200  2026-11-26T01:47:42.188102   wanted 200 or 503
  fault    move-exchange-file: ./exchange.dat is gone (proven)
  after    p  no answer: connection refused  wanted 200 or 503
  next     go on
  journal  /a very/long path/that/is/not/broken/journal.json
`},
		{"an empty answer, and none in time", "80", func(r *verdict.Result) {
			r.Before.Runs[0].Output = value.MapOf("status", int64(200), "body", "")
			r.After.Runs[0].Fail("activity took too long to complete")
			r.Verdict = verdict.Verdict{Word: verdict.NoVerdict, Reason: "'p' failed: activity took too long to complete"}
		}, `
NO VERDICT, as this demo should
  why      'p' failed: no answer in time
  before   200  (empty)       wanted 200 or 503
  fault    move-exchange-file: ./exchange.dat is gone (proven)
  after    no answer in time  wanted 200 or 503
  next     go on
  journal  /a very/long path/that/is/not/broken/journal.json
`},
		{"a fault that healed, and one that is not proven", "80", func(r *verdict.Result) {
			again := exists("./exchange.dat", true)
			again.Unproven = "boom"
			r.Proof = verdict.Runs{again}
			r.Run = append(r.Run, activity("probe", "level", int64(3), "succeeded"))
			r.Run[2].Proves, r.Run[2].Unproven = true, "boom"
			r.Run = append(r.Run, activity("probe", "drip", nil, "failed"))
			r.Run[3].Proves = true
			r.Run[3].Fail("activity took too long to complete")
			r.Verdict = verdict.Verdict{Word: verdict.NoVerdict, Reason: "the fault did not stay"}
		}, `
NO VERDICT, as this demo should
  why      the fault did not stay
  before   200  2026-11-26T01:47:42.188102  wanted 200 or 503
  fault    move-exchange-file: ./exchange.dat is gone (proven, but it did not
           last); level answered 3 (not proven); drip gave no answer in time
           (not proven)
  after    500  internal server error       wanted 200 or 503
  next     go on
  journal  /a very/long path/that/is/not/broken/journal.json
`},
		{"interrupted", "80", func(r *verdict.Result) {
			r.After, r.Run = nil, r.Run[:1]
			r.Verdict = verdict.Verdict{Word: verdict.Interrupted, Reason: "stopped by Ctrl-C (SIGINT)"}
		}, `
INTERRUPTED, as this demo should
  why      stopped by Ctrl-C (SIGINT)
  before   200  2026-11-26T01:47:42.188102  wanted 200 or 503
  fault    move-exchange-file: done, and not proven
  undo     no rollbacks were played: what the method did is still there
  next     go on
  journal  /a very/long path/that/is/not/broken/journal.json
`},
		{"checked during the method", "80", func(r *verdict.Result) {
			r.During = []*verdict.State{passOf(true, asked("p", true, "true", true)), passOf(false, asked("p", false, "true", false))}
			r.Verdict.Reason = "during the method, " + r.During[1].Last().Deviation()
			r.After = r.Before
		}, `
WEAKNESS FOUND (deviated), as this demo should
  before   200  2026-11-26T01:47:42.188102  wanted 200 or 503
  during   checks: 2, of these not as wanted: 1, the first of them:
           p  false                         wanted true
  fault    move-exchange-file: ./exchange.dat is gone (proven)
  after    200  2026-11-26T01:47:42.188102  wanted 200 or 503
  next     go on
  journal  /a very/long path/that/is/not/broken/journal.json
`},
		{"explored", "80", func(r *verdict.Result) {
			r.Before, r.After = nil, nil
			r.Run[0].Wanted = ""
			r.Verdict = verdict.Verdict{Word: verdict.Explored, Reason: "every action succeeded, and the experiment has no hypothesis"}
		}, `
EXPLORED, as this demo should
  why      every action succeeded, and the experiment has no hypothesis
  method   move-exchange-file: done
           file-exists: false  wanted false
  next     go on
  journal  /a very/long path/that/is/not/broken/journal.json
`},
		{"a control decided", "80", func(r *verdict.Result) { r.Verdict.Reason = "a control says that the steady state deviated" }, `
WEAKNESS FOUND (deviated), as this demo should
  why      a control says that the steady state deviated
  before   200  2026-11-26T01:47:42.188102  wanted 200 or 503
  fault    move-exchange-file: ./exchange.dat is gone (proven)
  after    500  internal server error       wanted 200 or 503
  next     go on
  journal  /a very/long path/that/is/not/broken/journal.json
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := chapterRun()
			r.Verdict = r.Judge()
			r.PlayRollbacks = c.name != "interrupted"
			c.change(r)
			s := testSession("COLUMNS=" + c.columns)
			got := s.console.block(r, closing{heading: ", as this demo should", next: "go on", journal: "/a very/long path/that/is/not/broken/journal.json"})
			if got != c.want {
				t.Errorf("got%s\nwant%s", got, c.want)
			}
		})
	}
}

// A long answer is cut after three lines, and secrets and control characters are not shown.
func TestLongAnswer(t *testing.T) {
	s := testSession("")
	s.console.mask.Learn(value.MapOf("a", "hunter2"))
	r := chapterRun()
	r.After.Runs[0].Output = value.MapOf("status", int64(500), "body", "\x1b[2J hunter2 "+strings.Repeat("word ", 100))
	r.Before.Runs[0].Output = value.MapOf("status", int64(200), "body", value.MapOf("password", "hunter2"))
	r.Before.Runs[0].End = time.Now()
	r.Verdict = r.Judge()
	got := s.console.block(r, closing{})
	if strings.Contains(got, "hunter2") || strings.Contains(got, "\x1b") || strings.Count(got, "\n") > 9 || !strings.Contains(got, "…") ||
		!strings.Contains(got, `200  {"password": "*****"}  wanted 200 or 503`) {
		t.Errorf("got %s", got)
	}
	for line := range strings.Lines(got) {
		if letters(line) > 81 {
			t.Errorf("a line is wider than 80 columns: %s", line)
		}
	}
}

// Cells of a comparison go on below, and nothing of them is cut: where a word is wider than
// its column, the demos stand below each other.
func TestComparisonIsWrapped(t *testing.T) {
	weak := outcome(verdict.Deviated, "deviated", value.MapOf("status", int64(200), "body", "2026-11-26T01:47:42.188102"),
		value.MapOf("status", int64(503), "body", "the exchange file is not ready, so there is no answer"), activity("action", "move-exchange-file", nil, "succeeded"))
	weak.Target.Name = "weak"
	other := outcome(verdict.Held, "held", value.MapOf("status", int64(200), "body", "soon"), value.MapOf("status", int64(503), "body", ""), activity("action", "move-exchange-file", nil, "succeeded"))
	other.Target.Name = "resilient"
	for columns, want := range map[string]string{
		"65": `
SAME FAULT, SIDE BY SIDE
           WEAK                       RESILIENT
  fault    move-exchange-file         move-exchange-file
  proven   yes                        yes
  before   200                        200 soon
           2026-11-26T01:47:42.188102
  after    503 the exchange file is   503 (empty)
           not ready, so there is no
           answer
  wanted   200                        200
  verdict  WEAKNESS FOUND (deviated)  HELD
  next     go on
`,
		"60": `
SAME FAULT, SIDE BY SIDE
  fault    WEAK      move-exchange-file
           RESILIENT move-exchange-file
  proven   WEAK      yes
           RESILIENT yes
  before   WEAK      200 2026-11-26T01:47:42.188102
           RESILIENT 200 soon
  after    WEAK      503 the exchange file is not ready, so
                     there is no answer
           RESILIENT 503 (empty)
  wanted   WEAK      200
           RESILIENT 200
  verdict  WEAK      WEAKNESS FOUND (deviated)
           RESILIENT HELD
  next     go on
`,
	} {
		if got := testSession("COLUMNS="+columns).console.comparison([]*demo.Outcome{weak, other}, "go on", ""); got != want {
			t.Errorf("%s columns:%s\nwant%s", columns, got, want)
		}
	}
}

package cli

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/demo"
	"chaosworkshop.example/runner/internal/target"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// A command is written in the form in which the user came.
func TestCommand(t *testing.T) {
	for _, c := range []struct{ words, made, direct string }{
		{"demo weak", "make demo-weak", "runner demo weak"},
		{"demo weak resilient", "make demo", "runner demo weak resilient"},
		{"demo other", "runner demo other", "runner demo other"},
		{"diff", "make diff", "runner diff"},
		{"doctor", "make doctor", "runner doctor"},
		{"reset", "make reset", "runner reset"},
		{"recover", "make recover", "runner recover"},
		{"recover x.json", "make recover FILE=x.json", "runner recover x.json"},
		{"report x.json", "runner report x.json", "runner report x.json"},
		{"experiment", "make experiment", "runner experiment"},
		{"init", "make init", "runner init"},
		{"start weak", "make start-weak", "runner start weak"},
		{"start resilient", "make start-resilient", "runner start resilient"},
		{"demo weak-python", "make demo-weak IN=python", "runner demo weak-python"},
		{"demo weak-python resilient-python", "make demo IN=python", "runner demo weak-python resilient-python"},
		{"demo my-python", "runner demo my-python", "runner demo my-python"},
		{"diff weak-python", "make diff IN=python", "runner diff weak-python"},
		{"reset weak-python", "make reset IN=python", "runner reset weak-python"},
		{"start weak-python", "make start-weak IN=python", "runner start weak-python"},
		{"start resilient-python", "make start-resilient IN=python", "runner start resilient-python"},
	} {
		words := strings.Fields(c.words)
		if got := testSession("CHAOSWORKSHOP_MAKE=1").command(words...); got != c.made {
			t.Errorf("%s: by make %q", c.words, got)
		}
		if got := testSession("EXCHANGE_PORT=8080").command(words...); got != c.direct {
			t.Errorf("%s: by the runner %q", c.words, got)
		}
	}
	// Another port than the usual one, or than the chosen one, is one that every account may use.
	for port, want := range map[string]string{"8080": "8081", "9090": "9091", "80": "8081", "65535": "8081"} {
		if got := testSession("CHAOSWORKSHOP_MAKE=1 EXCHANGE_PORT=" + port).sentence("{start weak OTHER}"); got != "make start-weak PORT="+want {
			t.Errorf("instead of %s: %q", port, got)
		}
	}
	// A port that was chosen goes on.
	for words, want := range map[string][2]string{
		"demo weak":         {"make demo-weak PORT=9090", "runner demo weak --port 9090"},
		"experiment":        {"make experiment FILE=my.json PORT=9090", "runner experiment my.json --port 9090"},
		"start resilient":   {"make start-resilient PORT=9090", "runner start resilient --port 9090"},
		"diff":              {"make diff", "runner diff"},
		"start weak-python": {"make start-weak IN=python PORT=9090", "runner start weak-python --port 9090"},
	} {
		for i, variables := range []string{"CHAOSWORKSHOP_MAKE=1 EXCHANGE_PORT=9090", "EXCHANGE_PORT=9090"} {
			s := testSession(variables)
			s.experiment = "my.json"
			if got := s.command(strings.Fields(words)...); got != want[i] {
				t.Errorf("%s with a port: %q", words, got)
			}
		}
	}
	// So does the file of an own experiment.
	for words, want := range map[string][2]string{
		"init":       {`make init FILE="my own.json"`, `runner init "my own.json"`},
		"validate":   {`runner validate "my own.json"`, `runner validate "my own.json"`},
		"experiment": {`make experiment FILE="my own.json"`, `runner experiment "my own.json"`},
	} {
		for i, variables := range []string{"CHAOSWORKSHOP_MAKE=1", ""} {
			s := testSession(variables)
			s.experiment = "my own.json"
			if got := s.command(words); got != want[i] {
				t.Errorf("%s with a file: %q", words, got)
			}
		}
	}
	// The program is called as the user called it, and --step stays.
	s := testSession("")
	s.world.Program, s.here, s.options.step = "../.workshop/bin/runner", "/kit/chapter5", true
	for words, want := range map[string]string{
		"demo weak": "../.workshop/bin/runner demo weak --step", "experiment": "../.workshop/bin/runner experiment", "start weak": "../.workshop/bin/runner start weak",
	} {
		if got := s.command(strings.Fields(words)...); got != want {
			t.Errorf("%s in chapter5: %q", words, got)
		}
	}
	s = testSession("EXCHANGE_PORT=9090") // who has called run is shown run
	s.experiment, s.runs = "my.json", true
	if got := s.command("experiment"); got != "runner run --var port=9090 my.json" {
		t.Errorf("after run: %q", got)
	}
	s = testSession("")
	s.options.changeDir = "my shop"
	if got := s.command("experiment"); got != `runner --change-dir "my shop" experiment` {
		t.Errorf("with --change-dir: %q", got)
	}
	if got := s.command("recover", "my.json"); got != "runner recover my.json" { // it is named from where the user stands
		t.Errorf("recover with --change-dir: %q", got)
	}
	s = testSession("EXCHANGE_PORT=9090")
	s.options.port = 9191
	if got := s.port(); got != "9191" {
		t.Errorf("--port: %q", got)
	}
	s = testSession("EXCHANGE_PORT=9090")
	s.options.run.variables = []string{"port:int=9292", "x=1"}
	if got := s.port(); got != "9292" {
		t.Errorf("--var port: %q", got)
	}
}

// A target says its next step in neutral words; any other text stays as it is.
func TestSentence(t *testing.T) {
	s := testSession("CHAOSWORKSHOP_MAKE=1")
	for text, want := range map[string]string{
		"demo resilient":                     "make demo-resilient",
		"demo resilient-python":              "make demo-resilient IN=python",
		"diff weak-python, which shows":      "make diff IN=python, which shows",
		"diff weakly, which shows":           "diff weakly, which shows",
		"diff, which shows the lines":        "make diff, which shows the lines",
		"demo week now":                      "runner demo week now",
		"start the database":                 "start the database",
		"difficult":                          "difficult",
		"experiment with it":                 "experiment with it",
		"look at {diff} and at {start weak}": "look at make diff and at make start-weak",
		"{this} is no command":               "{this} is no command",
	} {
		if got := s.sentence(text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// chapterRun is a run of the chapter's experiment that found the weakness.
func chapterRun() *verdict.Result {
	yes, no := true, false
	state := func(met *bool, status int64, body string) *verdict.State {
		run := &verdict.Run{Name: chapterProbe, Provider: "http", Output: value.MapOf("status", status, "body", body), Status: "succeeded", ToleranceMet: met, Wanted: "200 or 503"}
		return &verdict.State{Met: met, Runs: verdict.Runs{run}}
	}
	r := &verdict.Result{Status: "completed", Strategy: "default", Hypothesis: true, ActionDeclared: true, PlayRollbacks: true, Deviated: true,
		Begun: 2, Acted: []string{"move-exchange-file"}, Before: state(&yes, 200, "2026-11-26T01:47:42.188102"), After: state(&no, 500, "internal server error"),
		Run: verdict.Runs{activity("action", "move-exchange-file", nil, "succeeded"), exists("./exchange.dat", false)}}
	r.After.Runs[0].Got = "500"
	return r
}

// What to do after a run of the chapter's experiment fits its state.
func TestNextInTheChapter(t *testing.T) {
	t.Chdir(t.TempDir())               // a folder without an exchange file
	never := func(r *verdict.Result) { // not steady before
		r.Begun, r.Acted, r.Run, r.After, r.Deviated = 0, nil, nil, nil, false
		met := false
		r.Before.Met, r.Before.Runs[0].ToleranceMet = &met, &met
	}
	answered := func(r *verdict.Result, status int64) {
		never(r)
		r.Before.Runs[0].Output = value.MapOf("status", status)
	}
	for _, c := range []struct {
		change func(r *verdict.Result)
		want   string
	}{
		{func(*verdict.Result) {}, "stop the service (Ctrl-C in its terminal), and try the repaired one:\nmake start-resilient\nmake experiment"},
		{func(r *verdict.Result) { r.Deviated, r.After = false, r.Before }, "make diff shows the lines that repair the service"},
		{func(r *verdict.Result) { never(r); r.Before.Runs[0].Fail("Connection refused") }, "start the service in another terminal, then run the experiment again. If it runs on another port, name this port:\nmake start-weak\nmake experiment\nmake experiment PORT=8081"},
		{func(r *verdict.Result) {
			never(r)
			r.Before.Runs[0].Fail("it took longer than 1 s in all (--max-time)")
			r.Before.Runs[0].Late = true
		}, "find out what takes so long"}, // make knows no flag
		{func(r *verdict.Result) { answered(r, 500) }, "the exchange file is still gone. Wait 10 s, the service writes it again:\nmake experiment"},
		{func(r *verdict.Result) { answered(r, 404) }, "another program uses port 8080. Stop it, or take another port:\nmake start-weak PORT=8081\nmake experiment PORT=8081"},
		{func(r *verdict.Result) { r.Run[0].Fail("no such file"); r.Run[0].Unproven = "no such file" }, "there was no exchange file to move. Wait 10 s, the service writes it again:\nmake experiment"},
		{func(r *verdict.Result) { r.Proof = verdict.Runs{{Name: "p", Status: "succeeded", Unproven: "healed"}} }, "the service writes the exchange file every 10 s, and did it during the run. Run it again. If it always does, it writes the file when it is asked: answer without the file instead:\nmake experiment"},
		{func(r *verdict.Result) { r.Stop = verdict.BySignal("SIGINT", 2) }, "the exchange file is still gone. Wait 10 s, the service writes it again:\nmake experiment"},
		// The first check may be missing, for another strategy.
		{func(r *verdict.Result) { r.Before, r.Strategy = nil, "after-method-only" }, "stop the service (Ctrl-C in its terminal), and try the repaired one:\nmake start-resilient\nmake experiment"},
		{func(r *verdict.Result) { warns(r, "you changed service/main.go") }, "stop the service (Ctrl-C in its terminal), start it again, and repeat the experiment:\nmake start-weak\nmake experiment"},
		{func(r *verdict.Result) { warns(r, "you changed resilient-service/main.go") }, "stop the service (Ctrl-C in its terminal), start it again, and repeat the experiment:\nmake start-resilient\nmake experiment"},
		{func(r *verdict.Result) {
			r.Before.Runs[0].Elsewhere = "it is not there"
			r.Before.Runs[0].Output = value.MapOf("status", int64(503))
		}, "the exchange file is still gone. Wait 10 s, the service writes it again:\nmake experiment"},
		{func(r *verdict.Result) {
			for state, server := range map[*verdict.State]string{r.Before: "a", r.After: "b"} {
				state.Runs[0].Activity = value.MapOf("serves", exchangeFile)
				state.Runs[0].Output = value.MapOf("headers", value.MapOf("Server", server))
			}
		}, "let the service run until the experiment has ended, and run the experiment again:\nmake experiment"},
		// A program that answers well, and not with our file, never writes it.
		{func(r *verdict.Result) { r.Before.Runs[0].Elsewhere = "it is not there" }, "stop that program, or the service in its other folder, and start the service here; or take another port:\nmake start-weak PORT=8081\nmake experiment PORT=8081"},
		{func(r *verdict.Result) { warns(r, "you changed mine/main.go") }, "build the service again, start it again, and repeat the experiment:\nmake experiment"},
		{func(r *verdict.Result) { never(r); r.Before.Runs[0].Fail("took too long") }, "something listens on port 8080, and does not answer as the service does. Stop it, or take another port:\nmake start-weak PORT=8081\nmake experiment PORT=8081"},
		// What is general stays so.
		{func(r *verdict.Result) { r.Unexpected = errOdd }, "repair what the error names; the log has more"},
	} {
		r := chapterRun()
		c.change(r)
		r.Verdict = r.Judge()
		if got := testSession("CHAOSWORKSHOP_MAKE=1").next(r, nil); got != c.want {
			t.Errorf("%s (%s):\n%s\nwant\n%s", r.Verdict.Word, r.Verdict.Reason, got, c.want)
		}
	}
}

// warns lets the service say what is wrong with it.
func warns(r *verdict.Result, text string) {
	r.Before.Runs[0].Activity = value.MapOf("serves", exchangeFile)
	r.Before.Runs[0].Output = value.MapOf("headers", value.MapOf("Warning", "199 exchange \""+text+"\""))
}

// A service that does not find its file, although it is here, works in another folder.
func TestNextOfAServiceElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(exchangeFile, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := chapterRun()
	no := false
	r.Begun, r.Before, r.After, r.Run, r.Deviated = 0, r.After, nil, nil, false
	r.Before.Met, r.Verdict = &no, r.Judge()
	if got := testSession("").next(r, nil); !strings.HasPrefix(got, "its lines in the other terminal say why it answers 500. If it was started in another folder, stop it") || !strings.HasSuffix(got, "\nrunner start weak\nrunner experiment") {
		t.Errorf("got %s", got)
	}
	r = chapterRun()
	r.Before.Runs[0].Elsewhere = "another program"
	r.Verdict = r.Judge()
	if got := testSession("CHAOSWORKSHOP_MAKE=1").next(r, nil); !strings.HasPrefix(got, "stop that program, or the service in its other folder") {
		t.Errorf("of another program: %s", got)
	}
}

// Without a project, a next step names no command that needs one.
func TestNextWithoutProject(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, variables := range []string{"", "CHAOSWORKSHOP_IMAGE=1"} {
		s, kept := testSession(variables), 0
		s.runs, s.experiment = true, "mine.json"
		for _, step := range steps {
			got := s.sentence(s.possible(step.do))
			if strings.ContainsAny(got, "{}") || regexp.MustCompile(`runner [^r]|runner reset|:$`).MatchString(got) {
				t.Errorf("with %q: %q becomes %q", variables, step.do, got)
			}
			kept += strings.Count(got, "runner run mine.json")
		}
		if kept == 0 {
			t.Error("none says that the experiment is to be run again")
		}
		if err := os.MkdirAll("targets", 0o700); err != nil { // a project, and in the image it is none
			t.Fatal(err)
		}
	}
}

// What to do after a demo is the target's to say, if it ended as expected.
func TestNextAfterADemo(t *testing.T) {
	for _, c := range []struct {
		expect string
		change func(o *demo.Outcome)
		want   string
	}{
		{"deviated", func(*demo.Outcome) {}, "runner demo resilient"},
		{"held", func(*demo.Outcome) {}, "runner diff shows how the two services differ now"},
		{"explored", func(o *demo.Outcome) { o.Target.Name = "shop" }, "find out why, or correct the key expect of the target"},
		{"deviated", func(o *demo.Outcome) { o.Changed, o.Died = true, errOdd; o.Result.After.Runs[0].Fail("refused") }, "your change makes the service end. Its last lines above say why; correct main.go"},
		{"deviated", func(o *demo.Outcome) {
			o.Changed, o.Result.Proof = true, verdict.Runs{{Name: "p", Status: "succeeded", Unproven: "healed"}}
		}, "the file was there again before the service had answered: your change brings it back, or waits until the service writes it. Answer at once, without the file; runner diff shows how ours does it"},
		{"held", func(o *demo.Outcome) { o.Died = errOdd }, "find out why the service ended; its last lines are above"},
		{"held", func(o *demo.Outcome) { o.Result.Stop = verdict.BySignal("SIGINT", 2) }, "run the demo again: runner demo weak"},
		{"held", func(o *demo.Outcome) { o.Result.Run[0].Pretended = true }, "run the experiment again without --dry"},
	} {
		o := &demo.Outcome{Target: &target.Target{Name: "weak", Source: "main.go", Expect: c.expect, Next: "demo resilient"}, Result: chapterRun()}
		c.change(o)
		o.Result.Verdict = o.Result.Judge()
		s := testSession("")
		s.demos = []string{"weak"}
		s.here, _ = os.Getwd()
		if got := s.next(o.Result, o); got != c.want {
			t.Errorf("%s, expected %s: %q, want %q", o.Result.Verdict.Word, c.expect, got, c.want)
		}
	}
}

var errOdd = errors.New("odd")

// Who works with the services in Python reads the commands for these.
func TestNextInPython(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		variables string
		change    func(r *verdict.Result)
		want      string
	}{
		{"CHAOSWORKSHOP_IN=python", func(*verdict.Result) {}, "stop the service (Ctrl-C in its terminal), and try the repaired one:\nmake start-resilient IN=python\nmake experiment IN=python"},
		{"CHAOSWORKSHOP_IN=python", func(r *verdict.Result) { r.Deviated, r.After = false, r.Before }, "make diff IN=python shows the lines that repair the service"},
		{"", func(r *verdict.Result) { warns(r, "you changed python/service.py") }, "stop the service (Ctrl-C in its terminal), start it again, and repeat the experiment:\nmake start-weak IN=python\nmake experiment"},
		{"", func(r *verdict.Result) { warns(r, "you changed python/resilient_service.py") }, "stop the service (Ctrl-C in its terminal), start it again, and repeat the experiment:\nmake start-resilient IN=python\nmake experiment"},
	} {
		r := chapterRun()
		c.change(r)
		r.Verdict = r.Judge()
		if got := testSession("CHAOSWORKSHOP_MAKE=1 "+c.variables).next(r, nil); got != c.want {
			t.Errorf("%s\nwant\n%s", got, c.want)
		}
	}
	o := &demo.Outcome{Target: &target.Target{Name: "weak-python", Expect: "deviated"}, Result: chapterRun(), Changed: true}
	o.Result.Deviated, o.Result.After = false, o.Result.Before
	o.Result.Verdict = o.Result.Judge()
	const want = "make diff IN=python compares your repair with ours; make reset IN=python brings the weak service back, and keeps your file"
	if got := testSession("CHAOSWORKSHOP_MAKE=1").next(o.Result, o); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

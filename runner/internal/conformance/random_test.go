//go:build unix

package conformance

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"
)

var (
	countFlag = flag.Int("random", 50, "how many experiments TestRandom makes")
	seedFlag  = flag.Uint64("seed", 1, "the seed of TestRandom's first experiment; the next has the next number")
)

// TestRandom runs experiments made by chance through the toolkit and through our
// runner. A failure names its seed, which -seed and -random 1 repeat, and a file that
// becomes a case when it is moved into testdata/cases.
func TestRandom(t *testing.T) {
	if *chaosFlag == "" {
		t.Skip("-chaos is not given; TestReplay compares with what was recorded")
	}
	p := programUnderTest(t)
	known := loadKnown(t)
	workers := min(runtime.GOMAXPROCS(0), *countFlag)
	t.Run("workers", func(t *testing.T) {
		for worker := range workers {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				toolkit, g, ends := driven(t), newGenerator(t), map[string]int{}
				for i := worker; i < *countFlag; i += workers {
					ends[tryRandom(t, toolkit, p, g.generate(*seedFlag+uint64(i)), known)]++
				}
				t.Log("how they ended, or the difference that explains it:", ends)
			})
		}
	})
	if *countFlag >= 500 { // fewer need not show each difference
		known.tried["random"], known.tried["twisted"] = true, true
		known.finish(t)
	}
}

// tryRandom returns the verdict, or the known difference that explains the outcome.
func tryRandom(t *testing.T, toolkit, p program, c *Case, known *knownDifferences) (end string) {
	folder := t.TempDir()
	defer os.RemoveAll(folder)
	theirs, err := toolkit.run(t.Context(), c, filepath.Join(folder, "toolkit", "work"))
	if err != nil {
		t.Fatalf("%s: the toolkit: %v", c.Name, err)
	}
	c.Toolkit = theirs.outcome
	ours, err := p.run(t.Context(), c, filepath.Join(folder, "ours", "work"))
	if err != nil {
		t.Errorf("%s: %v", c.Name, err)
		return "failed"
	}
	var diff []difference
	if p.toolkit { // it can only show that the generator's outcomes are stable
		diff = compare(c, p, ours)
	} else {
		end, diff = judgeRandom(c, p, ours)
		diff = known.explain(c, diff)
	}
	if len(diff) > 0 {
		t.Errorf("%s, kept as %s", c.Name, keep(t, c))
		report(t, c, diff, ours)
	}
	return end
}

// judgeRandom says how an experiment ended, and where ours is not as it should be.
func judgeRandom(c *Case, p program, got *result) (end string, diff []difference) {
	content := asMap(c.Toolkit["content"])
	after := at(content, "steady_states.after")
	logged := func(event string) bool { return slices.Contains(asList(c.Toolkit["log"]), any("INFO "+event)) }
	expected := judge(c, content)
	exits := []string{fmt.Sprint(expected.Exit)}
	switch {
	case fmt.Sprint(c.Toolkit["exit"]) == "2":
		end, exits = "usage", []string{"2"}
	case c.Toolkit["crash"] != nil && logged("Experiment looks valid"):
		end, exits = "crash at run", []string{"3", "4", "5", "130"}
		if c.Mutated { // where a control has put something odd, ours may go on without it
			exits = append(exits, "0", "1")
		}
	case logged("Skipping Steady-State Hypothesis as requested") && danglingProbe(c):
		return "dangling-ref-skipped", nil
	case c.Toolkit["journal"] != written:
		end, exits = "invalid", []string{"3"}
	case strings.ContainsFunc(string(line(content)), func(r rune) bool { return r > unicode.MaxASCII }):
		return "process-output-charset", nil // it misread plain ASCII, for the generator makes nothing else
	case logged("Rollbacks strategy: default") && logged("Playing your experiment's method now...") && !logged("Let's rollback..."):
		end = "rollbacks-after-failure"
		ignored := []any{"content.rollbacks", "content.status", "log", "files"} // a rollback may abort the run
		exits = append(exits, "5")
		if c.Mutated { // what is called around rollbacks may change more; a probe that a control calls failed may have been measured
			ignored, exits = append(ignored, "content"), append(exits, "1")
		}
		c.Ours = Outcome{"difference": end, "ignore": ignored}
	case c.Mutated: // what a control has changed proves nothing more than before
		end = "changed by controls"
		exits = append(exits, "4", "5", "130")
	case expected.Word == "held" && after == nil: // how late the last question came is a matter of speed
		end = "held or not"
		exits = append(exits, "4")
	default:
		end = expected.Word
		c.Verdict.Word = end
	}
	exit := fmt.Sprint(got.outcome["exit"])
	if !slices.Contains(exits, exit) {
		return end, []difference{{"exit", fmt.Sprint("one of ", exits), exit + " " + got.word}}
	}
	if content == nil {
		return end, nil
	}
	var err error
	if c.Verdict.Exit, err = strconv.Atoi(exit); err != nil {
		return end, []difference{{"exit", "a number", exit}}
	}
	if at(content, "experiment.steady-state-hypothesis.controls") != nil && c.Ours == nil {
		c.Ours = Outcome{"difference": "controls-are-called-once", "ignore": []any{"files.calls.txt"}}
	}
	return end, compare(c.masked(), p, got)
}

// danglingProbe tells of a ref in the hypothesis that names no activity.
func danglingProbe(c *Case) bool {
	content := c.Toolkit["content"]
	probes := asList(at(content, "experiment.steady-state-hypothesis.probes"))
	names := map[any]bool{}
	for _, a := range append(asList(at(content, "experiment.method")), probes...) {
		names[asMap(a)["name"]] = true
	}
	return slices.ContainsFunc(probes, func(p any) bool { ref := asMap(p)["ref"]; return ref != nil && !names[ref] })
}

// masked is the case with the secrets of its experiment hidden, as ours does it.
func (c *Case) masked() *Case {
	var secrets []string
	for _, group := range asMap(at(c.Toolkit["content"], "experiment.secrets")) {
		for _, v := range asMap(group) {
			text, isText := v.(string)
			if m := asMap(v); m["type"] == "env" {
				text, isText = "s3cr3t-env", true
			}
			if number, ok := v.(json.Number); ok {
				text, isText = number.String(), true
			}
			if isText && text != "" {
				secrets = append(secrets, text)
			}
		}
	}
	if secrets == nil {
		return c
	}
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	clone := *c
	if slices.ContainsFunc(secrets, func(secret string) bool { return strings.Contains("completed succeeded action", secret) }) {
		// In the log only its writer knows which words are its own.
		clone.Ours = Outcome{"difference": "secrets-stay-secret", "ignore": append(asList(c.Ours["ignore"]), "log")}
	}
	clone.Toolkit = maps.Clone(c.Toolkit)
	clone.Toolkit["content"] = mask(c.Toolkit["content"], secrets)
	clone.Toolkit["log"] = mask(c.Toolkit["log"], secrets)
	return &clone
}

// types are the words that the format itself has for the key type.
var types = []string{"probe", "action", "http", "process", "python", "regex", "jsonpath", "range", "env"}

// mask hides secrets in texts: those of four bytes and more wherever they stand,
// shorter ones, and words such as true, where they are the whole text but for blanks
// around it. What the journal itself says stays.
func mask(v any, secrets []string) any {
	switch v := v.(type) {
	case string:
		for _, secret := range secrets {
			if strings.TrimSpace(v) == strings.TrimSpace(secret) {
				return "*****"
			}
			if len(secret) >= 4 && !strings.Contains("true None completed succeeded action", secret) {
				v = strings.ReplaceAll(v, secret, "*****")
			}
		}
		return v
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = mask(v[i], secrets)
		}
		return list
	case map[string]any:
		mapping := map[string]any{}
		for key, item := range v {
			if kind, _ := item.(string); key != "status" && !(key == "type" && slices.Contains(types, kind)) {
				item = mask(item, secrets)
			}
			mapping[key] = item
		}
		return mapping
	}
	return v
}

// judge derives the verdict that our runner owes from the toolkit's journal: the
// table of verdicts, for methods whose tolerances are numbers and lists of them.
func judge(c *Case, content map[string]any) Verdict {
	dry := valueOf(c.Args, "--dry")
	states := asMap(content["steady_states"])
	before, after := asMap(states["before"]), asMap(states["after"])
	during := asList(states["during"])
	asked := append(slices.Clone(during), any(after))
	some := func(list []any, is func(map[string]any) bool) bool {
		return slices.ContainsFunc(list, func(v any) bool { return v != nil && is(asMap(v)) })
	}
	failed := func(run map[string]any) bool { return run["status"] != "succeeded" }
	unmet := func(state map[string]any) bool { return state["steady_state_met"] != true }
	isDry := func(run map[string]any) bool {
		kind := at(run, "activity.type")
		return dry == "activities" || dry == "actions" && kind == "action" || dry == "probes" && kind == "probe"
	}
	log := texts(asList(c.Toolkit["log"]))
	hypothesis := len(asList(at(content, "experiment.steady-state-hypothesis.probes"))) > 0 &&
		!slices.Contains(log, "INFO Skipping Steady-State Hypothesis as requested")
	proves := func(run map[string]any) bool {
		return at(run, "activity.type") == "action" || at(run, "activity.tolerance") != nil
	}
	madeUp := func(run map[string]any) bool { return run["activity"] == nil } // by a control
	unproven := func(run map[string]any) bool {
		tolerance := at(run, "activity.tolerance")
		switch {
		case madeUp(run):
			return false
		case run["status"] == nil: // it ended in an unexpected error
			return true
		case !proves(run):
			return false
		case failed(run) || isDry(run):
			return true
		case tolerance != nil:
			return !among(at(run, "output.status"), tolerance)
		}
		return endedBadly(run)
	}
	notUndone := func(run map[string]any) bool {
		return !madeUp(run) && (failed(run) || at(run, "activity.type") == "action" && endedBadly(run))
	}
	switch {
	case some(asList(content["rollbacks"]), notUndone):
		return Verdict{Word: "not-undone", Exit: 5}
	case content["status"] == "interrupted":
		return Verdict{Word: "interrupted", Exit: 130}
	case content["status"] == "aborted", content["status"] == "failed" && !some(during, unmet),
		before != nil && unmet(before),
		some(asked, func(state map[string]any) bool { return some(asList(state["probes"]), failed) }),
		some(asList(content["run"]), unproven):
	case !hypothesis && len(asList(content["run"])) > 0 && !some(asList(content["run"]), func(run map[string]any) bool { return !isDry(run) }):
	case !hypothesis:
		return Verdict{Word: "explored"}
	case !some(asList(content["run"]), proves), dry == "probes", dry == "activities":
	case content["deviated"] == true, some(during, unmet):
		return Verdict{Word: "deviated", Exit: 1}
	case after != nil && !unmet(after) || after == nil && len(during) > 0:
		return Verdict{Word: "held"}
	}
	return Verdict{Word: "no-verdict", Exit: 4}
}

func valueOf(args []string, flag string) string {
	if i := slices.Index(args, flag); i >= 0 {
		return args[i+1]
	}
	return ""
}

// endedBadly tells whether a process said that it failed, or a server that it
// refused. What Python functions return says nothing of the kind.
func endedBadly(run map[string]any) bool {
	output := asMap(run["output"])
	status, ok := output["status"].(json.Number)
	if _, isProcess := output["stdout"]; isProcess {
		return status != "0"
	}
	n, err := status.Int64()
	return ok && output["body"] != nil && (err != nil || n > 399)
}

func among(status, tolerance any) bool {
	list, ok := tolerance.([]any)
	if !ok {
		list = []any{tolerance}
	}
	return slices.Contains(list, status)
}

// keep writes a case into the folder for temporary files.
func keep(t *testing.T, c *Case) string {
	t.Helper()
	var text strings.Builder
	text.WriteString(fmt.Sprintf("%s\nneeds: %s\n", c.About, c.Needs))
	for key, list := range map[string][]string{"flag": c.Args, "env": c.Env, "observe": c.Observe} {
		for _, v := range list {
			text.WriteString(key + ": " + v + "\n")
		}
	}
	if c.Unordered {
		text.WriteString("log: set\norder: none\n")
	}
	if c.Settings != "" {
		text.WriteString("settings: " + c.Settings + "\n")
	}
	archive := &txtar.Archive{Comment: []byte(text.String()), Files: append(slices.Clone(c.Files), txtar.File{Name: toolkitFile, Data: c.Toolkit.format()})}
	path := filepath.Join(os.TempDir(), c.Name+".txtar")
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Error(err)
	}
	return path
}

// TestJudge holds the derived verdicts against those of the cases, which were
// thought through one by one.
func TestJudge(t *testing.T) {
	exempt := map[string]string{
		"quirk-11-process-as-tolerance":        "the end of a tolerance's own probe is in no journal",
		"quirk-11-http-as-tolerance":           "the end of a tolerance's own probe is in no journal",
		"controls-deny-a-proof":                "what is in the journal is not what the engine saw",
		"controls-change-journal":              "what is in the journal is not what the engine saw",
		"controls-change-activity":             "the experiment at its beginning is in no journal",
		"controls-change-state-and-experiment": "the experiment at its beginning is in no journal",
		"controls-put-another-hypothesis":      "the experiment at its beginning is in no journal",
		"controls-same-name":                   "the experiment at its beginning is in no journal",
		"controls-take-a-probe-away":           "the experiment at its beginning is in no journal",
		"controls-weaken-a-tolerance":          "the experiment at its beginning is in no journal",

		"continuous-deviated-and-recovers": "its continuous checks are not recorded, for their number is a matter of speed",

		"no-validation-unknown-provider":              "that nothing was done is in no journal",
		"no-validation-unknown-provider-in-rollbacks": "that nothing was done is in no journal",
	}
	judged := 0
	for _, c := range Load(t) {
		content := asMap(c.Toolkit["content"])
		if content == nil || c.Ours["journal"] != nil || c.Ours["content.status"] != nil || c.Verdict.Word == "interrupted" || c.Needs == "proof" || exempt[c.Name] != "" {
			continue
		}
		judged++
		if got := judge(c, content); got.Word != c.Verdict.Word || got.Exit != c.Verdict.Exit {
			t.Errorf("%s: judged %s %d, the case says %s %d", c.Name, got.Word, got.Exit, c.Verdict.Word, c.Verdict.Exit)
		}
	}
	if judged < 150 {
		t.Errorf("only %d cases were judged", judged)
	}
}

//go:build unix

package conformance

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// difference is one place where two outcomes are not equal.
type difference struct{ path, want, got string }

func (d difference) String() string { return d.path + ": want " + d.want + ", got " + d.got }

// within tells whether the difference lies at a path or below it.
func (d difference) within(path string) bool {
	return d.path == path || strings.HasPrefix(d.path, path+".")
}

// compare says where got is not what a case expects of a program.
func compare(c *Case, p program, got *result) (diff []difference) {
	if p.toolkit {
		return differences("", map[string]any(c.Toolkit), map[string]any(got.outcome))
	}
	own := Outcome{}
	maps.Copy(own, c.Ours)
	delete(own, "difference")
	ignored := asList(own["ignore"])
	delete(own, "ignore")
	if c.comparable() {
		want, have := maps.Clone(c.Toolkit), maps.Clone(got.outcome)
		want["exit"] = plain(c.Verdict.Exit)
		want["log"], have["log"] = steps(want["log"]), steps(have["log"])
		diff = differences("", map[string]any(want), map[string]any(have))
		for _, path := range slices.Concat(slices.Sorted(maps.Keys(own)), texts(ignored)) {
			before := len(diff)
			diff = slices.DeleteFunc(diff, func(d difference) bool { return d.within(path) })
			if len(diff) == before && c.path != "" { // an entry of a written case explains something
				diff = append(diff, difference{oursFile, "a difference at " + path, "none"})
			}
		}
	} else {
		own["exit"] = c.Verdict.Exit
		if own["journal"] == nil {
			own["journal"] = none
		}
	}
	for path, v := range own {
		have := at(map[string]any(got.outcome), path)
		if path == "log" {
			have = steps(have)
		}
		diff = append(diff, differences(path, plain(v), have)...)
	}
	if c.Verdict.Word != "" && got.word != c.Verdict.Word {
		diff = append(diff, difference{"verdict", c.Verdict.Word, got.word})
	}
	for _, text := range c.Verdict.Mentions {
		if !strings.Contains(got.stderr+got.stdout, text) {
			diff = append(diff, difference{"output", fmt.Sprintf("a mention of %q", text), "none"})
		}
	}
	return diff
}

// comparable tells whether the toolkit got as far as a run that ours is to get
// to as well, or found a valid experiment valid: what it says of an invalid one
// is its own.
func (c *Case) comparable() bool {
	if c.Toolkit["crash"] != nil || c.Ours["journal"] == none {
		return false
	}
	return c.Toolkit["journal"] == written || c.Command == "validate" && c.Verdict.Exit == 0 && fmt.Sprint(c.Toolkit["exit"]) == "0"
}

// at follows a path such as content.run.0.output. A key may hold points itself.
func at(v any, path string) any {
	key, rest, more := strings.Cut(path, ".")
	if m := asMap(v); m != nil {
		if item, ok := m[path]; ok || !more {
			return item
		}
		return at(m[key], rest)
	}
	list := asList(v)
	i, err := strconv.Atoi(key)
	if err != nil || i >= len(list) {
		return nil
	}
	if !more {
		return list[i]
	}
	return at(list[i], rest)
}

// differences compares two trees.
func differences(path string, want, got any) (diff []difference) {
	below := func(key string) string { return strings.TrimPrefix(path+"."+key, ".") }
	a, aMap := want.(map[string]any)
	b, bMap := got.(map[string]any)
	list, aList := want.([]any)
	other, bList := got.([]any)
	switch {
	case aMap && bMap:
		for _, key := range union(a, b) {
			v, wanted := a[key]
			w, there := b[key]
			switch {
			case !there:
				diff = append(diff, difference{below(key), string(line(v)), "nothing"})
			case !wanted:
				diff = append(diff, difference{below(key), "nothing", string(line(w))})
			default:
				diff = append(diff, differences(below(key), v, w)...)
			}
		}
	case aList && bList && len(list) == len(other):
		for i := range list {
			diff = append(diff, differences(below(strconv.Itoa(i)), list[i], other[i])...)
		}
	case aList && bList: // what is equal at both ends explains nothing
		for len(list) > 0 && len(other) > 0 && string(line(list[0])) == string(line(other[0])) {
			list, other = list[1:], other[1:]
		}
		for len(list) > 0 && len(other) > 0 && string(line(list[len(list)-1])) == string(line(other[len(other)-1])) {
			list, other = list[:len(list)-1], other[:len(other)-1]
		}
		return []difference{{path, "among others " + string(line(list)), string(line(other))}}
	case string(line(want)) != string(line(got)):
		return []difference{{path, string(line(want)), string(line(got))}}
	}
	return diff
}

func union(a, b map[string]any) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b)))))
}

func texts(list []any) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = fmt.Sprint(v)
	}
	return all
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
func steps(log any) any {
	if log == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(asList(log)), func(v any) bool { return !step.MatchString(fmt.Sprint(v)) })
}

func TestCompare(t *testing.T) {
	const toolkit = `{"exit": 0, "journal": "written", "content": {"status": "completed", "run": [{"output": 1}], "x.y": 2}, "log": ["INFO Action: a", "DEBUG own"]}`
	same := strings.Replace(toolkit, `"exit": 0`, `"exit": 4`, 1)
	for name, c := range map[string]struct{ toolkit, ours, got, word, want string }{
		"equal":         {toolkit, ``, strings.Replace(same, "DEBUG own", "INFO ours", 1), "no-verdict", ``},
		"word":          {toolkit, ``, same, "held", `verdict: want no-verdict, got held`},
		"value":         {toolkit, ``, strings.Replace(same, `"output": 1`, `"output": 1.0`, 1), "no-verdict", `content.run.0.output: want 1, got 1.0`},
		"key":           {toolkit, ``, strings.Replace(same, `"x.y"`, `"z"`, 1), "no-verdict", `content.x.y: want 2, got nothing|content.z: want nothing, got 2`},
		"step":          {toolkit, ``, strings.Replace(same, `"INFO Action: a"`, `"INFO Action: a", "INFO Probe: b"`, 1), "no-verdict", `log: want among others [], got ["INFO Probe: b"]`},
		"ours":          {toolkit, `{"difference": "d", "content.x.y": 3}`, strings.Replace(same, `"x.y": 2`, `"x.y": 3`, 1), "no-verdict", ``},
		"ours, other":   {toolkit, `{"difference": "d", "content.run.0.output": 5}`, strings.Replace(same, `"output": 1`, `"output": 4`, 1), "no-verdict", `content.run.0.output: want 5, got 4`},
		"ours, stale":   {toolkit, `{"difference": "d", "ignore": ["content.run"]}`, same, "no-verdict", `ours.json: want a difference at content.run, got none`},
		"crash":         {`{"crash": "KeyError", "exit": 1, "journal": "none"}`, ``, `{"exit": 4, "journal": "none"}`, "no-verdict", ``},
		"crash, ours":   {`{"crash": "KeyError", "exit": 1, "journal": "none"}`, `{"difference": "d", "journal": "written", "content.run": []}`, same, "no-verdict", `content.run: want among others [], got [{"output":1}]`},
		"refused":       {`{"exit": 1, "journal": "none"}`, ``, `{"exit": 4, "journal": "written"}`, "no-verdict", `journal: want "none", got "written"`},
		"another exit":  {toolkit, ``, toolkit, "no-verdict", `exit: want 4, got 0`},
		"not mentioned": {toolkit, ``, strings.Replace(same, "own", "own", 1), "no-verdict", ``},
	} {
		t.Run(name, func(t *testing.T) {
			k := &Case{Command: "run", path: name, Toolkit: tree(t, c.toolkit), Verdict: Verdict{Word: "no-verdict", Exit: 4}}
			if c.ours != "" {
				k.Ours = tree(t, c.ours)
			}
			var diff []string
			for _, d := range compare(k, program{}, &result{outcome: tree(t, c.got), word: c.word}) {
				diff = append(diff, d.String())
			}
			if got := strings.Join(diff, "|"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func tree(t *testing.T, text string) (o Outcome) {
	t.Helper()
	if err := decode([]byte(text), &o); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

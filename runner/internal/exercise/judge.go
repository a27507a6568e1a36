package exercise

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/verdict"
)

// Seen is what came of a play.
type Seen struct {
	Play   Play
	Result *verdict.Result // nil where nothing could be played
	Broken error           // why not
	Given  string          // a file that the learner must not change, and did
	Ended  bool            // the service ended by itself

	Idle     *verdict.Result       // what the learner's experiment found before, without its actions; nil for not played
	Gone     bool                  // the exchange file was away at the end of an activity of the method
	Standing map[*verdict.Run]bool // the activities of the method at whose end what is no file had its name
	Replaced bool                  // what is no file had its name when the service was asked after the method
	Restored bool                  // the exchange file is as it was before
	Asks     bool                  // the learner's experiment asks something else of the service than the one that came
}

// Answer is a pattern of an answer: each part that is given must fit.
type Answer struct {
	Status  int
	Other   bool              // a status that is none of the usual ones: 200, 500, 503
	None    bool              // there was no answer
	Body    string            // a regular expression, one of the words below, or BEFORE: the same as before the method
	Headers map[string]string // names, and regular expressions; GREW 2 for a number that is 2 or 3 larger than before
}

// words are the patterns that exercises name.
var words = map[string]string{
	"TIME":    `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\s*$`,
	"WORDS":   `^[^\n]*(\pL{2,}[^\pL\n]+\pL{2,}|\pL{6,}|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]{4,})[^\n]*\s*$`, // in one line, and not those of internal
	"NOTHING": `^\s*$`,
}

// internal is what a service says of a defect, which is no word for something that is not ready.
var internal = regexp.MustCompile(`(?i)internal\s+(server\s+)?error`)

// AsWanted tells whether the play showed what it should. The verdict alone is not enough: the
// experiment may ask for less than a consumer needs.
func (s *Seen) AsWanted() bool {
	if s.Result == nil || s.Given != "" || s.fault() != "" {
		return false
	}
	word := s.Result.Verdict.Word
	isMeasured := word == verdict.Held || word == verdict.Deviated
	return isMeasured && s.isAsked() && (s.Play.Verdict == "measured" || s.Play.Verdict == word) && s.unproven() == "" &&
		s.fits(s.Play.Before, s.Result.Before) && s.fits(s.Play.After, s.Result.After)
}

// unproven says why no probe of the method proves the fault; it is empty where one does. Such a
// probe looks at the exchange file, and finds now what it did not find before.
func (s *Seen) unproven() string {
	proofs := proofsOf(s.Result, func(run *verdict.Run) bool { return s.Play.Fault != "replaced" || s.Standing[run] })
	switch {
	case len(proofs) == 0:
		return "no probe of the method with a tolerance has found the fault"
	case s.Idle == nil:
		return ""
	}
	before := proofsOf(s.Idle, func(*verdict.Run) bool { return true })
	if !slices.ContainsFunc(proofs, func(proof string) bool { return !slices.Contains(before, proof) }) {
		return "the tolerance of the proof is met before the fault too, so it does not show the fault"
	}
	return ""
}

// proofsOf are the probes of a method that found what their tolerance asks for, at the exchange file and
// at the right time. What the service answers is no proof: it is what the experiment asks about.
func proofsOf(r *verdict.Result, inTime func(*verdict.Run) bool) (all []string) {
	looksAtFile := regexp.MustCompile(`exchange\.dat[^.\w]`)
	for _, run := range r.Run {
		if run.Proves && run.Unproven == "" && !run.AlwaysMet && run.Provider != "http" && inTime(run) && looksAtFile.MatchString(value.JSON(run.Activity.Map("provider"))) {
			all = append(all, value.JSON(run.Activity))
		}
	}
	return all
}

// Failed says which action of the method failed, and why; empty for none.
func (s *Seen) Failed() string {
	if s.Result != nil {
		for _, run := range s.Result.Run {
			if run.Action && run.Unproven != "" {
				return run.Unproven
			}
		}
	}
	return ""
}

// isAsked tells whether something was done, the service itself was asked after it, and its answer is
// what decided about a deviation.
func (s *Seen) isAsked() bool {
	after := s.Result.After
	isHTTP := func(run *verdict.Run) bool { return run.Provider == "http" }
	return len(s.Result.Acted) > 0 && after != nil && slices.ContainsFunc(after.Runs, isHTTP) && (after.IsMet() || isHTTP(after.Last()))
}

// fault is the word for what a fault of the learner's own lacks; empty for nothing.
func (s *Seen) fault() string {
	switch r := s.Result; {
	case r == nil:
	case s.Play.Fault == "gone" && !s.Gone:
		return "never-gone"
	case s.Play.Fault != "replaced":
	case s.Asks:
		return "another-hypothesis"
	case !s.Replaced:
		return "nothing-there"
	case s.unproven() != "":
		return "no-proof"
	case len(r.Rollbacks) == 0:
		return "no-rollback"
	case !s.Restored:
		return "not-restored"
	}
	return ""
}

// Lacks is what is missing although the verdict is as wanted, in words; empty for nothing.
func (s *Seen) Lacks() string {
	switch fault := s.fault(); {
	case fault != "":
		return map[string]string{
			"another-hypothesis": "the hypothesis is not the one that came with the file",

			"never-gone":    "the exchange file was not gone at any time while the method ran",
			"nothing-there": "when the service was asked, a file or nothing stood in the place of the exchange file",
			"no-proof":      s.unproven(),
			"no-rollback":   "the experiment has no rollbacks, so the fault stays on",
			"not-restored":  "the exchange file is not as it was before",
		}[fault]
	case s.Result != nil && !s.isAsked():
		return "the method has no action, or it is no HTTP probe of the hypothesis that decides after it"
	case s.Result != nil:
		return s.unproven()
	}
	return ""
}

// fits tells whether each answer of a pass is one of those that are right. No pattern is met
// by a pass without an answer.
func (s *Seen) fits(right []Answer, pass *verdict.State) bool {
	if len(right) == 0 {
		return true
	}
	if pass == nil || len(pass.Runs) == 0 {
		return false
	}
	for _, run := range pass.Runs {
		if !slices.ContainsFunc(right, func(a Answer) bool { return s.matches(a, run) }) {
			return false
		}
	}
	return true
}

func (s *Seen) matches(a Answer, run *verdict.Run) bool {
	answer, _ := run.Output.(*value.Map)
	status, isAnswer := answer.Value("status").(int64)
	if a.None || !isAnswer {
		return a.None && !isAnswer
	}
	if a.Status != 0 && int64(a.Status) != status || a.Other && slices.Contains([]int64{200, 500, 503}, status) {
		return false
	}
	body := value.Text(answer.Value("body"))
	if a.Body == "BEFORE" && body != value.Text(s.answerBefore().Value("body")) || a.Body != "BEFORE" && !pattern(a.Body).MatchString(body) {
		return false
	}
	if a.Body == "WORDS" && internal.MatchString(body) {
		return false
	}
	for name, form := range a.Headers {
		text := header(answer, name)
		by, isGrowing := strings.CutPrefix(form, "GREW ")
		if isGrowing && !grew(header(s.answerBefore(), name), text, by) || !isGrowing && !pattern(form).MatchString(text) {
			return false
		}
	}
	return true
}

// grew tells whether two texts are whole numbers, and the second one is as much larger as the seconds
// for which the file was away, or by one more.
func grew(before, after, by string) bool {
	var n [3]uint64
	for i, text := range []string{before, after, by} {
		var err error
		if n[i], err = strconv.ParseUint(text, 10, 32); err != nil {
			return false
		}
	}
	return n[1] == n[0]+n[2] || n[1] == n[0]+n[2]+1
}

// answerBefore is what the service answered before the method; nil for nothing.
func (s *Seen) answerBefore() *value.Map {
	if s.Result.Before == nil || len(s.Result.Before.Runs) == 0 {
		return nil
	}
	answer, _ := s.Result.Before.Runs[0].Output.(*value.Map)
	return answer
}

// Headers are those that the play asks for, with what came before and after the method.
func (s *Seen) Headers() (all []string) {
	if len(s.Play.After) == 0 || s.Result == nil {
		return nil
	}
	came := func(pass *verdict.State, name string) string {
		if pass == nil || len(pass.Runs) == 0 {
			return "not asked"
		}
		answer, _ := pass.Runs[0].Output.(*value.Map)
		return cmp.Or(header(answer, name), "none")
	}
	for _, name := range slices.Sorted(maps.Keys(s.Play.After[0].Headers)) {
		all = append(all, fmt.Sprintf("%s: %s before, %s after", name, came(s.Result.Before, name), came(s.Result.After, name)))
	}
	return all
}

// header is a header of an answer, whose name may be written in small or capital letters.
func header(answer *value.Map, name string) string {
	for key, text := range answer.Map("headers").All() {
		if strings.EqualFold(key, name) {
			return value.Text(text)
		}
	}
	return ""
}

func pattern(text string) *regexp.Regexp {
	if form, ok := words[text]; ok {
		text = form
	}
	return regexp.MustCompile(text)
}

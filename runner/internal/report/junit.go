package report

import (
	"encoding/xml"
	"fmt"

	"chaosworkshop.example/runner/internal/verdict"
)

// JUnit is the report for programs that show the results of tests. A run is a suite. Each answer
// of the hypothesis is a case of it: a deviation is a failure, what could not be measured was
// skipped. The last case is the verdict: it is an error where the run has none.
func (r *Report) JUnit() ([]byte, error) {
	var all suites
	for _, run := range r.Runs {
		all.Suites = append(all.Suites, r.suite(run))
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	return append([]byte(xml.Header), append(text, '\n')...), err
}

type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []suite  `xml:"testsuite"`
}

type suite struct {
	Name       string     `xml:"name,attr"`
	Tests      int        `xml:"tests,attr"`
	Failures   int        `xml:"failures,attr"`
	Errors     int        `xml:"errors,attr"`
	Skipped    int        `xml:"skipped,attr"`
	Time       string     `xml:"time,attr"`
	Timestamp  string     `xml:"timestamp,attr,omitempty"`
	Properties []property `xml:"properties>property"`
	Cases      []testcase `xml:"testcase"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type testcase struct {
	Class   string  `xml:"classname,attr"`
	Name    string  `xml:"name,attr"`
	Time    string  `xml:"time,attr"`
	Failure *ending `xml:"failure"`
	Error   *ending `xml:"error"`
	Skipped *ending `xml:"skipped"`
}

type ending struct {
	Message string `xml:"message,attr"`
}

func (r *Report) suite(run *Run) suite {
	title, w := r.heading(run), r.words()
	if len(r.Runs) > 1 {
		title += ", " + r.line(run.Name)
	}
	s := suite{Name: title, Time: seconds(run.length().Seconds())}
	if !run.Start.IsZero() {
		s.Timestamp = run.Start.UTC().Format("2006-01-02T15:04:05")
	}
	s.Properties = []property{{"verdict", run.Verdict.Word}, {"fault", r.line(r.faultOf(run))}, {"journal", r.line(run.Journal)}}
	for _, e := range run.events() {
		if !e.isAnswer() {
			continue
		}
		c := testcase{Class: title, Name: e.part + ": " + w.Name(e.run), Time: seconds(max(e.run.End.Sub(e.run.Start).Seconds(), 0))}
		said := &ending{r.line(w.Outcome(e.part, e.run))}
		switch {
		case e.state() == noData:
			c.Skipped = said
		case e.state() == broke && e.part == "before": // the system was not steady, and no fault had happened
			c.Error = said
		case e.state() == broke:
			c.Failure = said
		}
		s.add(c)
	}
	s.add(r.verdictCase(run, title, s.Failures > 0))
	return s
}

// verdictCase is the verdict as a case. A weakness that an answer has shown counts once: then this
// case is skipped.
func (r *Report) verdictCase(run *Run, title string, shown bool) testcase {
	c := testcase{Class: title, Name: "verdict", Time: seconds(0)}
	word, sentence := run.word()
	said := &ending{r.line(fmt.Sprintf("%s: %s. %s", word, sentence, run.Verdict.Reason))}
	switch word := run.Verdict.Word; {
	case run.Doubtful:
		c.Error = said
	case word == verdict.Held || word == verdict.Explored:
	case word == verdict.Deviated && shown:
		c.Skipped = said
	case word == verdict.Deviated:
		c.Failure = said
	default:
		c.Error = said
	}
	return c
}

func (s *suite) add(c testcase) {
	s.Tests++
	for is, count := range map[*ending]*int{c.Failure: &s.Failures, c.Error: &s.Errors, c.Skipped: &s.Skipped} {
		if is != nil {
			*count++
		}
	}
	s.Cases = append(s.Cases, c)
}

func seconds(s float64) string { return fmt.Sprintf("%.6f", s) }

package conformance

import (
	"bytes"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestJudge holds the derived verdicts against those of the cases, which were
// thought through one by one.
func TestJudge(t *testing.T) {
	all, err := Load("testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, c := range all {
		experiment := experimentOf(c)
		if experiment == nil || c.Toolkit["journal"] != written || c.Ours != nil || c.Verdict.Word == "interrupted" || c.Needs == "proof" || exempt[c.Name] != "" {
			continue
		}
		judged++
		if got := judge(experiment, c.Toolkit, c.Args); got.Word != c.Verdict.Word || got.Exit != c.Verdict.Exit {
			t.Errorf("%s: judged %s %d, the case says %s %d", c.Name, got.Word, got.Exit, c.Verdict.Word, c.Verdict.Exit)
		}
	}
	if judged < 150 {
		t.Errorf("only %d cases were judged", judged)
	}
}

// exempt are cases of which a reduced journal does not tell enough.
var exempt = map[string]string{
	"quirk-11-process-as-tolerance": "the end of a tolerance's own probe is in no journal",
	"controls-change-journal":       "what is in the journal is not what the engine saw",
	"quirk-11-http-as-tolerance":    "the end of a tolerance's own probe is in no journal",

	"no-validation-unknown-provider":              "that nothing was done is in no journal",
	"no-validation-unknown-provider-in-rollbacks": "that nothing was done is in no journal",
}

func experimentOf(c *Case) map[string]any {
	for _, file := range c.Files {
		var experiment map[string]any
		if file.Name == c.Source && yaml.Unmarshal(bytes.ReplaceAll(file.Data, []byte("\ufeff"), nil), &experiment) == nil {
			return experiment
		}
	}
	return nil
}

package provider

import (
	"testing"

	"chaosworkshop.example/runner/internal/experiment"
	"chaosworkshop.example/runner/internal/value"
	"chaosworkshop.example/runner/internal/variables"
)

// Whatever others take apart, the mask hears of before: it is told the values with
// their secrets in place.
func TestPiecesAreLearnedFirst(t *testing.T) {
	secret := &variables.Variables{Configuration: value.MapOf("k", "S3CRET")}
	for want, a := range map[string]*experiment.Activity{
		"http://S3CRET/":                    activity("probe", "type", "http", "url", "http://${k}/", "timeout", 0.001),
		"-c S3CRET":                         activity("probe", "type", "process", "path", "sh", "arguments", "-c ${k}"),
		"['-c', 'S3CRET']":                  activity("probe", "type", "process", "path", "sh", "arguments", []any{"-c", "${k}"}),
		"{'path': '/S3CRET'}":               activity("probe", "type", "python", "module", "os", "func", "remove", "arguments", value.MapOf("path", "/${k}")),
		"{'args': 'S3CRET', 'shell': True}": activity("probe", "type", "python", "module", "subprocess", "func", "run", "arguments", value.MapOf("args", "${k}", "shell", true)),
	} {
		p, told := providers(), ""
		p.Variables, p.LearnPieces = secret, func(v any) { told = value.Text(v) }
		p.Perform(t.Context(), a)
		if told != want {
			t.Errorf("told %q, want %q", told, want)
		}
	}
}

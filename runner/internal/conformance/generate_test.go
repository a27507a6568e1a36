package conformance

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestGenerate shows that a seed always makes the same experiment, that it is
// JSON, and that everything which the generator can make does occur.
func TestGenerate(t *testing.T) {
	all := []byte{}
	for seed := range uint64(800) {
		c, again := generate(seed), generate(seed)
		text := txtar.Format(&txtar.Archive{Comment: line([]any{c.Args, c.Needs, c.Settings, c.Log}), Files: c.Files})
		other := txtar.Format(&txtar.Archive{Comment: line([]any{again.Args, again.Needs, again.Settings, again.Log}), Files: again.Files})
		if !bytes.Equal(text, other) {
			t.Fatalf("seed %d makes two experiments:\n%s\n%s", seed, text, other)
		}
		if !json.Valid(c.Files[0].Data) {
			t.Errorf("seed %d does not make JSON", seed)
		}
		all = append(all, text...)
	}
	for _, feature := range []string{
		`"background": true`, `"pauses"`, `"ref"`, `"controls"`, `"runtime"`, `"--dry"`, `"--var"`, `"--var-file"`,
		`"--rollback-strategy"`, `"--hypothesis-strategy"`, `"settings.yaml"`, `"secrets"`, `"jsonpath"`, `"regex"`, `"range"`,
		`"module": "own"`, `"type": "http"`, `"type": "process"`, `"module": "shutil"`, `"type": "env"`, `"title": ""`,
		`"type": "attack"`, `"tolerance"`, `"timeout": [`, `"rollbacks"`, `"skip"`,
	} {
		if !bytes.Contains(all, []byte(feature)) {
			t.Errorf("of 800 experiments none has %s", feature)
		}
	}
}

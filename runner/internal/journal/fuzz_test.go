package journal

import (
	"bufio"
	"bytes"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// FuzzParseLeft: whatever stands in a file beside a journal, it is nothing that a run has left, or it
// has the form of a journal.
func FuzzParseLeft(f *testing.F) {
	for _, text := range []string{"", "{\"begun\"", "{\"begun\": {\"experiment\": {\"method\": [{}]}, \"process\": {\"pid\": 1, \"started\": \"1\"}, \"strategy\": {\"dry\": \"actions\"}}}\n{\"configuration\": {\"a\": 1}}\n",
		"{\"begun\": 1}\n{\"part\": \"during\", \"run\": {\"activity\": {\"name\": \"a\"}, \"tolerance_met\": true}}\n{\"part\": [], \"run\": {}}", "{\"part\": \"rollback\", \"run\": {\"start\": 1}}\n{\"process\": {\"pid\": -1}}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		left := ParseLeft(bufio.NewReader(bytes.NewReader(text)), 0)
		if left == nil {
			return
		}
		if document := left.Document(); !document.Has("run") || !document.Has("steady_states") || value.JSON(document) == "" {
			t.Fatalf("%q is %s", text, value.JSON(document))
		}
		left.Start()
		left.Alive()
		left.HasBegun()
	})
}

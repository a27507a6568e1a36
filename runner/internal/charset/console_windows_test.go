package charset

import "testing"

func TestOutput(t *testing.T) {
	for printed, want := range map[string]string{
		"caf\x82": "café", // in 437, 850 and 858: those of English and of western Europe
		"café":    "café",
	} {
		if got, size := Output(printed, 9); got != want || size != len(want) {
			t.Errorf("%q: got %q, %d, want %q", printed, got, size, want)
		}
	}
}

package doctor

import "testing"

const namesHolders = true

func TestKernelIP(t *testing.T) {
	for text, want := range map[string]string{
		"00000000": "0.0.0.0", "00000000000000000000000000000000": "::", "0000000000000000FFFF00000100007F": "127.0.0.1",
		"00000000000000000000000001000000": "::1", "0100007F": "127.0.0.1",
	} {
		if got := kernelIP(text).String(); got != want {
			t.Errorf("%s is %s, want %s (on a computer with the last byte first)", text, got, want)
		}
	}
}

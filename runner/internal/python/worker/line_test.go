package worker

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// TestLongLines: what is too long is a failure, or is left out; the mark behind it is found.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", mostPrinted)
	for name, c := range map[string]struct{ text, want string }{
		"short":                 {"hello\n", "hello\n"},
		"as long as may be":     {long[1:] + "\n", long[1:] + "\n"},
		"too long":              {long + "\n", "(a line of 1048577 bytes is left out)"},
		"with a mark":           {long + "\x0012\n", "(a line of 1048576 bytes is left out)\x0012\n"},
		"a mark between pieces": {long + long[:1<<16-2] + "\x0012\n", "(a line of 1114110 bytes is left out)\x0012\n"},
		"without an end":        {"hello", "hello"},
	} {
		line, n, err := readLine(bufio.NewReaderSize(strings.NewReader(c.text), 1<<16), mostPrinted)
		if got := printed(line, n); got != c.want || (err == io.EOF) != (name == "without an end") {
			t.Errorf("%s: %.200q %v", name, got, err)
		}
	}
	const failed = `{"id": 7, "raised": {"class": "ValueError", "message": "the function returned too much: more than 64 MiB, or more than 2,000,000 values and keys"}}`
	for name, c := range map[string]struct{ text, want string }{
		"short":           {`{"id": 7, "value": 1}`, `{"id": 7, "value": 1}`},
		"too many values": {`{"id": 7, "value": [` + strings.Repeat("0,", 2_000_000) + `0]}`, failed},
		"too long":        {`{"id": 7, "value": "` + strings.Repeat("x", mostAnswer) + `"}`, failed},
		"no answer":       {strings.Repeat("x", mostAnswer+1), "null"},
	} {
		line, n, _ := readLine(bufio.NewReaderSize(strings.NewReader(c.text), 1<<16), mostAnswer)
		if got, err := parse(line, n); value.JSON(got) != c.want || (err == nil) != (name != "no answer") {
			t.Errorf("%s: %.200s %v", name, value.JSON(got), err)
		}
	}
}

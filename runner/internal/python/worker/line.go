package worker

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"

	"chaosworkshop.example/runner/internal/value"
)

// mostAnswer is how long an answer may be, and mostPrinted a line that is printed, in bytes.
const mostAnswer, mostPrinted = 64 << 20, 1 << 20

// endKept is how much of the end of a line is kept that is too long: a mark may be there.
const endKept = 64

// readLine reads a line, and counts its bytes. Of one that has more than most of them, it keeps the
// beginning and the end.
func readLine(in *bufio.Reader, most int) (line []byte, n int, err error) {
	var end []byte
	for {
		piece, err := in.ReadSlice('\n')
		if n += len(piece); n <= most {
			line = append(line, piece...)
		} else {
			end = append(end, piece...)
			end = append(end[:0], end[max(0, len(end)-endKept):]...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return append(line, end...), n, err
		}
	}
}

// parse reads an answer. One that is too large becomes that of a function that failed.
func parse(line []byte, n int) (any, error) {
	if n <= mostAnswer {
		answer, err := value.ParseJSON(line)
		if !errors.Is(err, bytes.ErrTooLarge) {
			return answer, err
		}
	}
	var number int64
	if _, err := fmt.Sscanf(string(line[:min(len(line), endKept)]), `{"id": %d,`, &number); err != nil {
		return nil, err
	}
	return value.MapOf("id", number, "raised", value.MapOf("class", "ValueError",
		"message", fmt.Sprintf("the function returned too much: more than %d MiB, or more than 2,000,000 values and keys", mostAnswer>>20))), nil
}

// printed is what is shown of a line: one that is too long is left out, because a piece of it
// could have half a secret in it.
func printed(line []byte, n int) string {
	if n <= mostPrinted {
		return string(line)
	}
	mark := ""
	if i := bytes.LastIndexByte(line, 0); i >= len(line)-endKept {
		mark = string(line[i:])
	}
	return fmt.Sprintf("(a line of %d bytes is left out)", n-len(mark)) + mark
}

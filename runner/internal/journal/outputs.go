package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// roomForOutputs is for how many bytes of outputs there is room when a journal is read, where a value or a
// key counts as bytesOfValue. One of longPart bytes is always kept.
const roomForOutputs, bytesOfValue, longPart = 72 << 20, 32, 4 << 10

var errTooLong = errors.New("it is too long")

// shortener reads the JSON of a journal without what there is no room for: a run may write outputs
// that are larger than memory.
type shortener struct {
	from  *bufio.Reader
	lines bool // it reads a line at a time
	most  int  // how long the text may be without what is left out
	room  int

	out     []byte
	read    int // bytes, of the line
	inText  bool
	escaped bool
	text    int // where the last text begins in out, with its quote
	depth   int
	open    []part
}

// part is what may be left out, an output or a part of it.
type part struct {
	start, depth, read int
	cost               int
	left               bool // it is left out
}

// next reads a line with its end, or all that there is; errTooLong is its error where that is longer than
// most, and what follows is then not read. At the end it is io.EOF, also with a line that has no end.
func (s *shortener) next() (line []byte, err error) {
	s.out, s.read, s.depth, s.inText, s.escaped, s.open = s.out[:0], 0, 0, false, false, s.open[:0]
	for {
		_, err = s.from.Peek(1)
		chunk, _ := s.from.Peek(s.from.Buffered())
		ended := false
		if end := bytes.IndexByte(chunk, '\n'); s.lines && end >= 0 {
			chunk, ended = chunk[:end+1], true
		}
		s.read += len(chunk)
		s.takeAll(chunk)
		s.from.Discard(len(chunk))
		if len(s.out) > s.most {
			return nil, errTooLong
		}
		if ended || err != nil {
			for len(s.open) > 0 {
				s.close()
			}
			return s.out, err
		}
	}
}

func (s *shortener) takeAll(chunk []byte) {
	for len(chunk) > 0 {
		n := 0
		if s.inText && !s.escaped {
			for n < len(chunk) && chunk[n] != '"' && chunk[n] != '\\' {
				n++
			}
		}
		if n == 0 {
			s.take(chunk[0])
			n = 1
		} else {
			s.keep(chunk[:n]...)
		}
		chunk = chunk[n:]
	}
}

// keep keeps bytes, unless they are of what is left out.
func (s *shortener) keep(text ...byte) {
	last := len(s.open) - 1
	if last < 0 {
		s.out = append(s.out, text...)
		return
	}
	p := &s.open[last]
	p.read += len(text)
	if s.count(len(text)); !p.left {
		s.out = append(s.out, text...)
	}
}

// count counts what the part costs that was opened last, and leaves it out if that is too much.
func (s *shortener) count(cost int) {
	if len(s.open) == 0 {
		return
	}
	p := &s.open[len(s.open)-1]
	p.cost += cost
	all := p.cost
	if len(s.open) > 1 {
		all += s.open[0].cost
	}
	if !p.left && all > max(s.room, longPart) {
		p.left = true
		s.out = s.out[:p.start]
	}
}

// take takes the next byte.
func (s *shortener) take(c byte) {
	switch {
	case s.escaped:
		s.escaped = false
	case s.inText:
		s.escaped, s.inText = c == '\\', c != '"'
	case c == '"':
		s.inText, s.text = true, len(s.out)
	case c == '{' || c == '[':
		s.depth++
		s.count(bytesOfValue)
	case c == ',' || c == '}' || c == ']':
		for n := len(s.open); n > 0 && s.open[n-1].depth == s.depth; n-- {
			s.close()
		}
		if c != ',' {
			s.depth--
		}
		s.count(bytesOfValue)
	case c == ':' && s.mayBeLeftOut():
		s.out = append(s.out, c)
		s.open = append(s.open, part{start: len(s.out), depth: s.depth})
		return
	case c == ':':
		s.count(bytesOfValue)
	}
	s.keep(c)
}

// mayBeLeftOut tells whether the last text is the key of what may be long. What tells how the run was begun is
// whole.
func (s *shortener) mayBeLeftOut() bool {
	if s.lines && !bytes.HasPrefix(s.out, []byte(partWord)) || len(s.open) > 0 && s.open[len(s.open)-1].left {
		return false
	}
	switch string(bytes.TrimRight(s.out[min(s.text, len(s.out)):], " ")) {
	case `"output"`, `"arguments"`:
		return len(s.open) == 0
	case `"stdout"`, `"stderr"`, `"body"`:
		return len(s.open) == 1
	}
	return false
}

// close ends the part that was opened last.
func (s *shortener) close() {
	p := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	switch {
	case p.left:
		s.out = fmt.Appendf(s.out, `"(left out: %d bytes; there is no room for all outputs of the run)"`, p.read)
	case len(s.open) > 0:
		s.open[0].cost += p.cost
	default:
		s.room = max(0, s.room-p.cost)
	}
}

// Shorten reads a whole journal of this size, up to most bytes without the outputs for which there is no room.
func Shorten(journal io.Reader, size, most int64) ([]byte, error) {
	s := shortener{from: bufio.NewReaderSize(journal, 1<<16), most: int(most), room: roomForOutputs}
	s.out = make([]byte, 0, min(size, most)+1<<16) // it never grows
	text, err := s.next()
	if err == io.EOF {
		err = nil
	}
	return text, err
}

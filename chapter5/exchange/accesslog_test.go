package exchange

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhatClientsSendIsCleaned(t *testing.T) {
	for sent, want := range map[string]string{
		"GET":                     "GET",
		"/a/b?c=%0Ad":             "/a/b?c=%0Ad",
		"/größe/文":                "/größe/文",
		"/\x1b[2Jx":               `"/\x1b[2Jx"`,
		"/one\ntwo":               `"/one\ntwo"`,
		"/\x9b2J":                 `"/\x9b2J"`,
		"/\u202eevil":             `"/\u202eevil"`,
		strings.Repeat("a", 100):  strings.Repeat("a", 100),
		strings.Repeat("a", 9000): strings.Repeat("a", 100) + "...",
	} {
		if got := clean(sent); got != want {
			t.Errorf("clean(%q) = %s, want %s", sent, got, want)
		}
	}
}

// writes counts how often it is called, and keeps what it gets.
type writes struct {
	count int
	text  strings.Builder
}

func (w *writes) Write(text []byte) (int, error) {
	w.count++
	return w.text.Write(text)
}

func TestLinesGoOutAtOnceUnlessThereAreMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out writes
		b := &batch{out: &out}
		sent := ""
		send := func(lines, wantWrites int) {
			t.Helper()
			for range lines {
				line := fmt.Sprintf("line %d\n", len(sent))
				sent += line
				b.Write([]byte(line))
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			if out.count != wantWrites {
				t.Errorf("%d writes, want %d", out.count, wantWrites)
			}
		}
		send(atOnce, atOnce)
		send(1000, atOnce)
		time.Sleep(window)
		synctest.Wait()
		send(0, atOnce+1)
		send(atOnce, 2*atOnce+1)
		send(1, 2*atOnce+1)
		b.flush()
		b.flush() // nothing is pending, so nothing is written
		if want := 2*atOnce + 2; out.count != want || out.text.String() != sent {
			t.Errorf("%d writes, want %d; all lines in order: %v", out.count, want, out.text.String() == sent)
		}
		time.Sleep(time.Hour)
	})
}

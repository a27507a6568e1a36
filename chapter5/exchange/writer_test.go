package exchange_test

import (
	"os"
	"sync"
	"testing"
	"time"
)

// The writer truncates and writes: the file stays the same one, and a longer text
// in it is gone. It does not put another file into its place.
func TestTheWriterEmptiesTheFileAndWritesIt(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		t.Parallel()
		s := start(t, program, "--interval", "2ms")
		before, err := os.Stat(s.file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.file, []byte("a text that is longer than a date and a time"), 0o666); err != nil {
			t.Fatal(err)
		}
		for late := time.Now().Add(patience); !dateTime.MatchString(contents(t, s.file)); {
			if time.Now().After(late) {
				t.Fatalf("the file still contains %q", contents(t, s.file))
			}
		}
		after, err := os.Stat(s.file)
		if err != nil || !os.SameFile(before, after) {
			t.Errorf("this is another file: %v", err)
		}
		if left, err := os.ReadDir(s.cmd.Dir); err != nil || len(left) != 1 {
			t.Errorf("beside the file there are %v, %v", left, err)
		}
	})
}

// Two dates in the file are never closer than the interval.
func TestTheWriterWaitsForItsInterval(t *testing.T) {
	each(t, services, func(t *testing.T, program string) {
		t.Parallel()
		const interval = 30 * time.Millisecond
		s := start(t, program, "--interval", interval.String())
		var seen []time.Time
		for late := time.Now().Add(patience); len(seen) < 5; {
			when, err := time.ParseInLocation("2006-01-02T15:04:05.000000", contents(t, s.file), time.Local)
			if err == nil && (len(seen) == 0 || !when.Equal(seen[len(seen)-1])) {
				seen = append(seen, when)
			}
			if time.Now().After(late) {
				t.Fatalf("it has written only at %v", seen)
			}
		}
		for i, when := range seen[1:] {
			if between := when.Sub(seen[i]); between < interval {
				t.Errorf("two updates within %v", between)
			}
		}
	})
}

// The file is emptied before it is written, so a reader may see nothing, but
// never a part of a date.
func TestAReaderSeesAWholeDateOrAnEmptyFile(t *testing.T) {
	each(t, fragile, func(t *testing.T, program string) {
		s := start(t, program, "--interval", "2ms")
		go func() {
			for range s.lines { // or a full log would hold the service up
			}
		}()
		var readers sync.WaitGroup
		for i := range 3 {
			readers.Go(func() {
				seen := map[string]bool{}
				late := time.Now().Add(patience)
				for reads := 0; reads < 300 || len(seen) < 100 && time.Now().Before(late); reads++ {
					if i > 0 {
						_, _, body := s.get(t)
						seen[body] = true
					} else if text, err := os.ReadFile(s.file); err != nil {
						t.Error(err)
					} else {
						seen[string(text)] = true
					}
				}
				for text := range seen {
					if text != "" && !dateTime.MatchString(text) {
						t.Errorf("reader %d has seen %q", i, text)
					}
				}
				if len(seen) < 100 {
					t.Errorf("reader %d has seen only %d rewrites", i, len(seen))
				}
			})
		}
		readers.Wait()
	})
}

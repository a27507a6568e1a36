package exchange

import (
	"bytes"
	"context"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// In a synctest bubble an hour of waiting takes no time, and the clock starts
// at midnight of 2000-01-01 UTC, without a fraction of a second.
func TestTheFileIsWrittenAnewAfterEachInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		file := writer{path: filepath.Join(t.TempDir(), "exchange.dat"), interval: 10 * time.Second}
		if err := file.write(); err != nil {
			t.Fatal(err)
		}
		go file.update(t.Context())

		time.Sleep(9999 * time.Millisecond)
		file.mustContain(t, start)
		time.Sleep(time.Millisecond)
		file.mustContain(t, start.Add(10*time.Second))

		if err := os.Rename(file.path, file.path+".old"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(9 * time.Second)
		if _, err := os.Stat(file.path); err == nil {
			t.Error("the lost file is back before the interval is over")
		}
		time.Sleep(time.Second)
		file.mustContain(t, start.Add(20*time.Second))
		old := writer{path: file.path + ".old"}
		old.mustContain(t, start.Add(10*time.Second))
		onlyFiles(t, filepath.Dir(file.path), "exchange.dat", "exchange.dat.old")
	})
}

func (w writer) mustContain(t *testing.T, when time.Time) {
	t.Helper()
	synctest.Wait()
	got, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	if want := when.Format("2006-01-02T15:04:05") + ".000000"; string(got) != want {
		t.Errorf("%s contains %q, want %q", w.path, got, want)
	}
}

func TestAFailedRewriteIsLoggedAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		log.SetOutput(&logged)
		defer log.SetOutput(os.Stderr)
		ctx, cancel := context.WithCancel(t.Context())
		folder := filepath.Join(t.TempDir(), "gone")
		file := writer{path: filepath.Join(folder, "exchange.dat"), interval: time.Second}
		go file.update(ctx)

		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := strings.Count(logged.String(), "cannot write the exchange file "+file.path+": "); got != 2 {
			t.Errorf("%d failures are logged, want 2:\n%s", got, logged.String())
		}
		if err := os.Mkdir(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		onlyFiles(t, folder, "exchange.dat")

		cancel()
		synctest.Wait() // the bubble would not end with the writer still in it
	})
}

func TestAFolderWithTheNameOfTheFileIsReported(t *testing.T) {
	folder := t.TempDir()
	file := writer{path: filepath.Join(folder, "exchange.dat")}
	if err := os.Mkdir(file.path, 0o777); err != nil {
		t.Fatal(err)
	}
	err := file.write()
	if want := "cannot write the exchange file " + file.path + ": a folder has its name"; err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
	onlyFiles(t, folder, "exchange.dat")
}

func onlyFiles(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the folder contains %q, want %q", got, want)
	}
}

// Soak plays demos, kills runners and closes their outputs, many times, and prints a table of what
// went wrong. It goes on where it left off. It needs Linux, and a project in which make prepare was
// run.
package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// row is a row of the table: something that is tried many times.
type row struct {
	name, what, wanted string
	full, short        int // how many tries
	atOnce             int
	busy               bool // both cores have something else to do
	once               func(*try)
}

var rows = []row{
	{"demos", "demos of weak and resilient, both cores saturated, four at once", "no wrong or missing verdict, nothing left", 2000, 40, 4, true, playDemo},
	{"intervals", "demos whose service writes its file every 100 µs to 20 ms", "no verdict without the fault", 1000, 40, 4, false, playHealing},
	{"kills", "signals at random moments to runs with Python, controls and background trees: KILL, TERM, INT, HUP, QUIT, STOP and CONT", "no process after 5 s, no unreadable journal, all that was finished is in it, no fault left on", 500, 42, 2, false, kill},
	{"demo-kills", "the same signals to demos of weak and resilient", "no process after 5 s, no unreadable journal, no record left, the next demo is right", 200, 18, 2, false, killDemo},
	{"outputs", "pipes and terminals closed, readers asleep, Ctrl-S, at random moments", "no fault left on, no hang", 200, 16, 2, false, loseOutput},
	{"journals", "six runners at once with one journal", "no unreadable journal", 50, 4, 1, false, shareJournal},
	{"records", "forged, reused and foreign records of processes, and stop", "nobody else is touched", 50, 6, 1, false, forge},
	{"services", "a service at full load, its file moved away and back 20 times a second", "only the documented statuses, memory and files flat", 2, 2, 1, false, load},
	{"checks", "a run with a check of its hypothesis every 10 ms", "memory flat but for the journal", 1, 1, 1, false, checkOften},
	{"live", "the live page for a minute, its buttons pressed as often as in a lesson of a quarter of an hour, pages opened and closed, killed in between and begun again", "nothing left, memory flat", 2, 1, 1, false, watchLive},
}

// result is what is known of a row so far.
type result struct {
	Tries    int
	Seconds  float64
	Failures []string
}

func main() {
	short := flag.Bool("short", false, "play the small cut, in about two minutes")
	again := flag.Bool("again", false, "begin again")
	only := flag.String("rows", "", "play only these `ROWS`, with commas between them")
	flag.Parse()
	root, err := filepath.Abs(flag.Arg(0))
	if err == nil {
		err = soak(root, *short, *again, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func soak(root string, short, again bool, only string) error {
	chosen := rows
	if only != "" {
		chosen = nil
		for _, name := range strings.Split(only, ",") {
			i := slices.IndexFunc(rows, func(r row) bool { return r.name == name })
			if i < 0 {
				return fmt.Errorf("there is no row %q; the rows are %s", name, names())
			}
			chosen = append(chosen, rows[i])
		}
	}
	work := filepath.Join(root, ".workshop", "soak")
	if again {
		os.RemoveAll(work)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	k, err := newKit(root, work)
	if err != nil {
		return err
	}
	known, err := k.soFar(filepath.Join(work, map[bool]string{true: "short.json", false: "full.json"}[short]))
	if err != nil {
		return err
	}
	failed := 0
	for _, r := range chosen {
		if known.Rows[r.name] == nil {
			known.Rows[r.name] = &result{}
		}
		if n := known.Rows[r.name].Tries; n > 0 {
			fmt.Fprintf(os.Stderr, "%s: %d tries are from an earlier call, with the same programs; SOAK_FLAGS=-again begins again\n", r.name, n)
		}
		stopped := r.play(k, known, short, stop)
		failed += len(known.Rows[r.name].Failures)
		if err := known.save(); err != nil {
			return err
		}
		if stopped {
			return fmt.Errorf("stopped; the same command goes on where it left off")
		}
	}
	fmt.Print("| what | wanted | tries | failures | seconds |\n|---|---|---|---|---|\n")
	for _, r := range chosen {
		found := known.Rows[r.name]
		fmt.Printf("| %s | %s | %d | %d | %.0f |\n", r.what, r.wanted, found.Tries, len(found.Failures), found.Seconds)
	}
	if failed > 0 {
		return fmt.Errorf("failures: %d; they are in %s, with their folders beside it", failed, known.path)
	}
	return nil
}

func names() string {
	var all []string
	for _, r := range rows {
		all = append(all, r.name)
	}
	return strings.Join(all, ", ")
}

// soFar is what is known of the runner that is tried, from this call and those before it.
type soFar struct {
	path  string
	Tried string // the SHA-256 of the runner and of all that its demos are made of
	Rows  map[string]*result
}

func (k *kit) soFar(path string) (*soFar, error) {
	sum, err := k.sum()
	if err != nil {
		return nil, err
	}
	begun := &soFar{path: path, Tried: sum, Rows: map[string]*result{}}
	text, err := os.ReadFile(path)
	if err != nil {
		return begun, nil
	}
	known := &soFar{path: path}
	if err := json.Unmarshal(text, known); err != nil {
		return nil, fmt.Errorf("%s: %w; begin again with -again", path, err)
	}
	if known.Tried != sum {
		fmt.Fprintln(os.Stderr, "what is known is of other programs: it begins again")
		return begun, nil
	}
	return known, nil
}

// isOfRun finds what services and runs write among the sources.
var isOfRun = regexp.MustCompile(`^exchange\.dat|^journal\.json|^[.]`)

func (k *kit) sum() (string, error) {
	sum := sha256.New()
	add := func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || isOfRun.MatchString(entry.Name()) {
			return err
		}
		text, err := os.ReadFile(path)
		sum.Write(text)
		return err
	}
	var err error
	for _, place := range []string{k.runner, filepath.Join(k.root, "chapter5"), filepath.Join(k.root, "targets")} {
		err = cmp.Or(err, filepath.WalkDir(place, add))
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}

func (s *soFar) save() error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(s.path, text, 0o644)
}

// play does what is left of a row, and tells whether somebody stopped it.
func (r row) play(k *kit, state *soFar, short bool, stop <-chan os.Signal) (stopped bool) {
	known, all := state.Rows[r.name], r.full
	if short {
		all = r.short
	}
	if r.busy {
		defer keepBusy()()
	}
	start, told := time.Now(), time.Now()
	ended := make(chan *try)
	free := r.atOnce
	for next := known.Tries; next < all && !stopped || free < r.atOnce; {
		if free > 0 && next < all && !stopped {
			go func(t *try) { ended <- t.played() }(k.try(r, next, short))
			next, free = next+1, free-1
			continue
		}
		select {
		case t := <-ended:
			free++
			known.Tries++
			known.Failures = append(known.Failures, t.failures...)
			for _, failure := range t.failures {
				fmt.Fprintln(os.Stderr, failure)
			}
		case <-stop:
			stopped = true
		}
		if time.Since(told) > 5*time.Second {
			told = time.Now()
			state.save() // should soak be killed; at the end of the row its error counts
			fmt.Fprintf(os.Stderr, "%-10s %d of %d, failures: %d\n", r.name, known.Tries, all, len(known.Failures))
		}
	}
	known.Seconds += time.Since(start).Seconds()
	return stopped
}

// keepBusy keeps both cores busy until the function is called that it returns.
func keepBusy() (enough func()) {
	over := make(chan struct{})
	for range 2 {
		go func() {
			for n := 0; ; n++ {
				if n%1e6 == 0 {
					select {
					case <-over:
						return
					default:
					}
				}
			}
		}()
	}
	return func() { close(over) }
}

//go:build unix

// Package bench measures the kit's programs, each beside a yardstick that does
// the same work: a bare loop in Go, or the Chaos Toolkit. Both are measured as
// whole processes and in turns, so that a machine that is busy for a while is
// busy for both. One iteration of a benchmark is one pair, or a fixed number of
// pairs where they are short. "make bench" prints the medians as a table.
package bench

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// root is the project's folder, as the tests of this package see it.
const root = "../../.."

var chaosFlag = flag.String("chaos", ".workshop/toolkit/bin/chaos", "the Chaos Toolkit's `PROGRAM`, seen from the project's folder")

// TestMain runs the benchmarks and prints their table. The same binary is also
// the yardstick, when a benchmark starts it again as such.
func TestMain(m *testing.M) {
	if os.Getenv(yardstickVariable) != "" {
		if err := yardstick(os.Args[1], os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	printTable()
	os.Exit(code)
}

// programs are built when the first benchmark needs one, and for all of them.
var programs struct {
	once   sync.Once
	folder string
	err    error
}

// program builds the project's programs once, as the Makefile does, and returns the
// path of one. The bare loop is built as Go builds by default.
func program(b *testing.B, name string) string {
	b.Helper()
	programs.once.Do(func() {
		programs.folder, programs.err = filepath.Abs(filepath.Join(root, ".workshop", "bench"))
		for _, source := range []string{"runner", "chapter5/service", "chapter5/resilient-service"} {
			module, path, _ := strings.Cut(source, "/")
			build := exec.Command("go", "build", "-buildvcs=false", "-o", programs.folder+"/", "./"+path)
			build.Dir, build.Env, build.Stderr = filepath.Join(root, module), append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
			programs.err = cmp.Or(programs.err, build.Run())
		}
	})
	if programs.err != nil {
		b.Fatal("the programs cannot be built: ", programs.err)
	}
	return filepath.Join(programs.folder, name)
}

// command is a whole process that is measured.
type command struct {
	args []string // the program's path first
	env  []string // beside our own
	dir  string
	// prepare, where there is one, runs before the process, and done looks
	// afterwards whether it did its work. Neither is measured.
	prepare, done func() error
}

// sample is what one process cost: its time in seconds, and the peak of its
// memory in the system's unit.
type sample struct{ seconds, memory float64 }

// measure runs the process. One that fails, or has not done its work, has no
// cost, and ends the benchmark.
func (c command) measure(b *testing.B) sample {
	b.Helper()
	if c.prepare != nil {
		if err := c.prepare(); err != nil {
			b.Fatal(err)
		}
	}
	output, err := os.Create(filepath.Join(c.dir, "output.txt"))
	if err != nil {
		b.Fatal(err)
	}
	defer output.Close()
	cmd := exec.CommandContext(b.Context(), c.args[0], c.args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.dir, append(os.Environ(), c.env...), output, output
	start := time.Now()
	err = cmd.Run()
	taken := time.Since(start)
	if err == nil && c.done != nil {
		err = c.done()
	}
	if err != nil {
		text, _ := os.ReadFile(output.Name()) // without it, the error alone is shown
		b.Fatalf("%s: %v\n%s", strings.Join(c.args, " "), err, text[max(0, len(text)-2000):])
	}
	return sample{taken.Seconds(), float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)}
}

// pair is what both processes cost when they ran one after the other.
type pair struct{ ours, theirs sample }

// inTurns measures both, each time so many pairs. The first pair warms up and does not
// count.
func inTurns(b *testing.B, each int, ours, theirs command) (all []pair) {
	b.Helper()
	ours.measure(b)
	theirs.measure(b)
	for b.Loop() {
		for range each {
			all = append(all, pair{ours.measure(b), theirs.measure(b)})
		}
	}
	return all
}

func times(pairs []pair) (ratios []float64) {
	for _, p := range pairs {
		ratios = append(ratios, p.ours.seconds/p.theirs.seconds)
	}
	return ratios
}

// peaks compares the peaks of memory. A process's peak is never below that of
// the process that started it, so that a small one could not be seen: one that does
// nothing shows how much that is.
func peaks(b *testing.B, pairs []pair) (ratios []float64) {
	floor := command{args: []string{"true"}, dir: b.TempDir()}.measure(b).memory
	for _, p := range pairs {
		if min(p.ours.memory, p.theirs.memory) <= floor {
			b.Fatal("the benchmark itself needs more memory than what it measures")
		}
		ratios = append(ratios, p.ours.memory/p.theirs.memory)
	}
	return ratios
}

// chaos is the toolkit's command. Where it is not installed, the benchmark's
// rows say so and are left out.
func chaos(b *testing.B, rows ...string) []string {
	b.Helper()
	path := *chaosFlag
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	path, err := filepath.Abs(path)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		leaveOut(b, "there is no Chaos Toolkit at "+*chaosFlag+"; make conformance installs it", rows...)
	}
	return []string{path, "--no-version-check", "--no-log-file"}
}

// leaveOut skips the benchmark, and lets the table say why.
func leaveOut(b *testing.B, why string, rows ...string) {
	b.Helper()
	for _, what := range rows {
		table = append(table, fmt.Sprintf("%-*s  left out: %s", widest, what, why))
	}
	b.Skip(why)
}

// table has the line of each row, and widest is as long as the longest name.
var table []string

const widest = len("requests a second to the service, against one in Python")

// wanted is what a median may be at most, or has to be at least; 0 is no limit.
type wanted struct{ most, least float64 }

// report gives the median of the ratios to the benchmark and to the table.
func report(b *testing.B, what, unit string, w wanted, ratios []float64) {
	slices.Sort(ratios)
	n := len(ratios)
	median := (ratios[(n-1)/2] + ratios[n/2]) / 2
	b.ReportMetric(median, unit)
	b.ReportMetric(0, "ns/op") // not shown: it is the time of both

	limit, mark := fmt.Sprint("at most ", w.most), "ok"
	if w.least > 0 {
		limit = fmt.Sprint("at least ", w.least)
	}
	if w.most > 0 && median > w.most || median < w.least {
		mark = "missed"
	}
	table = append(table, line(what, fmt.Sprintf("%.3f", median), fmt.Sprintf("%.3f .. %.3f", ratios[0], ratios[n-1]), fmt.Sprint(n), limit, mark))
}

func line(what, measured, spread, pairs, limit, mark string) string {
	return fmt.Sprintf("%-*s  %8s  %-16s  %5s  %-12s  %s", widest, what, measured, spread, pairs, limit, mark)
}

func printTable() {
	if len(table) == 0 {
		return
	}
	fmt.Printf("\n%s\n", strings.TrimSpace(line("what", "measured", "min .. max", "pairs", "wanted", "")))
	for _, line := range table {
		fmt.Println(line)
	}
}

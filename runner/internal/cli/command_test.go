package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The schema is all that is on standard output, so that a file can be made of it.
func TestSchemaCommand(t *testing.T) {
	for _, test := range []struct {
		args     string
		code     int
		out, err string
	}{
		{"schema", 0, "experiment.schema.json", ""},
		{"schema experiment", 0, "experiment.schema.json", ""},
		{"schema target", 0, "target.schema.json", ""},
		{"schema report", 0, "A report of runs", ""},
		{"schema tarhet", 2, "", `there is no schema for 'tarhet'; did you mean 'target'?`},
		{"schema journal", 2, "", "choose one of: experiment, target, report"},
		{"schema a b", 2, "", "schema needs one of experiment, target, report, and got 2 arguments"},
	} {
		code, out, errors := runWith(t, strings.Fields(test.args)...)
		if code != test.code || !strings.Contains(out, test.out) || !strings.Contains(errors, test.err) {
			t.Errorf("%s: exit code %d\n%.300s%s", test.args, code, out, errors)
		}
		if code == 0 && (!json.Valid([]byte(out)) || errors != "") {
			t.Errorf("%s: this is no JSON alone:\n%s%s", test.args, out, errors)
		}
	}
}

// What is wrong with a command line is one line, and exit code 2.
func TestUsage(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"rum", `there is no command 'rum'; did you mean 'run'?`},
		{"help rum", `there is no command 'rum'; did you mean 'run'?`},
		{"man run", "man takes no arguments; it prints one page about all commands"},
		{"version 1", "version takes no arguments; it says what this runner was built from"},
		{"start", "start needs the name of a target, and got 0 arguments; see 'runner start --help'"},
		{"help run extra", "help takes one command; see 'runner help run'"},
		{"--verbose rum", `there is no command 'rum'; did you mean 'run'?`},
		{"x", `there is no command 'x'; choose one of: demo, targets, diff, start, experiment, init, run, recover, validate, report, live, schema, stop, reset, doctor, rehearse, completion, man, version, exercise, watch, hint, solution, exercises, help`},
		{"run --jurnal-path x e.json", "unknown flag: --jurnal-path; did you mean '--journal-path'?"},
		{"--journal x run e.json", "unknown flag: --journal; did you mean '--journal-path'?"},
		{"run --log_file x e.json", "unknown flag: --log_file; did you mean '--log-file'?"},
		{"--verbos run e.json", "unknown flag: --verbos; did you mean '--verbose'?"},
		{"--dry probs run e.json", `--dry cannot be 'probs'; did you mean 'probes'?`},
		{"--dri probes run e.json", "unknown flag: --dri; did you mean '--dry'?"},
		{"--dry", "flag needs an argument: --dry; see 'runner --help'"},
		{"--dry probes validate e.json", "unknown flag: --dry; it belongs to 'runner run'"},
		{"--dry probes rum e.json", `there is no command 'rum'; did you mean 'run'?`},
		{"rum --dry probes e.json", `there is no command 'rum'; did you mean 'run'?`},
		{"run --port 1 e.json", "unknown flag: --port; it belongs to 'runner demo'"},
		{"run -x e.json", "there is no flag -x; see 'runner run --help'"},
		{"demo —port 9090 weak", "'—port' begins with a dash, and not with two hyphens; write '--port'"},
		{"demo –-port 9090 weak", "'–-port' begins with a dash, and not with two hyphens; write '--port'"},
		{"-V", "there is no flag -V; flags have whole names: --var, --var-file, --verbose, --version"},
		{"list", "there is no command 'list'; did you mean 'targets'?"},
		{"help rnu", "there is no command 'rnu'; did you mean 'run'?"},
		{"run e.json --var", "flag needs an argument: --var; see 'runner run --help'"},
		{"run", "run needs the file of an experiment, and got 0 arguments; see 'runner run --help'"},
		{"run --rollback-strategy evr e.json", `--rollback-strategy cannot be 'evr'; choose one of: default, always, never, deviated`},
		{"run --rollback-strategy alway e.json", `--rollback-strategy cannot be 'alway'; did you mean 'always'?`},
		{"run --hypothesis-strategy skip e.json", `--hypothesis-strategy cannot be 'skip'; choose one of: default, before-method-only, after-method-only, during-method-only, continuously`},
		{"run --hypothesis-frequency NaN e.json", `--hypothesis-frequency cannot be 'NaN'; give a number of seconds above 0, as in 0.5`},
		{"run --hypothesis-frequency +Inf e.json", `--hypothesis-frequency cannot be '+Inf'; give a number of seconds above 0, as in 0.5`},
		{"run --hypothesis-frequency 1e999 e.json", `--hypothesis-frequency cannot be '1e999'; give a number of seconds above 0, as in 0.5`},
		{"run --hypothesis-frequency 0 e.json", `--hypothesis-frequency cannot be '0'; give a number of seconds above 0, as in 0.5`},
		{"run --fail-fast-ratio nan e.json", `--fail-fast-ratio cannot be 'nan'; give a number from 0 to 100`},
		{"run --fail-fast-ratio 100.5 e.json", `--fail-fast-ratio cannot be '100.5'; give a number from 0 to 100`},
		{"run --hypothesis-frequency 0x1p4 e.json", `--hypothesis-frequency cannot be '0x1p4'; give a number of seconds above 0, as in 0.5`},
		{"run --hypothesis-frequency 1_000 e.json", `--hypothesis-frequency cannot be '1_000'; give a number of seconds above 0, as in 0.5`},
		{"run --fail-fast-ratio 0X1P1 e.json", `--fail-fast-ratio cannot be '0X1P1'; give a number from 0 to 100`},
		{"run --fail-fast-ratio=-1 e.json", `--fail-fast-ratio cannot be '-1'; give a number from 0 to 100`},
		{"run --fail-fast=maybe e.json", `--fail-fast cannot be 'maybe'; see 'runner run --help'`},
		{"run --var k:float=NaN e.json", "--var k:float: NaN and infinite numbers are not supported; "},
		{"run --var k:json=1e999 e.json", "--var k:json: NaN and infinite numbers are not supported; "},
		{"demo --port -1 weak", `--port cannot be '-1'; give a number from 1 to 65535, or 0 for any port that is free`},
		{"demo --port +80 weak", `--port cannot be '+80'; give a number from 1 to 65535`},
		{"demo --port 70000 weak", `--port cannot be '70000'; give a number from 1 to 65535`},
		{"completion bsh", `there is no completion for 'bsh'; did you mean 'bash'?`},
		{"completion", "completion needs one of bash, fish, powershell, zsh, and got 0 arguments; see 'runner completion --help'"},
		{"run --control-file nope.json e.json", "the file of --control-file cannot be read: nope.json: does not exist; check the name"},
		{"run --var-file nope.json e.json", "the file of --var-file cannot be read: nope.json: does not exist; check the name"},
		{"validate --var-file nope.env e.json", "the file of --var-file cannot be read: nope.env: does not exist; check the name"},
		{"recover --max-time x j.json", "--max-time cannot be 'x'; give a number of seconds above 0"},
		{"--log-file no/such/log validate e.json", "the file of --log-file cannot be opened: open "},
	} {
		code, out, errors := runWith(t, strings.Fields(test.args)...)
		if code != 2 || out != "" || !strings.HasPrefix(errors, "runner: "+test.want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s: exit code %d\n got %s%swant %s", test.args, code, out, errors, test.want)
		}
	}
}

// every calls back for each flag of each command; global flags once.
func every(f func(c *cobra.Command, flag *pflag.Flag)) {
	root := newSession(World{Environment: environment(""), Stdout: os.Stdin, Stderr: os.Stdin}).rootCommand()
	root.PersistentFlags().VisitAll(func(flag *pflag.Flag) { f(root, flag) })
	for _, c := range root.Commands() {
		c.LocalNonPersistentFlags().VisitAll(func(flag *pflag.Flag) { f(c, flag) })
	}
}

// Every flag of every command may stand before the command too, and means the same.
func TestFlagsBeforeTheCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	checked := 0
	every(func(c *cobra.Command, flag *pflag.Flag) {
		command := strings.Fields(c.Use)[0]
		if command == "runner" || flag.Hidden {
			command = "validate"
		}
		given := []string{"--" + flag.Name}
		if flag.NoOptDefVal == "" {
			given = append(given, "no such value")
		}
		code, out, errors := runWith(t, append([]string{command}, given...)...)
		os.Remove("mine.yaml") // of init --no-input
		code2, out2, errors2 := runWith(t, append(given, command)...)
		if command == "doctor" { // what it finds may change in between, such as a port that is taken
			code, out, code2, out2 = 0, "", 0, ""
		}
		when := regexp.MustCompile(`(?m)^\[\S+ \S+ `) // of an entry of the log
		errors, errors2 = when.ReplaceAllString(errors, ""), when.ReplaceAllString(errors2, "")
		if checked++; code != code2 || out != out2 || errors != errors2 || strings.Contains(errors2, "unknown") {
			t.Errorf("%s %s:\n%d %s%s\n%d %s%s", command, given, code, out, errors, code2, out2, errors2)
		}
	})
	if checked < 20 {
		t.Errorf("only %d flags", checked)
	}
	for _, args := range []string{"run e.json --var k:int=x --dry actions", "--var k:int=x run --dry actions e.json", "--dry actions --var=k:int=x run e.json", "--dry=actions run --var k:int=x e.json"} {
		if _, _, errors := runWith(t, strings.Fields(args)...); !strings.HasPrefix(errors, "runner: --var k:int: ") {
			t.Errorf("%s: %s", args, errors)
		}
	}
}

// An empty value is no value, whichever flag takes one.
func TestEmptyValues(t *testing.T) {
	checked := 0
	every(func(c *cobra.Command, flag *pflag.Flag) {
		if flag.NoOptDefVal != "" {
			return // it takes none
		}
		checked++
		command := strings.Fields(c.Use)[0]
		if command == "runner" {
			command = "validate"
		}
		code, _, errors := runWith(t, command, "--"+flag.Name+"=", "e.json")
		if want := "runner: --" + flag.Name + " cannot be empty; "; code != 2 || !strings.HasPrefix(errors, want) {
			t.Errorf("%s --%s=: exit code %d, %s", command, flag.Name, code, errors)
		}
	})
	if checked < 20 {
		t.Errorf("only %d flags take a value", checked)
	}
}

// wide finds a line of a help text that is wider than 80 columns. Examples are
// commands, which are not broken.
func wide(t *testing.T, help string) {
	t.Helper()
	for line := range strings.Lines(help) {
		if len(line) > 81 && !strings.HasPrefix(line, "  runner ") {
			t.Errorf("a line is wider than 80 columns: %s", line)
		}
	}
}

// Each command can be looked up in three ways, and shows how it is used.
func TestHelp(t *testing.T) {
	_, all, _ := runWith(t, "--help")
	if _, same, _ := runWith(t, "help"); same != all || !strings.Contains(all, "--no-version-check") {
		t.Errorf("help:\n%s", same)
	}
	wide(t, all)
	for _, command := range []string{"demo", "run", "validate", "schema", "stop", "completion", "man"} {
		code, out, errors := runWith(t, command, "--help")
		for _, args := range [][]string{{"--help", command}, {"help", command}, {command, "-h"}} {
			if _, same, _ := runWith(t, args...); same != out {
				t.Errorf("%q says\n%s", args, same)
			}
		}
		if code != 0 || errors != "" || !strings.HasPrefix(out, "Usage: runner "+command) || !strings.Contains(out, "\nExamples:\n  runner ") {
			t.Errorf("%s --help: exit code %d\n%s%s", command, code, out, errors)
		}
		if strings.Contains(out, "true|false") {
			t.Errorf("%s: a switch is shown with values:\n%s", command, out)
		}
		wide(t, out)
		if !strings.Contains(all, "\n  "+command+" ") {
			t.Errorf("the overview leaves out %s", command)
		}
	}
}

// The manual page has every command and every flag, and no line of it is taken for
// a request to the formatter.
func TestMan(t *testing.T) {
	code, out, errors := runWith(t, "man")
	if code != 0 || errors != "" || !strings.HasPrefix(out, ".TH RUNNER 1 ") {
		t.Errorf("exit code %d, %.200s%s", code, out, errors)
	}
	every(func(c *cobra.Command, flag *pflag.Flag) {
		if !strings.Contains(out, strings.ReplaceAll("--"+flag.Name, "-", `\-`)) {
			t.Errorf("--%s of %s is left out", flag.Name, c.Name())
		}
	})
	for line := range strings.Lines(out) {
		if request, _, _ := strings.Cut(strings.TrimSpace(line), " "); (line[0] == '.' || line[0] == '\'') && !strings.Contains(".TH .SH .nf .fi", request) {
			t.Errorf("%q is a request", line)
		}
	}
}

// TestHiddenHelp: a command that nobody has to know has help too.
func TestHiddenHelp(t *testing.T) {
	for _, command := range []string{"left", watchdogCommand} {
		args := []string{"help", command}
		if code, out, errors := runWith(t, args...); code != 0 || errors != "" || !strings.HasPrefix(out, "Usage: runner "+command+" ") {
			t.Errorf("%q: exit code %d\n%.200s%s", args, code, out, errors)
		}
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, out, errors := runWith(t, "completion", shell); code != 0 || errors != "" || !strings.Contains(out, "__complete") {
			t.Errorf("%s: exit code %d\n%.200s%s", shell, code, out, errors)
		}
	}
	for args, want := range map[string]string{
		"va":                        "validate",
		"schema t":                  "target",
		"completion f":              "fish",
		"run --rollback-strategy d": "default always never deviated", // the shell chooses
		"--log-format j":            "string json",
		"run --journal-":            "--journal-path",
		"demo --root ../../.. w":    "resilient resilient-python weak weak-python",
	} {
		_, out, _ := runWith(t, append([]string{"__complete"}, strings.Fields(args)...)...)
		if strings.Contains(out, "`") {
			t.Errorf("%s: backquotes in %s", args, out)
		}
		var got []string
		for line := range strings.Lines(out) {
			if word, _, _ := strings.Cut(strings.TrimSpace(line), "\t"); !strings.HasPrefix(word, ":") {
				got = append(got, word)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", args, got, want)
		}
	}
}

// runWith runs the program, and returns its exit code and what it wrote.
func runWith(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	stdout, stderr := file(t, "out"), file(t, "err")
	code = Run(World{Args: args, Stdout: stdout, Stderr: stderr, Environment: environment("")})
	return code, content(t, stdout), content(t, stderr)
}

func file(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func content(t *testing.T, f *os.File) string {
	t.Helper()
	text, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestNearbyOfAFolderThatIsGone: no way leads out of a folder that is not there any more.
func TestNearbyOfAFolderThatIsGone(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	for here, want := range map[string]string{"gone": file, ".": "file"} {
		s := testSession("")
		s.here = filepath.Join(folder, here)
		if got := s.nearby(file); got != want {
			t.Errorf("from %s: %s", here, got)
		}
	}
}

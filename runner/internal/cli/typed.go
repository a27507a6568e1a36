package cli

import (
	"cmp"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"chaosworkshop.example/runner/internal/target"
)

// commandForm finds a command in our neutral words: alone, or before a comma.
const commandForm = `(?:experiment|exercise|hint|solution|prepare|stop|doctor|(?:diff|reset)(?: weak-python)?|demo(?: [\w./-]+)+|start (?:weak|resilient)(?:-python)?)(?: OTHER)?`

// sentence writes each command in a text as the user would type it: one between braces,
// and one with which the text begins, if it ends there or at a comma.
func (s *session) sentence(text string) string {
	used, _ := strconv.Atoi(s.port())
	if used < usualPort || used == 65535 {
		used = usualPort
	}
	free := strconv.Itoa(used + 1) // every account may use it
	if s.freePort != nil && startsElsewhere.MatchString(text) {
		free = s.freePort(free)
	}
	text = regexp.MustCompile(`^(`+commandForm+`)(,|$)`).ReplaceAllString(text, "{$1}$2")
	return regexp.MustCompile(`\{`+commandForm+`\}`).ReplaceAllStringFunc(text, func(written string) string {
		words, other := strings.CutSuffix(strings.Trim(written, "{}"), " OTHER")
		port := s.port()
		if other {
			port = free
		}
		return s.commandAt(port, strings.Fields(words)...)
	})
}

// startsElsewhere finds a service that is to be started on another port, which must be free.
var startsElsewhere = regexp.MustCompile(`\{start [\w-]+ OTHER\}`)

// freeFrom is this port or a higher one that is free, as far as one is found.
func freeFrom(port string) string {
	number, _ := strconv.Atoi(port)
	free, release, err := target.Reserve(number, false)
	if err != nil {
		return port
	}
	release()
	return strconv.Itoa(free)
}

// command is a command of the workshop as the user would type it, who came by make or
// called the runner: the words "demo", "weak" are "make demo-weak" or "runner demo weak".
// It has the port, if one was chosen.
func (s *session) command(words ...string) string { return s.commandAt(s.port(), words...) }

func (s *session) commandAt(port string, words ...string) string {
	written := strings.Join(words, " ")
	words = withoutLanguage(written)
	hasTarget := words[0] != "validate" && words[0] != "report" && (words[0] != "demo" || len(words) == 1 || len(words) == 2 && (words[1] == "weak" || words[1] == "resilient"))
	if !slices.Contains([]string{"demo", "start", "experiment"}, words[0]) && (words[0] != "doctor" || s.options.port == 0) {
		port = ""
	}
	line, exercise, inPython := s.byRunner(port, written, words), " --exercise ", " --in python"
	if s.made() && hasTarget {
		line, exercise, inPython = s.byMake(port, written, words), " EXERCISE=", " IN=python"
	}
	if s.options.exercise != 0 && slices.Contains([]string{"exercise", "hint", "solution", "reset"}, words[0]) {
		line += exercise + strconv.Itoa(s.options.exercise)
	}
	if s.language() == "python" && slices.Contains([]string{"exercise", "hint", "solution", "doctor", "rehearse"}, words[0]) {
		line += inPython
	}
	if s.options.places && words[0] == "doctor" {
		line += map[bool]string{false: " --places", true: " PLACES=1"}[s.made()]
	}
	return line
}

// byMake is a command in make's form.
func (s *session) byMake(port, command string, words []string) (line string) {
	if journal, found := strings.CutPrefix(command, "recover "); found {
		return "make recover FILE=" + journal
	}
	target := strings.Replace(strings.Join(words, "-"), "solution-force", "solution FORCE=1", 1)
	if line = "make " + target; strings.Contains(command, inPython) || command == "experiment" && s.chosenLanguage() == "python" {
		line += " IN=python"
	}
	if s.takesFile(words[0]) && s.experiment != "experiment.json" {
		line += " FILE=" + asWord(s.experiment)
	}
	if port != "" {
		line += " PORT=" + port
	}
	if words[0] == "demo" && s.options.step {
		line += " STEP=1"
	}
	return line
}

// byRunner is a command without make.
func (s *session) byRunner(port, line string, words []string) string {
	program := s.program()
	if slices.Contains([]string{"recover", "report"}, words[0]) { // their files are named from where the user stands
		program = s.called()
	}
	switch {
	case words[0] == "experiment" && s.runs:
		if line = program + " run "; port != "" { // in no shell's own words
			line += "--var port=" + port + " "
		}
		return line + asWord(s.experiment)
	case words[0] == "prepare" && s.starter() != "": // the runner is not built there
		line = "go build ./chapter5/..."
	case words[0] == "prepare":
		line = "go build -buildvcs=false ./runner ./chapter5/..."
	case words[0] == "demo" && s.playedBy() != "":
		return s.playedBy()
	default:
		if line = program + " " + strings.Replace(line, "solution force", "solution --force", 1); s.takesFile(words[0]) && s.experiment != "experiment.json" {
			line += " " + asWord(s.experiment)
		}
		if words[0] == "demo" && s.options.step {
			line += " --step"
		}
	}
	if port != "" {
		line += " --port " + port
	}
	return line
}

func (s *session) takesFile(command string) bool {
	return s.experiment != "" && slices.Contains([]string{"init", "validate", "experiment"}, command)
}

// made tells whether the user came by make, which says so.
func (s *session) made() bool {
	set, _ := s.world.Environment("CHAOSWORKSHOP_MAKE")
	return set != ""
}

// program is the runner as the user would type it, with the folder that all paths begin in.
func (s *session) program() string {
	if s.options.changeDir != "" {
		return s.called() + " --change-dir " + asWord(s.options.changeDir)
	}
	return s.called()
}

func (s *session) called() string {
	if starter := s.starter(); starter != "" {
		return starter
	}
	program := cmp.Or(s.world.Program, "runner")
	if found, _ := exec.LookPath("runner"); found == program || strings.Contains(program, "go-build") { // go run: nobody can type this
		program = "runner"
	}
	return asWord(program)
}

// playedBy is the command of a script that plays demos, as the user would type it; empty without one.
func (s *session) playedBy() string {
	command, _ := s.world.Environment("CHAOSWORKSHOP_DEMO")
	return command
}

// starter is the script that has started the runner, as the user would type it; empty without one.
func (s *session) starter() string {
	path, _ := s.world.Environment("CHAOSWORKSHOP_CALLED")
	if name, isBatch := strings.CutSuffix(s.nearby(path), ".cmd"); isBatch { // which knows its whole path, and not what was typed
		if path = name; filepath.Base(name) == name {
			path = "." + string(filepath.Separator) + name
		}
	}
	return asWord(path)
}

// asWord is a path as one word of a command, and no flag.
func asWord(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	switch {
	case !utf8.ValidString(path): // no terminal shows it
		return `"$(printf '` + typedBytes(path) + `')"`
	case strings.ContainsAny(path, "$`\"\\!") && runtime.GOOS != "windows":
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	case strings.ContainsAny(path, " \t\n'&|;<>()*?[]{}#~^"):
		return `"` + path + `"`
	}
	return path
}

// typedBytes is a text as printf prints it, between single quotes.
func typedBytes(text string) string {
	var typed strings.Builder
	for i := range len(text) {
		if c := text[i]; c > ' ' && c < 0x7f && c != '\'' && c != '\\' && c != '%' {
			typed.WriteByte(c)
		} else {
			fmt.Fprintf(&typed, `\%03o`, c)
		}
	}
	return typed.String()
}

// port is the port that the user chose; empty for the usual one.
func (s *session) port() string {
	port, _ := s.world.Environment("EXCHANGE_PORT")
	if s.options.port != 0 {
		port = strconv.Itoa(s.options.port)
	}
	for _, v := range s.options.run.variables {
		if name, text, _ := strings.Cut(v, "="); strings.Split(name, ":")[0] == "port" {
			port = text
		}
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == usualPort {
		return ""
	}
	return port
}

// nearby is a path as the user would write it, from the folder in which they stand.
func (s *session) nearby(path string) string { return shortFrom(s.here, path) }

// typed is a path as a word of a command; make is typed in the project's folder.
func (s *session) typed(path string) string {
	if root, err := s.root(); err == nil && s.made() {
		return asWord(shortFrom(root, path))
	}
	return asWord(s.nearby(path))
}

func shortFrom(folder, path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	short, err := filepath.Rel(folder, whole)
	if err != nil || len(short) >= len(whole) || !isThere(folder) { // from a folder that is gone, no way leads anywhere
		return whole
	}
	return short
}

// inPython ends the names of the lesson's targets in Python. make has the argument IN for it.
const inPython = "-python"

// chosenLanguage is the one that the user named, with --in or to make with IN; empty for none.
func (s *session) chosenLanguage() string {
	chosen, _ := s.world.Environment("CHAOSWORKSHOP_IN")
	return cmp.Or(s.options.in, chosen)
}

// languageFlag is the flag that chooses a language without make.
func (s *session) languageFlag(c *cobra.Command) {
	word(c, c.Flags(), &s.options.in, "in", "the `LANGUAGE` of the services: go or python (default: go)", []string{"go", "python"})
}

// language is the learner's: of the exercises, of what is rehearsed and of what the doctor looks at.
func (s *session) language() string {
	if s.chosenLanguage() == "python" {
		return "python"
	}
	return "go"
}

// withoutLanguage are the words of a command of make: make names the language in an argument
// of its own, both demos by one word, and the lesson not at all.
func withoutLanguage(command string) []string {
	words := strings.Fields(strings.ReplaceAll(command, inPython, ""))
	if strings.Join(words, " ") == "demo weak resilient" || words[0] == "diff" || words[0] == "reset" {
		return words[:1]
	}
	return words
}

// serviceName is how a sentence names the service of a target: in Python it has the same name.
func serviceName(target string) string { return strings.TrimSuffix(target, inPython) + " service" }

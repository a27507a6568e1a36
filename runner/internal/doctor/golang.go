package doctor

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/original"
	"chaosworkshop.example/runner/internal/process"
)

// command runs Go in the project's folder, in the kit's environment with some more variables.
// Where it fails, why is not empty: Go's own words.
func (m *Machine) command(ctx context.Context, more []string, args ...string) (out []byte, why string) {
	program, err := exec.LookPath("go")
	if err != nil {
		return nil, err.Error()
	}
	offline := append([]string{"GOPROXY=off"}, more...) // the network would take long where there is none
	return m.output(ctx, offline, append([]string{program}, args...)...)
}

// output runs a program as command runs Go.
func (m *Machine) output(ctx context.Context, more []string, args ...string) (out []byte, why string) {
	var stdout, stderr bytes.Buffer
	exit, err := m.Processes.Run(ctx, process.Command{
		Args: args, Dir: m.Root, Env: slices.Concat(m.Environment, more),
		Stdout: &stdout, Stderr: &stderr, Grace: 100 * time.Millisecond,
	})
	switch {
	case ctx.Err() != nil:
		return nil, tooSlow
	case err != nil:
		return nil, err.Error()
	case exit.Code != 0:
		return nil, cmp.Or(strings.TrimSpace(stderr.String()), exit.String())
	}
	return stdout.Bytes(), ""
}

// tooSlow is why a command of Go failed that did not end in time.
const tooSlow = "it takes too long"

const download = "https://go.dev/dl/"

// golang checks that there is a Go that is new enough, and keeps its settings.
func (m *Machine) golang(ctx context.Context) []Finding {
	wanted := "" // the oldest Go that the project can be built with, as in "go1.25.0"
	work, _ := original.Read(filepath.Join(m.Root, "go.work"))
	if found := regexp.MustCompile(`(?m)^go (\S+)`).FindSubmatch(work); found != nil {
		wanted = "go" + string(found[1])
	}
	needs := cmp.Or(strings.TrimPrefix(wanted, "go"), "1.25")
	if _, err := exec.LookPath("go"); err != nil {
		return m.noGo("install Go "+needs+" or newer from "+download+", open a new terminal, and type: go version", "Go is not installed, or not in the PATH")
	}
	names := []string{"GOVERSION", "GOTOOLCHAIN", "GOHOSTOS", "GOHOSTARCH", "GOCACHE"}
	ask := append([]string{"env", "-json"}, names...)
	out, why := m.command(ctx, nil, ask...)
	asIs := why == ""
	if !asIs { // perhaps it looked for another Go, for this project
		out, _ = m.command(ctx, []string{"GOTOOLCHAIN=local", "GOWORK=off"}, ask...)
	}
	var settings map[string]string
	err := json.Unmarshal(out, &settings)
	switch {
	case err != nil && why == tooSlow:
		return bad("Go", "wait until this computer is less busy, and type again: {doctor}. If it is the same then, install Go again, from "+download, "Go did not answer in time")
	case err != nil:
		return bad("Go", cmp.Or(m.named(ctx, why), "install Go again, from "+download), "Go does not work: %s", firstLine(cmp.Or(why, err.Error())))
	}
	has, _, _ := strings.Cut(settings["GOVERSION"], " ")
	if version.IsValid(has) && version.Compare(has, wanted) < 0 {
		return m.noGo("get a newer one from "+download+", open a new terminal, and type: go version", has+" is too old: this kit needs "+needs+" or newer")
	}
	if !asIs {
		where, fix := "", m.unset("GOTOOLCHAIN")
		if m.Typed("GOTOOLCHAIN") == "" {
			where, fix = ", in Go's settings file,", "go env -w GOTOOLCHAIN=auto"
		}
		return bad("Go", fix, "GOTOOLCHAIN%s asks for a Go that is not on this computer: %s", where, firstLine(why))
	}
	m.settings = settings
	return good("Go", "%s (GOTOOLCHAIN=%s); this kit needs %s or newer", has, settings["GOTOOLCHAIN"], needs)
}

// noGo is that the Go that is needed is not there.
func (m *Machine) noGo(fix, what string) []Finding {
	if m.Built {
		return note("Go", "for the exercises, "+fix, "%s. Demos, the live page and reports work without it. A change of a service in Go, and most exercises, need it", what)
	}
	return bad("Go", fix, "%s", what)
}

// named is the command that takes away the setting that Go complains of; empty where it names none
// that is set.
func (m *Machine) named(ctx context.Context, why string) string {
	name := regexp.MustCompile(`\bGO[A-Z0-9]+\b`).FindString(why)
	if strings.Contains(why, "creating work dir") {
		name = "GOTMPDIR"
		if out, _ := m.command(ctx, nil, "env", name); strings.TrimSpace(string(out)) == "" {
			name = "TMPDIR"
		}
	}
	switch {
	case name == "":
		return ""
	case m.Typed(name) != "":
		return m.unset(name)
	}
	if _, why := m.command(ctx, []string{"GOENV=off"}, "env", "GOVERSION"); why != "" || name == "TMPDIR" {
		return ""
	}
	return "go env -u " + name
}

// firstLine is the first line of what Go said that tells something.
func firstLine(said string) string {
	for line := range strings.Lines(said) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "go: downloading ") {
			return line
		}
	}
	return said
}

// variables checks the settings of Go that belong to other projects: in the environment, and in
// Go's settings file, which counts where a variable is empty. The kit's commands have their own.
func (m *Machine) variables(ctx context.Context) (found []Finding) {
	if m.settings == nil || m.hopeless {
		return nil
	}
	check := "Go settings"
	names := []string{"GOFLAGS", "GOWORK", "GO111MODULE", "GOOS", "GOARCH"}
	out, _ := m.command(ctx, []string{"GOFLAGS=", "GOWORK=", "GO111MODULE=", "GOOS=", "GOARCH="}, append([]string{"env", "-json"}, names...)...)
	var written map[string]string
	json.Unmarshal(out, &written) // without an answer nothing is known to be wrong
	for _, name := range names {
		for _, set := range []struct{ text, where, fix string }{{m.Typed(name), "", m.unset(name)}, {written[name], ", in Go's settings file,", "go env -u " + name}} {
			if m.breaks(ctx, name, set.text) {
				found = append(found, note(check, set.fix, "%s (%s)%s breaks a plain go build; the kit's own commands leave it out", name, shown(name, set.text), set.where)...)
			}
		}
	}
	typed := m.Typed("HOME")
	if _, missing := os.Stat(typed); m.System != "windows" && missing != nil {
		what, home := "HOME is not set", "FOLDER"
		if typed != "" {
			what = "HOME (" + typed + ") is no folder that exists"
		}
		if me, err := user.Current(); err == nil {
			home = me.HomeDir
		}
		found = append(found, note(check, m.set("HOME", home), "%s. The kit's own commands find your home folder, and a plain go build does not", what)...)
	}
	if len(found) == 0 {
		return good(check, "none of them breaks a build")
	}
	return found
}

// breaks tells whether a setting makes a build fail that works without it, or build for another
// system.
func (m *Machine) breaks(ctx context.Context, name, text string) bool {
	switch {
	case text == "" || text == m.settings["GOHOSTOS"] && name == "GOOS" || text == m.settings["GOHOSTARCH"] && name == "GOARCH":
		return false
	case name == "GOOS" || name == "GOARCH":
		return true
	}
	without, list := []string{"GOENV=off", "GOCACHE=" + m.settings["GOCACHE"]}, []string{"list", "-deps", lesson}
	if _, why := m.command(ctx, append(without, name+"="+text), list...); why == "" || why == tooSlow {
		return false
	}
	_, why := m.command(ctx, without, list...)
	return why == ""
}

// shown is a setting as it may be shown: of flags only their names, because a value may be secret.
func shown(name, text string) string {
	if name != "GOFLAGS" {
		return text
	}
	var flags []string
	for flag := range strings.FieldsSeq(text) {
		flag = strings.Trim(flag, `'"`)
		if !strings.HasPrefix(flag, "-") {
			continue // the rest of a value
		}
		if key, _, is := strings.Cut(flag, "="); is && key != "-mod" {
			flag = key + "=..."
		}
		flags = append(flags, flag)
	}
	return strings.Join(flags, " ")
}

// cache checks that Go can write what it builds.
func (m *Machine) cache(context.Context) []Finding {
	if m.settings == nil {
		return nil
	}
	folder := m.settings["GOCACHE"]
	err := errors.New("it is not a whole path")
	if filepath.IsAbs(folder) {
		err = os.MkdirAll(folder, 0o777)
	}
	if err == nil {
		_, err = written(folder)
	}
	if err == nil {
		return good("Go cache", "it can be written")
	}
	m.hopeless = true
	fix := "rename it, and Go makes a new one:\nmv " + asWord(folder) + " " + asWord(folder+".old")
	if m.System == "windows" {
		fix = "rename it, and Go makes a new one"
	}
	if me, unknown := user.Current(); m.Typed("GOCACHE") != "" {
		fix = m.unset("GOCACHE")
	} else if !filepath.IsAbs(folder) {
		fix = "go env -u GOCACHE"
	} else if home := m.Typed("HOME"); unknown == nil && home != "" && strings.HasPrefix(folder, home) {
		if _, err := written(home); err != nil {
			fix = m.set("HOME", me.HomeDir)
		}
	}
	if isFull(err.Error()) {
		fix = makeRoom
	}
	return bad("Go cache", fix, "Go cannot write into %s: %v", folder, reason(err))
}

// python checks that there is a Python that is new enough, for who works with the services in Python.
func (m *Machine) python(ctx context.Context) []Finding {
	if !m.InPython {
		return nil
	}
	const get = "install Python 3.9 or newer from https://www.python.org/downloads/, and open a new terminal"
	if m.Interpreter == "" {
		return bad("Python", get, "Python is not installed, or not in the PATH")
	}
	out, why := m.output(ctx, nil, m.Interpreter, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])")
	version := strings.TrimSpace(string(out))
	var major, minor int
	_, err := fmt.Sscanf(version, "%d.%d", &major, &minor)
	switch {
	case why == tooSlow:
		return bad("Python", get+". If this computer was busy, only type again: {doctor}", "%s did not start in time", m.Interpreter)
	case why != "":
		return bad("Python", get, "%s does not work: %s", m.Interpreter, firstLine(why))
	case err != nil || major < 3 || major == 3 && minor < 9:
		return bad("Python", get, "%s is too old: Python %s. This kit needs 3.9 or newer", m.Interpreter, version)
	}
	return good("Python", "%s; this kit needs 3.9 or newer", version)
}

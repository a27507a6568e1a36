package doctor

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/process"
)

// lesson is a program of the project that learners do not change, and that needs the standard
// library alone.
const lesson = "./chapter5/resilient-service"

// modules checks that all modules of the programs are on this computer.
func (m *Machine) modules(ctx context.Context) []Finding {
	if m.settings == nil || m.hopeless {
		return nil
	}
	programs := []string{"list", "-deps", lesson}
	if _, err := os.Stat(filepath.Join(m.Root, "runner", "go.mod")); err == nil {
		programs = append(programs, "./runner")
	}
	_, why := m.command(ctx, nil, programs...)
	switch {
	case why == "":
		return good("modules", "all are on this computer, so no network is needed")
	case why == tooSlow:
		return note("modules", "{prepare}", "Go did not find out in time if all are here")
	case strings.Contains(why, "GOPROXY=off"):
		m.hopeless = true
		return bad("modules", "connect to the network once, and type: {prepare}", "some modules are not on this computer")
	}
	return nil // the build will tell why
}

// correct is what to do about an error of the compiler.
const correct = "correct what this line names, then type: {doctor}"

// runner tells why the runner that examines is not the one that the sources make.
func (m *Machine) runner(ctx context.Context) []Finding {
	if !m.Old || m.settings == nil || m.hopeless {
		return nil
	}
	_, why := m.command(ctx, []string{"CGO_ENABLED=0"}, "build", "-buildvcs=false", "-o", os.DevNull, "./runner")
	if why == "" || why == tooSlow {
		return bad("runner", "{prepare}", "it could not be built, and this one was built before")
	}
	return bad("runner", correct, "it cannot be built, and this one was built before: %s", firstLine(why))
}

const unfinished = "a build did not end within a few seconds; the first one takes a minute or two"

// build builds a program and starts it, in the project's folder.
func (m *Machine) build(ctx context.Context) []Finding {
	if m.settings == nil || m.hopeless {
		return nil
	}
	folder, err := process.MkdirTemp(m.workshop(), Prefix)
	if err != nil {
		return bad("build", fixOf(err), "nothing can be written into .workshop: %v", reason(err))
	}
	defer os.RemoveAll(folder)
	program := filepath.Join(folder, "program")
	if m.System == "windows" {
		program += ".exe"
	}
	start := m.Now()
	_, why := m.command(ctx, nil, "build", "-buildvcs=false", "-o", program, lesson)
	m.hopeless = why != "" && why != tooSlow
	switch {
	case why == tooSlow:
		return note("build", "{prepare}", unfinished)
	case isFull(why):
		return bad("build", makeRoom, "the disk is full, so Go cannot build: %s", firstLine(why))
	case why != "":
		return bad("build", cmp.Or(m.named(ctx, why), correct), "Go cannot build here: %s", firstLine(why))
	}
	exit, err := m.Processes.Run(ctx, process.Command{Args: []string{program, "--help"}, Dir: folder, Grace: 100 * time.Millisecond})
	switch {
	case ctx.Err() != nil:
		return note("build", "{prepare}", unfinished)
	case err != nil || exit.Code != 0:
		reason := exit.String()
		if err != nil {
			reason = err.Error()
		}
		return bad("build", "move the project to a folder from which programs may start, such as one in your home folder. If it is in one, ask who looks after this computer: a virus scanner may stop new programs",
			"a program that was built here cannot be started: %s", reason)
	}
	return good("build", "a program was built and started, in %.1f s", m.Now().Sub(start).Seconds())
}

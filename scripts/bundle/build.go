package main

import (
	"bytes"
	"embed"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// systems are those that the programs are built for, as GOOS-GOARCH.
var systems = []string{"linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64", "windows-arm64"}

// quick are the packages that are compiled as usual. In the others functions are not copied into those that call
// them: this makes the programs smaller by a tenth, and what is in quick keeps their start as short.
var quick = []string{"runtime/...", "internal/...", "regexp/...", "unicode/..."}

// programs is the folder with the programs for a system.
func (b *bundle) programs(system string) string { return filepath.Join(b.stage, "bin", system) }

// build builds the runner and the services for each system.
func (b *bundle) build() error {
	for _, system := range systems {
		from := time.Now()
		b.say("building for " + system + " (the first time: a minute)")
		if err := b.buildFor(system); err != nil {
			return err
		}
		b.say("  it took " + time.Since(from).Round(time.Second).String())
	}
	return nil
}

// buildFor builds the programs for a system: nothing in them depends on this computer, and there is no HTTP/2 in them,
// which nobody speaks here.
func (b *bundle) buildFor(system string) error {
	const cli = "chaosworkshop.example/runner/internal/cli"
	said := "-s -w -X " + cli + ".release=" + b.version() + " -X " + cli + ".commit=" + b.commit + " -X " + cli + ".committed=" + b.committed
	args := []string{"build", "-buildvcs=false", "-trimpath", "-tags=nethttpomithttp2", "-ldflags=" + said, "-o", b.programs(system) + string(filepath.Separator), "-gcflags=all=-l"}
	for _, name := range quick {
		args = append(args, "-gcflags="+name+"=")
	}
	command := exec.Command("go", append(args, "./runner", "./chapter5/service", "./chapter5/resilient-service")...)
	command.Dir = b.source
	goos, goarch, _ := strings.Cut(system, "-")
	command.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=-mod=readonly", "GOWORK="+filepath.Join(b.source, "go.work"),
		"CGO_ENABLED=0", "GO111MODULE=on", "GOEXPERIMENT=", "GOFIPS140=off", "GODEBUG=")
	_, err := output(command)
	return err
}

//go:embed files/runner files/runner.cmd
var files embed.FS

// lesson puts what learners need into the bundle. Only the lesson's module is there, which needs no other, so
// that it builds without a network.
func (b *bundle) lesson() error {
	for _, folder := range []string{"chapter5", "targets"} {
		err := fs.WalkDir(os.DirFS(b.source), folder, func(name string, d fs.DirEntry, err error) error {
			base := path.Base(name)
			if d != nil && d.IsDir() && (name == "targets/containers" || name == "targets/kubernetes") { // they need the scripts
				return fs.SkipDir
			}
			if err != nil || d.IsDir() || base == "Makefile" || strings.HasPrefix(base, ".") || strings.HasSuffix(base, "_test.go") {
				return err
			}
			return b.copy(name)
		})
		if err != nil {
			return err
		}
	}
	workspace, err := os.ReadFile(filepath.Join(b.source, "go.work"))
	if err != nil {
		return err
	}
	workspace = bytes.Replace(workspace, []byte("\t./runner\n"), nil, 1)
	if err := write(filepath.Join(b.stage, "go.work"), workspace, 0o644); err != nil {
		return err
	}
	starter, err := files.ReadFile("files/runner")
	if err != nil {
		return err
	}
	if err := write(filepath.Join(b.stage, "runner"), starter, 0o755); err != nil {
		return err
	}
	batch, err := files.ReadFile("files/runner.cmd")
	if err != nil {
		return err
	}
	return write(filepath.Join(b.stage, "runner.cmd"), bytes.ReplaceAll(batch, []byte("\n"), []byte("\r\n")), 0o644)
}

// copy copies a file of the commit into the bundle.
func (b *bundle) copy(name string) error {
	from := filepath.Join(b.source, filepath.FromSlash(name))
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return write(filepath.Join(b.stage, filepath.FromSlash(name)), text, info.Mode())
}

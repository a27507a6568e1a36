// Bundle makes what is handed out where there is no network: one zip with the programs built for each
// system, the lesson, and the pages as HTML. With -release it also makes an archive of the programs alone
// for each system. All of it is made of the last commit, so the same commit gives the same bytes
// everywhere.
package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// most is how large the bundle may be, in bytes: it is copied to many computers.
const most = 60_000_000

func main() {
	archives := flag.Bool("release", false, "also make an archive of the programs for each system")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: bundle [-release] PROJECT OUTPUT")
		os.Exit(2)
	}
	b, err := newBundle(flag.Arg(0), flag.Arg(1), func(text string) { fmt.Println(text) })
	if err == nil {
		err = b.make(*archives)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "the bundle was not made:", err)
		os.Exit(1)
	}
}

// bundle is one that is being made.
type bundle struct {
	root, out string // the project's folder, and the one for what is made
	source    string // the files of the commit
	stage     string // what will be in the zip
	say       func(text string)

	release   string // as git describe names the commit; empty without a tag
	commit    string
	committed string // when, as git writes it
	when      time.Time
}

// newBundle asks git which commit the bundle is made of.
func newBundle(root, out string, say func(text string)) (*bundle, error) {
	b := &bundle{root: root, out: out, say: say}
	of, err := b.git("log", "-1", "--format=%H %cI")
	if err != nil {
		return nil, fmt.Errorf("a bundle is made of a commit, and git knows none here: %w", err)
	}
	b.commit, b.committed, _ = strings.Cut(strings.TrimSpace(string(of)), " ")
	if b.when, err = time.Parse(time.RFC3339, b.committed); err != nil {
		return nil, err
	}
	if tag, err := b.git("describe", "--tags", "--match", "v*", "--abbrev=12"); err == nil {
		b.release = strings.TrimSpace(string(tag))
	}
	changed, err := b.git("status", "--porcelain")
	if len(changed) > 0 {
		say("what is not committed is not in the bundle:\n" + strings.TrimRight(string(changed), "\n"))
	}
	return b, err
}

// git runs git in the project's folder.
func (b *bundle) git(args ...string) ([]byte, error) {
	command := exec.Command("git", args...)
	command.Dir = b.root
	return output(command)
}

// output is what a command prints. Its error has what it said.
func output(command *exec.Cmd) ([]byte, error) {
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, strings.TrimSpace(said.String()))
	}
	return out, err
}

// version is the name of the release, or the day and the commit.
func (b *bundle) version() string {
	if b.release != "" {
		return strings.ReplaceAll(b.release, "/", "-")
	}
	return b.when.Format("20060102") + "-" + b.commit[:12]
}

// make makes the bundle, and archives if they are wanted.
func (b *bundle) make(archives bool) error {
	if err := os.MkdirAll(b.out, 0o755); err != nil {
		return err
	}
	temporary, err := filepath.Abs(filepath.Join(b.out, "making"))
	if err == nil {
		err = os.RemoveAll(temporary) // one that was stopped leaves it
	}
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	b.source, b.stage = filepath.Join(temporary, "source"), filepath.Join(temporary, "chaos-workshop")
	for _, step := range []func() error{b.export, b.build, b.lesson, b.pages, b.sums, b.zip} {
		if err := step(); err != nil {
			return err
		}
	}
	if archives {
		return b.archives()
	}
	return nil
}

// export writes the files of the commit into the folder source.
func (b *bundle) export() error {
	packed, err := b.git("archive", "--format=tar", "HEAD")
	if err != nil {
		return err
	}
	files := tar.NewReader(bytes.NewReader(packed))
	for {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		text, err := io.ReadAll(files)
		if err == nil {
			err = write(filepath.Join(b.source, filepath.FromSlash(header.Name)), text, header.FileInfo().Mode())
		}
		if err != nil {
			return err
		}
	}
}

// write writes a file, and its folder. Its mode is one of two.
func write(path string, text []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, allowed(mode))
}

func allowed(mode os.FileMode) os.FileMode {
	if mode&0o100 != 0 {
		return 0o755
	}
	return 0o644
}

//go:build unix

package doctor

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/process"
)

// patient is a computer that a test breaks, with a small project on it.
type patient struct {
	*Machine
	t    *testing.T
	user map[string]string // the environment of the user
	kept []net.Listener    // what has the ports
}

// private is what no finding may show when it is shared.
var private = Private{Names: []string{"wanda", "wandas-laptop"}}

// healthy makes a computer on which nothing is bad: real Go, real ports, a project with the
// chapter's services and a program that needs one module.
func healthy(t *testing.T) *patient {
	t.Helper()
	root := filepath.Join(t.TempDir(), "home", "wanda", "kit")
	project := filepath.Join("..", "..", "..")
	if err := os.CopyFS(filepath.Join(root, "chapter5"), os.DirFS(filepath.Join(project, "chapter5"))); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"service", "exercises"} { // as they came: a learner's files may not compile
		mine, original := filepath.Join(root, "chapter5", folder), filepath.Join(root, "chapter5", "originals", folder)
		if err := errors.Join(os.RemoveAll(mine), os.CopyFS(mine, os.DirFS(original))); err != nil {
			t.Fatal(err)
		}
	}
	p := &patient{t: t, user: map[string]string{"HOME": filepath.Dir(root)}}
	for _, name := range []string{"go.work", "runner/go.mod", "runner/go.sum"} {
		text, err := os.ReadFile(filepath.Join(project, name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "runner/go.mod" {
			kept := regexp.MustCompile(`(?m)^(?:module|go) .*\n|github.com/spf13/pflag .*\n`).FindAll(text, -1)
			text = bytes.Replace(bytes.Join(kept, nil), []byte("github.com"), []byte("require github.com"), 1)
		}
		p.write(filepath.Join(root, name), string(text))
	}
	p.write(filepath.Join(root, "runner", "main.go"), "package main\n\nimport _ \"github.com/spf13/pflag\"\n\nfunc main() {}\n")
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		p.user[name] = strings.TrimSpace(string(out))
	}
	for _, folder := range []string{".config", "Library/Application Support"} { // or Go writes there when the test is over
		p.write(filepath.Join(p.user["HOME"], folder, "go", "telemetry", "mode"), "off")
	}
	p.user["GOENV"] = filepath.Join(root, "go.env")
	p.Machine = &Machine{
		Root: root, Port: freePort(t), System: "linux",
		Typed:  func(name string) string { return p.user[name] },
		Lookup: net.DefaultResolver.LookupHost, Now: time.Now, Limit: 5 * time.Minute,
		Processes: new(process.Owner), Records: filepath.Join(root, ".workshop"),
	}
	private.Root, private.Homes = root, []string{filepath.Dir(root)}
	return p
}

// write makes a file, and its folder.
func (p *patient) write(path, text string) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		p.t.Fatal(err)
	}
}

// freePort is a port that is free on both addresses.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// environment is what the kit makes of the user's environment for its own commands.
func (p *patient) environment() []string {
	all := maps.Clone(p.user)
	maps.Copy(all, map[string]string{"GOFLAGS": "-modcacherw", "GOWORK": "auto", "GO111MODULE": "on", "GOOS": runtime.GOOS, "GOARCH": runtime.GOARCH})
	if _, missing := os.Stat(all["HOME"]); missing != nil {
		all["HOME"] = private.Homes[0]
	}
	list := []string{"PATH=" + os.Getenv("PATH")}
	for name, text := range all {
		list = append(list, name+"="+text)
	}
	return list
}

// examined is what the checks find now, up to and with one of them, or all.
func (p *patient) examined(last string) (all []Finding) {
	fresh := *p.Machine
	fresh.Environment = p.environment()
	for f := range fresh.Findings(p.t.Context()) {
		if len(all) > 0 && all[len(all)-1].Check == last && f.Check != last {
			break
		}
		all = append(all, f)
	}
	return all
}

// of are the findings of one check.
func of(check string, all []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Check != check })
}

// does what the Fix of a finding says, where that is a command, and what an {action} stands for.
func (p *patient) does(fix string) {
	p.t.Helper()
	line := fix
	if at := regexp.MustCompile(`(?m)^(unset|export|go env|mv|rm|find) .*|find \..*`).FindString(fix); at != "" {
		line = at
	}
	words := strings.Fields(line)
	switch {
	case strings.Contains(fix, "{prepare}"):
		line = "go build -buildvcs=false ./runner ./chapter5/..." // without make, prepare is this
	case words[0] == "unset":
		delete(p.user, words[1])
		return
	case words[0] == "export":
		name, _, _ := strings.Cut(words[1], "=")
		out, err := exec.Command("sh", "-c", line+`; printf %s "$`+name+`"`).Output()
		if err != nil {
			p.t.Fatalf("%s: %v", line, err)
		}
		p.user[name] = string(out)
		return
	}
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir, cmd.Env = p.Root, p.environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// path is where programs are found, before a test changes that.
var path = os.Getenv("PATH")

func usualPath(p *patient) { p.t.Setenv("PATH", path) }

// fakeGo makes a script the Go of this computer; in it, "$GO" is the real one.
func (p *patient) fakeGo(script string) {
	p.t.Helper()
	real, err := exec.LookPath("go")
	if err != nil {
		p.t.Fatal(err)
	}
	folder := p.t.TempDir()
	p.write(filepath.Join(folder, "go"), "#!/bin/sh\nGO="+real+"\n"+script+"\n")
	p.t.Setenv("PATH", folder+":"+path)
}

// otherPlaces are examined, with a script in the place of each program that only they need.
func (p *patient) otherPlaces(scripts map[string]string) {
	p.Places = true
	folder := p.t.TempDir()
	for name, script := range scripts {
		p.write(filepath.Join(folder, name), "#!/bin/sh\n"+script+"\n")
	}
	p.t.Setenv("PATH", folder)
}

// allPlaces are as they should be; Docker Compose is the old one.
func allPlaces(p *patient) {
	p.otherPlaces(map[string]string{"docker": "test $1 = version", "docker-compose": "", "kubectl": ""})
}

// fakePython makes a script the Python of this computer, whose user works with it.
func (p *patient) fakePython(script string) {
	p.InPython, p.Interpreter = true, filepath.Join(p.t.TempDir(), "python3")
	p.write(p.Interpreter, "#!/bin/sh\n"+script+"\n")
}

func newPython(p *patient) { p.fakePython("echo 3.9.0") }

// goEnv makes Go's settings file.
func (p *patient) goEnv(line string) { p.write(p.user["GOENV"], line+"\n") }

// goCache is where Go has its cache in a home folder.
func goCache() string {
	if runtime.GOOS == "darwin" {
		return "Library/Caches/go-build"
	}
	return ".cache/go-build"
}

// inHosts does what nobody may do in a test: it writes into /etc/hosts.
func inHosts(p *patient) {
	p.Lookup = func(context.Context, string) ([]string, error) { return []string{"127.0.0.1"}, nil }
}

// unwritable makes a folder of the project one that cannot be written. Root can write
// everywhere but in /proc.
func unwritable(p *patient) {
	if os.Geteuid() == 0 {
		p.Root = "/proc"
	} else if err := os.Chmod(filepath.Join(p.Root, "chapter5"), 0o500); err != nil {
		p.t.Fatal(err)
	}
}

// copied copies the project to another folder.
func copied(p *patient) {
	p.t.Helper()
	from, to := p.Root, filepath.Join(p.t.TempDir(), "kit")
	if from == "/proc" {
		from = private.Root
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		p.t.Fatal(err)
	}
	p.Root = to
}

// move gives the project's folder another name.
func (p *patient) move(name string) {
	to := filepath.Join(filepath.Dir(p.Root), name)
	if err := os.Rename(p.Root, to); err != nil {
		p.t.Fatal(err)
	}
	p.Root = to
}

// listen takes the patient's port on an address.
func (p *patient) listen(address string) {
	p.t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, strconv.Itoa(p.Port)))
	if err != nil {
		p.t.Skip("this system cannot listen on "+address+": ", err)
	}
	p.kept = append(p.kept, listener)
	p.t.Cleanup(func() { listener.Close() })
}

// taken has a program on the patient's port, which says nothing to anybody.
func (p *patient) taken(address string) {
	p.t.Helper()
	p.listen(address)
	listener := p.kept[len(p.kept)-1]
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return // it was closed
			}
			c.Close()
		}
	}()
}

// letGo gives the port back.
func (p *patient) letGo() {
	for _, listener := range p.kept {
		listener.Close()
	}
}

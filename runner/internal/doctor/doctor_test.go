//go:build unix

package doctor

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"chaosworkshop.example/runner/internal/process"
)

// A computer on which all is well gets one good line for each check, and nothing to do. Nothing
// is left on it.
func TestHealthy(t *testing.T) {
	seen, p := map[string]bool{}, healthy(t)
	for _, f := range p.examined("") {
		if seen[f.Check] = true; f.Level != Good || f.Fix != "" || f.What == "" {
			t.Errorf("%+v", f)
		}
	}
	if len(seen) != 11 {
		t.Errorf("the checks are %v", seen)
	}
	if left, err := filepath.Glob(filepath.Join(p.Root, "*doctor-*")); len(left) > 0 || err != nil {
		t.Errorf("%v is left, %v", left, err)
	}
}

// illness is a way to break a computer, what the doctor says of it, and how it is cured: what
// the Fix says is done, or else, where a person has to do it, what cure does.
type illness struct {
	name    string
	breaks  func(p *patient)
	check   string
	level   Level
	what    string // a part of the finding
	fix     string // a part of its Fix
	cure    func(p *patient)
	skipped string // a check that is left out then
}

var illnesses = []illness{
	{"no Go", func(p *patient) { p.t.Setenv("PATH", "/bin-without-go") },
		"Go", Bad, "Go is not installed, or not in the PATH", "install Go 1.25.0 or newer from https://go.dev/dl/", usualPath, "build"},
	{"no Go, and the services came with the runner", func(p *patient) { p.t.Setenv("PATH", "/bin-without-go"); p.Built = true },
		"Go", Note, "Go is not installed, or not in the PATH. Demos, the live page and reports work without it", "for the exercises, install Go 1.25.0 or newer", usualPath, "build"},
	{"an old Go", func(p *patient) { p.fakeGo(`echo '{"GOVERSION":"go1.20.14","GOTOOLCHAIN":""}'`) },
		"Go", Bad, "go1.20.14 is too old: this kit needs 1.25.0 or newer", "get a newer one from https://go.dev/dl/", usualPath, "build"},
	{"a Go that does not know the newest go.work", func(p *patient) {
		p.write(filepath.Join(p.Root, "go.work"), "go 1.99.0\n\nuse ./chapter5\n")
		p.user["GOTOOLCHAIN"] = "auto"
	}, "Go", Bad, "is too old: this kit needs 1.99.0 or newer", "get a newer one", func(p *patient) {
		p.write(filepath.Join(p.Root, "go.work"), "go 1.25.0\n\nuse ./chapter5\n")
	}, "build"},
	{"a broken Go", func(p *patient) { p.fakeGo("echo 'go: no such tool' >&2; exit 2") },
		"Go", Bad, "Go does not work: go: no such tool", "install Go again", usualPath, "build"},
	{"a Go that is not here", func(p *patient) { p.user["GOTOOLCHAIN"] = "go1.98.0" },
		"Go", Bad, "GOTOOLCHAIN asks for a Go that is not on this computer", "unset GOTOOLCHAIN", nil, "build"},
	{"a Go that is not here, for all terminals", func(p *patient) { p.goEnv("GOTOOLCHAIN=go1.98.0") },
		"Go", Bad, "GOTOOLCHAIN, in Go's settings file, asks for a Go", "go env -w GOTOOLCHAIN=auto", nil, "build"},
	{"GOPATH", func(p *patient) { p.user["GOPATH"] = "relative" },
		"Go", Bad, "Go does not work: go: GOPATH entry is relative", "unset GOPATH", nil, "build"},
	{"GOEXPERIMENT, for all terminals", func(p *patient) { p.goEnv("GOEXPERIMENT=bogus") },
		"Go", Bad, "Go does not work: go: unknown GOEXPERIMENT bogus", "go env -u GOEXPERIMENT", nil, "build"},
	{"a Go that hangs", func(p *patient) { p.fakeGo("exec tail -f /dev/null"); p.Limit = 3 * time.Second },
		"Go", Bad, "Go did not answer in time", "wait until this computer is less busy", func(p *patient) { usualPath(p); p.Limit = 5 * time.Minute }, "build"},

	{"GOFLAGS", func(p *patient) { p.user["GOFLAGS"] = "-mod=vendor '-ldflags=-X a.token=geheim -X geheim'" },
		"Go settings", Note, "GOFLAGS (-mod=vendor -ldflags=... -X) breaks a plain go build", "unset GOFLAGS", nil, ""},
	{"GOFLAGS, for all terminals", func(p *patient) { p.goEnv("GOFLAGS=-mod=mod") },
		"Go settings", Note, "GOFLAGS (-mod=mod), in Go's settings file, breaks a plain go build", "go env -u GOFLAGS", nil, ""},
	{"GOWORK", func(p *patient) { p.user["GOWORK"] = "off" },
		"Go settings", Note, "GOWORK (off) breaks a plain go build", "unset GOWORK", nil, ""},
	{"GO111MODULE", func(p *patient) { p.user["GO111MODULE"] = "off" },
		"Go settings", Note, "GO111MODULE (off) breaks a plain go build", "unset GO111MODULE", nil, ""},
	{"GOOS", func(p *patient) { p.user["GOOS"] = "plan9" },
		"Go settings", Note, "GOOS (plan9) breaks a plain go build", "unset GOOS", nil, ""},
	{"GOARCH, for all terminals", func(p *patient) { p.goEnv("GOARCH=mips") },
		"Go settings", Note, "GOARCH (mips), in Go's settings file, breaks a plain go build", "go env -u GOARCH", nil, ""},
	{"no HOME", func(p *patient) { delete(p.user, "HOME") },
		"Go settings", Note, "HOME is not set", "export HOME=", nil, ""},
	{"a HOME that is gone", func(p *patient) { p.user["HOME"] = "/no/home" },
		"Go settings", Note, "HOME (/no/home) is no folder that exists", "export HOME=", nil, ""},

	{"GOCACHE", func(p *patient) { p.user["GOCACHE"] = "/dev/null/cache" },
		"Go cache", Bad, "Go cannot write into /dev/null/cache: not a directory", "unset GOCACHE", nil, "build"},
	{"a GOCACHE that Go does not use", func(p *patient) { p.user["GOCACHE"] = "off" },
		"Go cache", Bad, "Go cannot write into off: it is not a whole path", "unset GOCACHE", nil, "build"},
	{"HOME is somewhere else", func(p *patient) {
		delete(p.user, "GOCACHE")
		p.user["HOME"] = "/dev/null"
	}, "Go cache", Bad, "Go cannot write into /dev/null/", "export HOME=", nil, "build"},
	{"the cache is somebody else's", func(p *patient) {
		delete(p.user, "GOCACHE")
		p.write(filepath.Join(p.user["HOME"], goCache()), "not a folder")
	}, "Go cache", Bad, "not a directory", "rename it, and Go makes a new one:\nmv ", nil, "build"},

	{"no modules", func(p *patient) {
		// The network of the cure is a folder.
		p.user["GOPROXY"], p.user["GOSUMDB"] = "file://"+filepath.ToSlash(p.user["GOMODCACHE"])+"/cache/download", "off"
		p.user["GOMODCACHE"] = p.t.TempDir()
	}, "modules", Bad, "some modules are not on this computer", "connect to the network once, and type: {prepare}", nil, "build"},

	{"no folder for temporary files", func(p *patient) { p.user["TMPDIR"] = "/no/such/folder" },
		"build", Bad, "Go cannot build here: go: creating work dir: stat /no/such/folder", "unset TMPDIR", nil, ""},
	{"no folder for what is built, for all terminals", func(p *patient) { p.goEnv("GOTMPDIR=/no/such/folder") },
		"build", Bad, "Go cannot build here: go: creating work dir: stat /no/such/folder", "go env -u GOTMPDIR", nil, ""},
	{"a full disk", func(p *patient) {
		p.fakeGo(`test "$1" != build && exec "$GO" "$@"; echo "go: writing output: write x: no space left on device" >&2; exit 1`)
	}, "build", Bad, "the disk is full, so Go cannot build: go: writing output: write x: no space left", "delete what you do not need on this disk", usualPath, ""},
	{"a source that does not compile", func(p *patient) {
		p.goEnv("GOFLAGS=-tags=harmless")
		p.write(filepath.Join(p.Root, "chapter5", "resilient-service", "main.go"), "package main\n\nimport \"no/such\"\n\nfunc main() { no.Such() }\n")
	}, "build", Bad, "Go cannot build here: chapter5/resilient-service/main.go:3:8: package no/such is not in std", "correct what this line names", func(p *patient) {
		p.write(filepath.Join(p.Root, "chapter5", "resilient-service", "main.go"), "package main\n\nfunc main() {}\n")
	}, ""},
	{"programs that may not start", func(p *patient) { p.fakeGo(`"$GO" "$@" || exit; test "$1" != build || chmod a-x "$4"`) },
		"build", Bad, "a program that was built here cannot be started: ", "move the project to a folder from which programs may start", usualPath, ""},
	{"the first build", func(p *patient) {
		p.fakeGo(`test "$1" = build || exec "$GO" "$@"; exec tail -f /dev/null`)
		p.Limit = 3 * time.Second
	}, "build", Note, "a build did not end within a few seconds; the first one takes a minute or two", "{prepare}", func(p *patient) {
		usualPath(p)
		p.Limit = 5 * time.Minute
	}, ""},

	{"no Python", func(p *patient) { p.InPython = true },
		"Python", Bad, "Python is not installed, or not in the PATH", "install Python 3.9 or newer from https://www.python.org/downloads/", newPython, ""},
	{"an old Python", func(p *patient) { p.fakePython("echo 3.8.20") },
		"Python", Bad, "/python3 is too old: Python 3.8.20. This kit needs 3.9 or newer", "install Python 3.9 or newer", newPython, ""},
	{"Python 2", func(p *patient) { p.fakePython("echo 2.7.18") },
		"Python", Bad, "is too old: Python 2.7.18.", "install Python 3.9 or newer", newPython, ""},
	{"a broken Python", func(p *patient) { p.fakePython("echo 'Python was not found' >&2; exit 49") },
		"Python", Bad, "does not work: Python was not found", "install Python 3.9 or newer", newPython, ""},
	{"a Python that hangs", func(p *patient) { p.fakePython("exec tail -f /dev/null"); p.Limit = 3 * time.Second },
		"Python", Bad, "/python3 did not start in time", "If this computer was busy, only type again: {doctor}", func(p *patient) { newPython(p); p.Limit = 5 * time.Minute }, ""},

	{"a taken port", func(p *patient) { p.taken("127.0.0.1") },
		"port", Bad, " uses it on 127.0.0.1; demos take another port", "{start weak OTHER}", (*patient).letGo, ""},
	{"a port that is taken on the other address", func(p *patient) { p.taken("::1") },
		"port", Bad, " uses it on ::1; demos take another port", "{experiment OTHER}", (*patient).letGo, ""},
	{"a port that is taken on both", func(p *patient) { p.taken("127.0.0.1"); p.taken("::1") },
		"port", Bad, " uses it on 127.0.0.1 and ::1; demos take another port", "stop that program, or use another port:", (*patient).letGo, ""},
	{"a name without an address", func(p *patient) {
		p.Lookup = func(context.Context, string) ([]string, error) { return nil, os.ErrNotExist }
	}, "loopback", Bad, "the name localhost is not known here", "write this line into /etc/hosts:\n127.0.0.1 localhost", inHosts, ""},
	{"a name with the wrong address", func(p *patient) {
		p.Lookup = func(context.Context, string) ([]string, error) { return []string{"127.0.0.1", "10.0.0.1"}, nil }
	}, "loopback", Bad, "the name localhost means 10.0.0.1 here, which is not this computer", "/etc/hosts", inHosts, ""},
	{"a proxy", func(p *patient) { p.user["http_proxy"] = "http://wanda:geheim@proxy" },
		"proxy", Note, "http_proxy is set. The kit does not use it", "export NO_PROXY=localhost,127.0.0.1,::1", nil, ""},
	{"a proxy with exceptions", func(p *patient) {
		p.user["HTTP_PROXY"], p.user["no_proxy"] = "http://proxy", ".corp.example"
	}, "proxy", Note, "HTTP_PROXY is set.", "export no_proxy=.corp.example,localhost,127.0.0.1,::1", nil, ""},
	{"a proxy with exceptions between spaces", func(p *patient) {
		p.user["HTTP_PROXY"], p.user["no_proxy"] = "http://proxy", "a.example b.example"
	}, "proxy", Note, "HTTP_PROXY is set.", "export no_proxy='a.example b.example,localhost,127.0.0.1,::1'", nil, ""},

	{"a folder that cannot be written", unwritable,
		"folder", Bad, "nothing can be written into ", "copy the project to another folder", copied, "build"},
	{"a file that is gone", func(p *patient) {
		if err := os.Remove(filepath.Join(p.Root, "chapter5", "service", "main.go")); err != nil {
			p.t.Fatal(err)
		}
	}, "folder", Bad, "chapter5/service/main.go is not there", "{reset} brings back what learners change", func(p *patient) {
		original, err := os.ReadFile(filepath.Join(p.Root, "chapter5", "originals", "service", "main.go"))
		if err != nil {
			p.t.Fatal(err)
		}
		p.write(filepath.Join(p.Root, "chapter5", "service", "main.go"), string(original))
	}, "build"},
	{"a drive of Windows", func(p *patient) {
		p.Mounts = "/dev/sdc / ext4 rw 0 0\nC:\\134 " + filepath.Dir(p.Root) + " 9p rw,aname=drvfs;path=C: 0 0\ntmpfs /tmp/x tmpfs rw 0 0\n"
	}, "folder", Note, ", a drive of Windows: from WSL it is slow", "copy the project to another folder", copied, ""},
	{"a synchronised folder", func(p *patient) { p.move("OneDrive-School") },
		"folder", Note, "the project is in OneDrive-School, which may lock files", "copy the project to another folder", copied, ""},
	{"a backslash", func(p *patient) { p.move(`my\kit`) },
		"folder", Bad, `its path has a backslash (\), and there Go cannot build the runner`, "rename the folder of the project", copied, "build"},
	{"a space", func(p *patient) { p.move("my kit") },
		"folder", Note, "its path has a space. The kit works there", "", copied, ""},

	{"a clock that was reset", func(p *patient) { p.Now = func() time.Time { return time.Unix(1e9, 0) } },
		"clock", Bad, "the clock shows 2001-09-", "set the date and time of this computer", func(p *patient) { p.Now = time.Now }, ""},
	{"a file from the future", func(p *patient) {
		later := time.Now().Add(2 * time.Hour)
		if err := os.Chtimes(filepath.Join(p.Root, "chapter5", "service", "main.go"), later, later); err != nil {
			p.t.Fatal(err)
		}
	}, "clock", Bad, "but chapter5/service/main.go is from the future: ", "find . -type f -exec touch {} +", nil, ""},
	{"a disk with another clock", func(p *patient) { p.Now = func() time.Time { return time.Now().Add(time.Minute) } },
		"clock", Bad, "a file that is written now gets a time that differs by 1m0s from the clock", "copy the project to another folder", func(p *patient) { p.Now = time.Now }, ""},

	{"a process of an earlier demo", func(p *patient) {
		sleep, err := exec.LookPath("sleep")
		if err != nil {
			p.t.Fatal(err)
		}
		running, err := p.Processes.Start(process.Command{Args: []string{sleep, "60"}, Records: p.Records})
		if err != nil {
			p.t.Fatal(err)
		}
		p.t.Cleanup(func() { running.Stop(context.Background()) })
	}, "leftovers", Bad, " (sleep), which a demo started at ", "{stop}. If a demo runs in another terminal now", func(p *patient) {
		if stopped, _, err := process.Stop(p.Records, nil, time.Second); len(stopped) != 1 || err != nil {
			p.t.Errorf("%v, %v", stopped, err)
		}
	}, ""},
	{"no Docker", func(p *patient) { p.otherPlaces(nil) },
		"docker", Bad, "docker is not installed, or not in the PATH", "install it, or leave the demos out", allPlaces, ""},
	{"a Docker that does not run", func(p *patient) { p.otherPlaces(map[string]string{"docker": "echo wanda >&2; exit 1"}) },
		"docker", Bad, "its engine does not answer", "docker version", allPlaces, ""},
	{"no Docker Compose", func(p *patient) { p.otherPlaces(map[string]string{"docker": "test $1 = version"}) },
		"compose", Bad, "docker compose does not work, and docker-compose neither", "install Docker Compose", allPlaces, ""},
	{"no cluster", func(p *patient) { p.otherPlaces(map[string]string{"docker": "", "kubectl": "exit 1"}) },
		"kubectl", Bad, "its cluster does not answer", "kubectl version", allPlaces, ""},
	{"a target that is up", func(p *patient) { p.Up = []string{"shop"} },
		"leftovers", Bad, "a demo has brought shop up, and it may still be up", "{stop}", func(p *patient) { p.Up = nil }, ""},
	{"a run that was killed", func(p *patient) { p.Undo = []string{"runner recover journal.json"} },
		"leftovers", Bad, "a run has not undone what it did", "runner recover journal.json", func(p *patient) { p.Undo = nil }, ""},
	{"records that nobody can read", func(p *patient) { p.Records = filepath.Join(p.Root, "records"); p.write(p.Records, "not a folder") },
		"leftovers", Bad, "the records of running demos cannot be read: ", "make the folder .workshop readable for you, or remove it", func(p *patient) {
			if err := os.RemoveAll(p.Records); err != nil {
				p.t.Fatal(err)
			}
		}, ""},
	{"a rehearsal that was killed", func(p *patient) { p.write(filepath.Join(p.Root, ".workshop", "rehearsal-12", "go.work"), "") },
		"leftovers", Note, ".workshop/rehearsal-12 is the copy of the project in which a rehearsal plays", "if no rehearsal runs now, remove it:\nrm -r .workshop/rehearsal-12", nil, ""},
	{"a file that Windows cannot replace", func(p *patient) {
		p.System = "windows"
		p.write(filepath.Join(p.Root, "chapter5", "exchange.dat.old"), "old")
	}, "leftovers", Bad, "chapter5/exchange.dat.old is left from an earlier experiment", "del chapter5/exchange.dat.old", func(p *patient) {
		if err := os.Remove(filepath.Join(p.Root, "chapter5", "exchange.dat.old")); err != nil {
			p.t.Fatal(err)
		}
	}, ""},
}

// Each illness is found, and gone when its Fix has been done. No finding shows who works on which
// computer.
func TestIllnesses(t *testing.T) {
	for _, ill := range illnesses {
		t.Run(ill.name, func(t *testing.T) {
			p := healthy(t)
			ill.breaks(p)
			check := strings.Replace(ill.check, "port", "port "+strconv.Itoa(p.Port), 1)
			last := check
			if ill.skipped != "" {
				last = ""
			}
			all := p.examined(last)
			for _, f := range all {
				if f.Level == Bad && f.Check != check {
					t.Errorf("something else is bad: %+v", f)
				}
				said := fmt.Sprintln(f.What, f.Fix)
				if hidden := strings.ToLower(private.Hide(said)); strings.Contains(said, "geheim") || strings.Contains(hidden, "wanda") || strings.Contains(hidden, private.Root) || strings.Contains(hidden, private.Homes[0]) {
					t.Errorf("this is private: %s", hidden)
				}
			}
			found := of(check, all)
			if len(found) != 1 || found[0].Level != ill.level || !strings.Contains(found[0].What, ill.what) || !strings.Contains(found[0].Fix, ill.fix) {
				t.Fatalf("%s: %+v\nwant %s %q, Fix %q", check, found, ill.level, ill.what, ill.fix)
			}
			if ill.skipped != "" && len(of(ill.skipped, all)) > 0 {
				t.Errorf("%s is pointless, and was tried", ill.skipped)
			}
			if ill.cure != nil {
				ill.cure(p)
			} else {
				p.does(found[0].Fix)
			}
			if found := of(check, p.examined(check)); len(found) != 1 || found[0].Level != Good {
				t.Errorf("after the Fix: %+v", found)
			}
		})
	}
}

// The last mount above a folder is where it is, as long as it is the nearest.
func TestWindowsDrive(t *testing.T) {
	const mounts = "/dev/sdc / ext4 rw 0 0\nC:\\134 /mnt/c 9p rw,aname=drvfs;path=C: 0 0\nD: /mnt/my\\040disk drvfs rw 0 0\ntmpfs /mnt/c/tmp tmpfs rw 0 0\nhost /srv 9p rw 0 0\n"
	for root, want := range map[string]string{
		"/home/a/kit": "", "/mnt/c": "/mnt/c", "/mnt/c/kit": "/mnt/c", "/mnt/cd/kit": "", "/mnt/c/tmp/kit": "", "/mnt/my disk/kit": "/mnt/my disk", "/srv/kit": "",
	} {
		if got := (&Machine{Root: root, Mounts: mounts}).windowsDrive(); got != want {
			t.Errorf("%s is on %q, want %q", root, got, want)
		}
	}
}

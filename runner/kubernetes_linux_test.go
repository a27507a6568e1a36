package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakeKubectl knows the contexts "kind" and "its own", of which CURRENT is the current one. It notes what it is asked in the
// CLUSTER, and the KUBECONFIG, has no right where MAY is "no", and no image where WAITING says so.
const fakeKubectl = `#!/bin/sh
case "$1 ${2:-}" in
"config current-context") test -n "$CURRENT" && echo "$CURRENT"; exit ;;
"config get-contexts") test "$3" = kind -o "$3" = "its own"; exit ;;
esac
echo "$*" >>"$NOTES"
echo "$KUBECONFIG" >>"$NOTES.config"
case $* in
*metadata.name=kube-system*) echo "$CLUSTER" ;;
*can-i*) echo "Warning: so it is" >&2; echo "$MAY"; test "$MAY" = yes ;;
*waiting.reason*) echo "$WAITING" ;;
*.spec.replicas*) echo 1 ;;
*"get namespaces --selector=chaosworkshop.example/run="*) echo namespace/it ;;
esac
`

// withFakeKubectl is a copy of the project with a built runner, and a folder for the PATH.
func withFakeKubectl(t *testing.T) (project, tools string) {
	t.Helper()
	project, tools = copyOfProject(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(tools, "kubectl"), []byte(fakeKubectl), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(project, ".workshop", "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(programs, "runner"), filepath.Join(project, ".workshop", "bin", "runner")); err != nil {
		t.Fatal(err)
	}
	return project, tools
}

// TestKubernetesAsks: no cluster is used that nobody has named. What is made there is removed, in the same context.
func TestKubernetesAsks(t *testing.T) {
	if _, err := exec.LookPath("script"); err != nil {
		t.Skip("no terminal can be made here: ", err)
	}
	project, tools := withFakeKubectl(t)
	const demo, inTerminal = `scripts/kubernetes.sh demo`, `script -qefc "scripts/kubernetes.sh demo ''" /dev/null`
	const used, another = "--context=kind ", "--context=its own "
	for name, c := range map[string]struct {
		command, current, may, waiting string
		says                           string
		context                        string // each command in the cluster begins with it; empty: there is none
		down                           bool   // what was made is removed
	}{
		"nobody is asked":     {demo + " '' </dev/null", "kind", "yes", "", "without a terminal the context must be named: make demo-kubernetes CONTEXT=kind\n", "", false},
		"no current one":      {demo + " '' </dev/null", "", "yes", "", "kubectl has no current context; name one", "", false},
		"no":                  {`echo n | ` + inTerminal, "kind", "yes", "", "nothing was done; another context", "", false},
		"only Enter":          {`echo | ` + inTerminal, "kind", "yes", "", "nothing was done; another context", "", false},
		"an unknown one":      {demo + " other", "kind", "yes", "", "kubectl knows no context 'other'", "", false},
		"without the script":  {".workshop/bin/runner demo targets/kubernetes/weak-pod.yaml", "kind", "yes", "", "no cluster is used by chance", "", false},
		"no service":          {"scripts/kubernetes.sh job", "kind", "yes", "", "name the service: scripts/kubernetes.sh job weak, or job resilient\n", "", false},
		"no job":              {"scripts/kubernetes.sh keep", "kind", "yes", "", "name the job: scripts/kubernetes.sh keep pod-dies\n", "", false},
		"no namespace":        {"scripts/kubernetes.sh keep pod-dies", "kind", "yes", "", "set CONTEXT to the context of kubectl, and NAMESPACE", "", false},
		"no right":            {demo + " kind", "its own", "no", "", "with the context 'kind' you cannot create namespaces, which the demo needs: no\n", used, false},
		"yes, and no image":   {`echo y | ` + inTerminal, "kind", "yes", "ErrImageNeverPull", "the cluster has no image", used, true},
		"named, and no image": {demo + " 'its own'", "kind", "yes", "ImagePullBackOff", "the cluster has no image", another, true},
	} {
		notes := filepath.Join(t.TempDir(), "notes")
		shell := exec.CommandContext(t.Context(), "sh", "-c", c.command)
		shell.Dir = project
		shell.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "CURRENT="+c.current, "MAY="+c.may, "WAITING="+c.waiting, "NOTES="+notes)
		said, err := shell.CombinedOutput()
		text, _ := os.ReadFile(notes)
		for line := range strings.Lines(string(text)) {
			if c.context == "" || !strings.HasPrefix(line, c.context) {
				t.Errorf("%s: in the cluster: kubectl %s", name, line)
			}
		}
		isDown := strings.Contains(string(text), "delete namespace/it ")
		if err == nil || isDown != c.down || (len(text) > 0) != (c.context != "") || !strings.Contains(strings.ReplaceAll(string(said), "\r", ""), c.says) {
			t.Errorf("%s: %v, and removed: %v; it says\n%s", name, err, isDown, said)
		}
		if left, _ := filepath.Glob(filepath.Join(project, ".workshop", "down-*")); len(left) > 0 {
			t.Errorf("%s: left is %q", name, left)
		}
	}
}

// TestKubernetesElsewhere: a demo is removed in the cluster in which it was played, whatever its context means by then, and
// wherever its files of kubectl are named from.
func TestKubernetesElsewhere(t *testing.T) {
	project, tools := withFakeKubectl(t)
	run, user := t.TempDir(), filepath.Join(project, "docs")
	play := func(folder, command string, variables ...string) (said, asked, config string, isOK bool) {
		t.Helper()
		notes := filepath.Join(t.TempDir(), "notes")
		shell := exec.CommandContext(t.Context(), "sh", "-c", command)
		shell.Dir = folder
		shell.Env = append(append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "NOTES="+notes, "RUN="+run, "MAY=yes", "WAITING=ErrImagePull"), variables...)
		out, err := shell.CombinedOutput()
		text, _ := os.ReadFile(notes)
		configs, _ := os.ReadFile(notes + ".config")
		return string(out), string(text), string(configs), err == nil
	}
	if said, _, _, _ := play(project, "scripts/kubernetes.sh up weak", "CONTEXT=kind", "NAMESPACE=mine", "CLUSTER=one"); !strings.Contains(said, "the cluster has no image") {
		t.Fatalf("up says\n%s", said)
	}
	for _, cluster := range []string{"another", "", "one"} {
		said, asked, _, isOK := play(project, "scripts/kubernetes.sh down weak", "CLUSTER="+cluster)
		isSaid, isDown := strings.Contains(said, "the context 'kind' means another cluster here"), strings.Contains(asked, "delete namespace/it ")
		if is := cluster == "one"; isOK != is || isDown != is || isSaid == is || exists(filepath.Join(run, "context")) == is {
			t.Errorf("in the cluster %q: it says %q, and asks\n%s", cluster, said, asked)
		}
	}
	said, asked, configs, _ := play(user, "../scripts/kubernetes.sh demo kind", "CLUSTER=one", "KUBECONFIG=my config:/whole::a/b")
	if !strings.Contains(asked, " create --filename=-\n") || !strings.Contains(asked, "delete namespace/it ") {
		t.Errorf("the demo says %q, and asks\n%s", said, asked)
	}
	for config := range strings.Lines(configs) {
		if want := user + "/my config:/whole::" + user + "/a/b\n"; config != want {
			t.Errorf("KUBECONFIG is %q, want %q", config, want)
		}
	}
}

// TestPodDies: there is a verdict only if the cluster says which pods are there, and the deleted one is not among them. A kubectl
// that gets no answer prints its template without pods (seen with kubectl 1.36).
func TestPodDies(t *testing.T) {
	const chosen, another = "0c4b7a52-0000-4000-8000-000000000001", "0c4b7a52-0000-4000-8000-000000000002"
	kubectl := `#!/bin/sh
case $* in
*go-template=*) printf "$READY" ;;
*" get pod "*" --output=jsonpath={.metadata.uid}") test -n "$READY" && printf ` + chosen + ` ;;
*"there now: "*) printf "deleted: ` + chosen + `; there now: $NOW"; test -n "$NOW" ;;
*"delete pod"*) touch deleted ;;
*"--raw"*) test -z "$RAW" -o ! -e deleted && echo it answers || { echo "$RAW" >&2 && exit 1; } ;;
esac
`
	tools, folder := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(tools, "kubectl"), []byte(kubectl), 0o700); err != nil {
		t.Fatal(err)
	}
	experiment, err := filepath.Abs("../targets/kubernetes/pod-dies.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		ready, now, raw string
		code            int
	}{
		"another pod is there": {"weak-1", another, "", 0},
		"it is still there":    {"weak-1", another + " " + chosen, "", 4},
		"no answer":            {"weak-1", "", "", 4},
		"no pod is ready":      {"", another, "", 4},
		// Whose fault it is, only the words of kubectl say.
		"no service":    {"weak-1", another, `no endpoints available for service "weak"`, 1},
		"no API server": {"weak-1", another, "The connection to the server 127.0.0.1:6443 was refused", 1},
	} {
		os.Remove(filepath.Join(folder, "deleted")) // of the run before
		run := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", experiment)
		run.Dir = folder
		run.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "READY="+c.ready, "NOW="+c.now, "RAW="+c.raw)
		said, _ := run.CombinedOutput()
		if code := run.ProcessState.ExitCode(); code != c.code || !strings.Contains(strings.Join(strings.Fields(string(said)), " "), c.raw) {
			t.Errorf("%s: exit code %d, want %d, and %q:\n%s", name, code, c.code, c.raw, said)
		}
	}
}

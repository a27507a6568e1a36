//go:build unix

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// fakeDocker knows one container, which comes BACK after a crash. It goes away after so many ANSWERS.
const fakeDocker = `#!/bin/sh
echo >>"$NOTES/asked"
test $(wc -l <"$NOTES/asked") -le "$ANSWERS" || exit 1
case $1 in
ps) echo it ;;
exec) test ! -e "$NOTES/crashed" -o "$BACK" = yes ;;
kill) echo >"$NOTES/crashed" ;;
inspect) test -e "$NOTES/crashed" && echo true ;;
esac
`

// TestContainerCrashes: there is a verdict only if Docker answers to the end.
func TestContainerCrashes(t *testing.T) {
	tools := t.TempDir()
	for name, text := range map[string]string{"docker": fakeDocker, "seq": "#!/bin/sh\necho 1 2\n", "sleep": "#!/bin/sh\n"} {
		if err := os.WriteFile(filepath.Join(tools, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	project, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	const all = 12 // so often a run asks Docker where the container is back at once
	play := func(back string, answers, want int) {
		run := exec.CommandContext(t.Context(), filepath.Join(programs, "runner"), "run", filepath.Join(project, "targets", "containers", "crash.json"))
		run.Dir = t.TempDir()
		run.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "NOTES="+run.Dir, "BACK="+back, fmt.Sprint("ANSWERS=", answers),
			"PORT=8080", "SERVICE=weak", "CONTAINERS="+filepath.Join(project, "scripts", "containers.sh"))
		said, _ := run.CombinedOutput()
		asked, err := os.ReadFile(filepath.Join(run.Dir, "asked"))
		isOver := len(asked) <= answers
		if code := run.ProcessState.ExitCode(); err != nil || code != want || isOver != (want != 4) {
			t.Errorf("%d answers, back: %s: exit code %d after %d questions (%v), want %d:\n%s", answers, back, code, len(asked), err, want, said)
		}
	}
	play("yes", all, 0)
	play("no", 100, 1)
	for answers := range all {
		play("yes", answers, 4)
	}
}

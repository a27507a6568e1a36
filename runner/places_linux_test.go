package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// onSmallDisks prepares a shell: DISK and TMPDIR are small disks of its own.
const onSmallDisks = `
for disk in "$DISK" "$TMPDIR"; do mount -t tmpfs -o size=64k none "$disk" || exit 1; done
cd "$DISK"
fill() { for disk; do dd if=/dev/zero of="$disk/fill" bs=1k 2>/dev/null; done; }
run() {
	"$RUNNER" run "$HOME/e.yaml" >"$HOME/said" 2>&1; code=$?
	cat "$HOME/said"; echo "code $code"
	grep -v 'so it is kept in' "$HOME/said" | grep -oE '(\.\.)?/[^ ]*journal.json[^ ;]*|journal.json.[a-z]+-[0-9]+' |
		while read -r file; do test -e "$file" || echo "$file is not there"; done
}
recover() { >"$HOME/again"; "$RUNNER" recover "$@" 2>&1; echo "code $?"; }
`

// TestFullAndReadOnly gives the runner disks that are full, from the start or in the middle, or that
// cannot be written: rollbacks are played, the journal is kept somewhere, and each file that is
// named is there. What was not undone can be undone later.
func TestFullAndReadOnly(t *testing.T) {
	if out, err := exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", t.TempDir()).CombinedOutput(); err != nil {
		t.Skipf("no disks of our own here: %v: %s", err, out)
	}
	const (
		full    = `dd if=/dev/zero of="$DISK/fill" bs=1k 2>/dev/null; `
		both    = full + `dd if=/dev/zero of="$TMPDIR/fill" bs=1k 2>/dev/null; `
		kill    = "kill -9 $PPID; sleep 20; "
		again   = `test -e "$HOME/again" `
		instead = `(?s)it is in TMPDIR/runner-journal-\d+/journal.json instead\n.*code 4\n$`
	)
	for name, c := range map[string]struct {
		script, fault, back string
		undone              string // how often; by the run, and by recover
		says                string
	}{
		"full":                      {`fill "$DISK"; run`, "", "", "x", instead},
		"full in the middle":        {`run`, full, "", "x", instead},
		"all is full":               {`fill "$DISK" "$TMPDIR"; run`, "", "", "", `\nrunner: the journal cannot be written to DISK: no space left on device; make room, or name another file: --journal-path FILE\ncode 2\n$`},
		"all is full in the middle": {`run`, both, "", "x", `(?s)"word": "explored".*it is above, on standard error; check free space .*; what could be kept while it ran is in journal.json.lines-\d+\n.*code 4\n$`},
		"read-only":                 {`mount -o remount,ro "$DISK"; run`, "", "", "", `\nrunner: the journal cannot be written to DISK: read-only file system; check its permissions, or name another file: --journal-path FILE\ncode 2\n$`},
		"full, and not undone":      {`run; recover "$TMPDIR"/*/journal.json`, full, again + "&& ", "x", `(?s)recover \S+/runner-journal-\d+/journal.json\n.*code 5\n.*code 0\n$`},
		// What the run has kept takes room, which is enough for the journal sometimes.
		"all is full, not undone": {`run; recover journal.json`, both, again + "&& ", "x", `(?s)recover journal.json\n.*code 5\n.*(?:it is above, on standard error.*code 4|journal  journal.json\ncode 0)\n$`},
		"full, and killed":        {`run; for file in "$TMPDIR"/*/journal.json.*; do recover "$file"; done`, full, again + "|| { " + kill + "}; ", "x", `(?s)so it is kept in TMPDIR/runner-journal-\d+/journal.json.partial-\d+\. If the runner is killed, undo the run: \S+ recover \S+\n.*code 137\n.*code 0\n$`},
		// What is undone stays so, whichever file is still there.
		"killed, then read-only": {`run; mount -o remount,ro "$DISK"; recover journal.json; mount -o remount,rw "$DISK"; recover journal.json; recover journal.json.partial-*; ls "$DISK" "$TMPDIR"`, kill, "", "x",
			`(?s)code 137\n.*beside its journal \(read-only file system\).*code 4\n.*nothing is to be undone.*code 0\n.*code [03]\nDISK:\n\nTMPDIR:\nrunner-journal-\d+\n$`},
		"killed, then twice": {`run; mount -o remount,ro "$DISK"; recover journal.json; mount -o remount,rw "$DISK"; recover journal.json; ls "$DISK" "$TMPDIR"`, kill, `test -e "$HOME/once" || { touch "$HOME/once"; ` + kill + "}; ", "x",
			`(?s)code 137\n.*code 137\n.*all rollbacks were played.*code 0\nDISK:\njournal.json\n\nTMPDIR:\n$`},
		"killed, then all is full": {`run; fill "$DISK" "$TMPDIR"; recover journal.json`, kill, "", "x", `(?s)code 137\n.*it is above, on standard error.*code 4\n$`},
	} {
		t.Run(name, func(t *testing.T) {
			home, disk, temporary := t.TempDir(), t.TempDir(), t.TempDir()
			if err := os.WriteFile(filepath.Join(home, "e.yaml"), []byte(undone(c.fault+"seq 2000", c.back+`printf x >>"$HOME/undone"`)), 0o600); err != nil {
				t.Fatal(err)
			}
			shell := exec.CommandContext(t.Context(), "unshare", "-rm", "sh", "-c", onSmallDisks+c.script)
			shell.Env = append(os.Environ(), "HOME="+home, "DISK="+disk, "TMPDIR="+temporary, "RUNNER="+filepath.Join(programs, "runner"))
			out, err := shell.CombinedOutput()
			said := strings.NewReplacer(temporary, "TMPDIR", disk, "DISK").Replace(string(out))
			if err != nil || !regexp.MustCompile(c.says).MatchString(said) || strings.Contains(said, "is not there\n") {
				t.Errorf("%v\n%s", err, said)
			}
			if undone, _ := os.ReadFile(filepath.Join(home, "undone")); string(undone) != c.undone {
				t.Errorf("the rollback has succeeded %d times:\n%s", len(undone), said)
			}
		})
	}
}

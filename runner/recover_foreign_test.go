package main_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"chaosworkshop.example/runner/internal/value"
)

// forged is a file of lines as a killed run leaves them, whose rollback makes the file played.
func forged(t *testing.T, folder, file string) (path string) {
	t.Helper()
	e, err := value.ParseJSON([]byte(undone("true", "touch played")))
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(folder, "experiment.json")
	begun := value.MapOf("folder", folder, "source", source, "start", "2026-01-02T03:04:05.000001", "experiment", e)
	activity, _ := e.(*value.Map).List("method")[0].(*value.Map)
	run := value.MapOf("part", "method", "run", value.MapOf("activity", activity, "start", "2026-01-02T03:04:06.000001"))
	path = filepath.Join(folder, file)
	for file, text := range map[string]string{source: value.JSON(e), path: value.JSON(value.MapOf("begun", begun)) + "\n" + value.JSON(run) + "\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// TestRecoverOfOthers: what somebody else has put beside the place of a journal is not played, and no
// run names the command that would. What is the user's own is.
func TestRecoverOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(folder, file string) error
		why    string
	}{
		"own":        {nil, ""},
		"of another": {func(_, file string) error { return os.Chown(file, 54321, -1) }, "it belongs to user 54321, and not to you"},
		"a link":     {func(folder, file string) error { return relink(file, filepath.Join(folder, "elsewhere")) }, "it is a link"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			const partial = "journal.json.partial-1"
			file := forged(t, folder, partial)
			if c.change != nil {
				if err := c.change(folder, file); os.IsPermission(err) || errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
					t.Skip("only root can make it, where there are other users: ", err)
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if out, _ := runIn(t, folder, "run", "--dry", "activities", "experiment.json"); strings.Contains(out, "recover") != (c.why == "") {
				t.Errorf("the next run says:\n%s", out)
			}
			if err := os.Remove(filepath.Join(folder, "journal.json")); err != nil {
				t.Fatal(err)
			}
			for _, named := range []string{partial, "journal.json"} {
				out, code := runIn(t, folder, "recover", named)
				_, err := os.Stat(filepath.Join(folder, "played"))
				if c.why == "" {
					if err != nil || code != 0 {
						t.Errorf("%d: %s", code, out)
					}
					break
				}
				if said := strings.Join(strings.Fields(out), " "); err == nil || code != 3 || !strings.Contains(said, c.why) {
					t.Errorf("%s: exit code %d, played: %t:\n%s", named, code, err == nil, out)
				}
			}
		})
	}
}

// relink moves a file, and leaves a link to it.
func relink(file, to string) error {
	if err := os.Rename(file, to); err != nil {
		return err
	}
	return os.Symlink(to, file)
}

// TestRecoverBesideAnything: whatever stands at the journal's own path, recover says so at once, and
// undoes what is left when its file is named.
func TestRecoverBesideAnything(t *testing.T) {
	for name, stand := range map[string]func(path string) error{
		"a pipe":   makePipe,
		"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"a link":   func(path string) error { return os.Symlink("experiment.json", path) },
		"a large file": func(path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 3<<30))
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			const partial = "journal.json.partial-1"
			forged(t, folder, partial)
			if err := stand(filepath.Join(folder, "journal.json")); errors.Is(err, errors.ErrUnsupported) {
				t.Skip("no pipe can be made here")
			} else if err != nil {
				t.Fatal(err)
			}
			out, code := runIn(t, folder, "recover", "journal.json")
			if said := strings.Join(strings.Fields(out), " "); code != 4 || !strings.Contains(said, "is not the journal of a run") || !strings.Contains(said, "recover "+partial) {
				t.Errorf("exit code %d:\n%s", code, out)
			}
			out, code = runIn(t, folder, "recover", partial)
			if _, err := os.Stat(filepath.Join(folder, "played")); err != nil || code != 0 {
				t.Errorf("exit code %d, %v:\n%s", code, err, out)
			}
		})
	}
}

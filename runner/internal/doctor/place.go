package doctor

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"chaosworkshop.example/runner/internal/process"
)

// Prefix begins the names of what the doctor makes and removes.
const Prefix = "doctor-"

// written makes a folder in another one and removes it. It returns the time that the disk gave
// to it.
func written(folder string) (time.Time, error) {
	path, err := process.MkdirTemp(folder, Prefix)
	if err != nil {
		return time.Time{}, err
	}
	defer os.Remove(path)
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// workshop is the folder for what is built and run, or the project's folder, where that will be.
func (m *Machine) workshop() string {
	if folder := filepath.Join(m.Root, ".workshop"); isThere(folder) {
		return folder
	}
	return m.Root
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return !os.IsNotExist(err)
}

// reason is an error without the path, which the sentence has already.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// makeRoom is what to do about a full disk.
const makeRoom = "delete what you do not need on this disk, and empty the bin; then type: {doctor}"

// isFull tells whether a disk has no room, as the error says: that of Unix, or of Windows.
func isFull(why string) bool {
	return strings.Contains(why, syscall.ENOSPC.Error()) || strings.Contains(why, syscall.EDQUOT.Error()) || strings.Contains(why, "not enough space on the disk")
}

// fixOf is what to do where nothing can be written because of err.
func fixOf(err error) string {
	if isFull(err.Error()) {
		return makeRoom
	}
	return elsewhere
}

const elsewhere = "copy the project to another folder, such as one in your home folder, and work there"

// sources are some files that the project cannot do without.
var sources = []string{"go.work", "chapter5/service/main.go", "chapter5/resilient-service/main.go"}

// folder checks that the project's folder can be written, and on what it is.
func (m *Machine) folder(context.Context) (found []Finding) {
	for _, folder := range []string{m.workshop(), filepath.Join(m.Root, "chapter5")} {
		if _, err := written(folder); err != nil && isThere(folder) {
			m.hopeless = true
			return bad("folder", fixOf(err), "nothing can be written into %s: %v", folder, reason(err))
		}
	}
	for _, name := range sources {
		if !isThere(filepath.Join(m.Root, filepath.FromSlash(name))) {
			m.hopeless = true
			return bad("folder", "{reset} brings back what learners change. Otherwise get the project again, from where it came", "%s is not there", name)
		}
	}
	if m.System != "windows" && strings.Contains(m.Root, `\`) {
		m.hopeless = true
		return bad("folder", `rename the folder of the project, or the one around it, whose name has a \`, "its path has a backslash (\\), and there Go cannot build the runner")
	}
	if drive := m.windowsDrive(); drive != "" {
		found = append(found, note("folder", elsewhere, "the project is on %s, a drive of Windows: from WSL it is slow", drive)...)
	}
	if name := synchronised(m.Root); name != "" {
		found = append(found, note("folder", elsewhere, "the project is in %s, which may lock files or bring old ones back while you work", name)...)
	}
	if strings.ContainsAny(m.Root, " \t") {
		found = append(found, note("folder", "", "its path has a space. The kit works there; in your own commands, write the path in quotes")...)
	}
	if len(found) == 0 {
		return good("folder", "it can be written")
	}
	return found
}

// windowsDrive is where the drive of Windows that has the project is mounted, in WSL; empty if
// it is on none.
func (m *Machine) windowsDrive() (mounted string) {
	longest := ""
	for line := range strings.Lines(m.Mounts) {
		fields := strings.Fields(line)
		if len(fields) < 4 {
			continue
		}
		at := strings.ReplaceAll(fields[1], `\040`, " ")
		if len(at) < len(longest) || m.Root != at && !strings.HasPrefix(m.Root, strings.TrimSuffix(at, "/")+"/") {
			continue
		}
		longest, mounted = at, ""
		if strings.Contains(line, "drvfs") {
			mounted = at
		}
	}
	return mounted
}

// synchronised is the folder in a path that a program copies to other computers, as far as its
// name tells; empty if there is none.
func synchronised(path string) string {
	for part := range strings.SplitSeq(filepath.ToSlash(path), "/") {
		for _, name := range []string{"onedrive", "dropbox", "google drive", "googledrive", "icloud", "mobile documents", "cloudstorage", "nextcloud", "owncloud"} {
			if strings.HasPrefix(strings.ToLower(part), name) {
				return part
			}
		}
	}
	return ""
}

// clock compares the computer's clock with the times of files. make and the services compare
// them too.
func (m *Machine) clock(context.Context) []Finding {
	const shape, slack = "2006-01-02 15:04", 3 * time.Second
	now := m.Now()
	shown := now.Format(shape)
	if now.Before(time.Date(2025, time.August, 1, 0, 0, 0, 0, time.UTC)) { // older than the Go that is needed
		return bad("clock", "set the date and time of this computer", "the clock shows %s, which is in the past", shown)
	}
	for _, name := range sources {
		info, err := os.Stat(filepath.Join(m.Root, filepath.FromSlash(name)))
		if err == nil && info.ModTime().After(now.Add(slack)) {
			fix := "set the date and time of this computer"
			if m.System != "windows" {
				fix += ". If they are right, give all files a new time: find . -type f -exec touch {} +"
			}
			return bad("clock", fix, "the clock shows %s, but %s is from the future: %s", shown, name, info.ModTime().Format(shape))
		}
	}
	if given, err := written(m.workshop()); err == nil {
		if apart := m.Now().Sub(given); apart.Abs() > slack {
			return bad("clock", elsewhere+", on a disk of this computer; or set its date and time", "a file that is written now gets a time that differs by %s from the clock", apart.Abs().Round(time.Second))
		}
	}
	return good("clock", "it shows %s, and the times of files fit", shown)
}

// ownLeftovers removes what a doctor has left that was killed.
func (m *Machine) ownLeftovers() (found []Finding) {
	for _, folder := range []string{m.Root, filepath.Join(m.Root, ".workshop")} {
		if err := process.RemoveTemporary(folder, Prefix); err != nil {
			found = append(found, note("leftovers", "remove this folder", "of an examination that was killed, something is left: %v", err)...)
		}
	}
	return found
}

// leftovers finds what earlier runs have left.
func (m *Machine) leftovers(context.Context) (found []Finding) {
	found = m.ownLeftovers()
	for _, command := range m.Undo {
		found = append(found, bad("leftovers", command, "a run has not undone what it did, so its fault is perhaps still there")...)
	}
	for _, name := range m.Up {
		found = append(found, bad("leftovers", "{stop}", "a demo has brought %s up, and it may still be up", name)...)
	}
	records, _, err := process.Leftovers(m.Records)
	if err != nil {
		return bad("leftovers", "make the folder .workshop readable for you, or remove it", "the records of running demos cannot be read: %v", err)
	}
	for _, r := range records {
		program := strings.TrimSuffix(filepath.Base(r.Command[0]), ".exe")
		found = append(found, bad("leftovers", "{stop}. If a demo runs in another terminal now, this is its own process: let it end first",
			"process %d (%s), which a demo started at %s, still runs", r.PID, program, r.When.Local().Format("15:04:05"))...)
	}
	copies, _ := fs.Glob(os.DirFS(m.Root), ".workshop/rehearsal-*") // the form is right
	for _, folder := range copies {
		remove := "rm -r " + folder
		if m.System == "windows" {
			remove = "rmdir /s " + filepath.FromSlash(folder)
		}
		found = append(found, note("leftovers", "if no rehearsal runs now, remove it:\n"+remove, "%s is the copy of the project in which a rehearsal plays; one that was killed leaves it", folder)...)
	}
	old := filepath.Join("chapter5", "exchange.dat.old")
	if m.System == "windows" && isThere(filepath.Join(m.Root, old)) {
		found = append(found, bad("leftovers", "del "+old, "%s is left from an earlier experiment: on Windows, the next one cannot move its file there", old)...)
	}
	if len(found) == 0 {
		return good("leftovers", "nothing of earlier runs is in the way")
	}
	return found
}

// names are a list in a sentence.
func names(list []string) string {
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
	}
	return strings.Join(list, "")
}

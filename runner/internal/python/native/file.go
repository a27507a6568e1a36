package native

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"chaosworkshop.example/runner/internal/value"
)

func osRename(a arguments) (any, error) { return nil, rename(a["src"], a["dst"]) }

func osReplace(a arguments) (any, error) {
	return nil, withTwo("replace", replaceFile, a["src"], a["dst"])
}

func osRemove(a arguments) (any, error) { return nil, withOne("remove", syscall.Unlink, a["path"]) }

func osUnlink(a arguments) (any, error) { return nil, withOne("unlink", syscall.Unlink, a["path"]) }

func osRmdir(a arguments) (any, error) { return nil, withOne("rmdir", syscall.Rmdir, a["path"]) }

// rename asks the operating system itself: os.Rename of Go looks first, and then
// says something else.
func rename(src, dst any) error { return withTwo("rename", syscall.Rename, src, dst) }

func withOne(who string, do func(string) error, path any) error {
	name, err := fileName(path, who, "path", named)
	if err != nil {
		return err
	}
	if err := do(name); err != nil {
		return systemError(err, path)
	}
	return nil
}

func withTwo(who string, do func(from, to string) error, src, dst any) error {
	from, err := fileName(src, who, "src", named)
	if err != nil {
		return err
	}
	to, err := fileName(dst, who, "dst", named)
	if err != nil {
		return err
	}
	if err := do(from, to); err != nil {
		return systemError(err, src, dst)
	}
	return nil
}

func osGetcwd(arguments) (any, error) {
	// os.Getwd of Go believes $PWD, which may lead there through a link.
	folder, err := syscall.Getwd()
	if err != nil {
		return nil, systemError(err)
	}
	return folder, nil
}

func osMkdir(a arguments) (any, error) { return nil, makeFolder(a["path"], a["mode"]) }

func makeFolder(path, mode any) error {
	name, err := fileName(path, "mkdir", "path", named)
	if err != nil {
		return err
	}
	bits, err := cInt(mode)
	if err != nil {
		return err
	}
	if err := syscall.Mkdir(name, uint32(bits)); err != nil {
		return systemError(err, path)
	}
	return nil
}

func osMakedirs(a arguments) (any, error) {
	name, ok := nameText(a["name"])
	if !ok {
		return nil, noPath(a["name"])
	}
	return nil, makeFolders(a["name"], name, a["mode"], value.Truthy(a["exist_ok"]))
}

// makeFolders also makes the folders on the way, which get the usual mode. An
// error shows the name as the type that it was given as.
func makeFolders(given any, name string, mode any, existOK bool) error {
	head, tail := splitName(name)
	if tail == "" {
		head, tail = splitName(head)
	}
	if there, _ := find(head); there == nil && head != "" && tail != "" {
		err := makeFolders(given, head, int64(0o777), existOK)
		if err != nil && !isClass(err, "FileExistsError") {
			return err
		}
		if tail == "." {
			return nil
		}
	}
	err := makeFolder(likeName(given, name), mode)
	if existOK && isSystem(err) && isFolder(name) {
		return nil
	}
	return err
}

// osListdir looks first whether the path is a folder: to open a pipe would be to
// wait for somebody to write to it.
func osListdir(a arguments) (any, error) {
	path := a["path"]
	if path == nil {
		path = "."
	}
	name, err := fileName(path, "listdir", "path", namedOpenOrNot)
	if err != nil {
		return nil, err
	}
	var entries []fs.DirEntry
	info, err := os.Stat(name)
	if err == nil && !info.IsDir() {
		err = notFolder
	}
	if err == nil {
		entries, err = os.ReadDir(name)
	}
	if err != nil {
		return nil, systemError(err, path)
	}
	names := make([]any, len(entries))
	for i, entry := range entries {
		names[i] = likeName(path, entry.Name())
	}
	return names, nil
}

func pathExists(a arguments) (any, error) {
	info, err := find(a["path"])
	return info != nil, err
}

func pathIsfile(a arguments) (any, error) {
	info, err := find(a["path"])
	return info != nil && info.Mode().IsRegular(), err
}

func pathIsdir(a arguments) (any, error) {
	info, err := find(a["s"])
	return info != nil && info.IsDir(), err
}

func pathGetsize(a arguments) (any, error) {
	info, err := stat(a["filename"])
	if err != nil {
		return nil, err
	}
	return info.Size(), nil
}

func pathBasename(a arguments) (any, error) {
	name, ok := nameText(a["p"])
	if !ok {
		return nil, noPath(a["p"])
	}
	_, tail := splitName(name)
	return likeName(a["p"], tail), nil
}

func noPath(v any) error {
	return raise("TypeError", "expected str, bytes or os.PathLike object, not %s", typeName(v))
}

// stat asks for what v names or, if that is a link, leads to.
func stat(v any) (fs.FileInfo, error) {
	name, err := fileName(v, "stat", "path", namedOrOpen)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, systemError(err, v)
	}
	return info, nil
}

// find is stat for those who only want to know whether something is there: it
// returns nil for what is not, and also for a name that cannot be one.
func find(v any) (fs.FileInfo, error) {
	info, err := stat(v)
	if isSystem(err) || isClass(err, "ValueError") {
		return nil, nil
	}
	return info, err
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func isLink(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// splitName cuts off the last part of a name: head is without the separators at
// its end, unless it is nothing but separators.
func splitName(name string) (head, tail string) {
	volume := filepath.VolumeName(name)
	rest := name[len(volume):]
	cut := strings.LastIndexAny(rest, separators) + 1
	head, tail = rest[:cut], rest[cut:]
	if trimmed := strings.TrimRight(head, separators); trimmed != "" {
		head = trimmed
	}
	return volume + head, tail
}

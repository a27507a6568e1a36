package native

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"chaosworkshop.example/runner/internal/value"
)

func osRename(a arguments) (any, error) { return nil, rename(a.text("src"), a.text("dst")) }

// rename asks the operating system itself: os.Rename of Go looks first, and then
// says something else.
func rename(src, dst string) error { return orSystem(syscall.Rename(src, dst), src, dst) }

func osReplace(a arguments) (any, error) {
	src, dst := a.text("src"), a.text("dst")
	return nil, orSystem(replaceFile(src, dst), src, dst)
}

func osRemove(a arguments) (any, error) {
	return nil, orSystem(syscall.Unlink(a.text("path")), a.text("path"))
}

func osRmdir(a arguments) (any, error) {
	return nil, orSystem(syscall.Rmdir(a.text("path")), a.text("path"))
}

func osMkdir(a arguments) (any, error) {
	return nil, makeFolder(a.text("path"), a["mode"].(int32))
}

func orSystem(err error, names ...string) error {
	if err != nil {
		return systemError(err, names...)
	}
	return nil
}

func makeFolder(name string, mode int32) error {
	return orSystem(syscall.Mkdir(name, uint32(mode)), name)
}

func osMakedirs(a arguments) (any, error) {
	return nil, makeFolders(a.text("name"), a["mode"].(int32), value.Truthy(a["exist_ok"]))
}

// makeFolders also makes the folders on the way, which get the usual mode.
func makeFolders(name string, mode int32, existOK bool) error {
	head, tail := splitName(name)
	if tail == "" {
		head, tail = splitName(head)
	}
	if head != "" && tail != "" && find(head) == nil {
		err := makeFolders(head, 0o777, existOK)
		if err != nil && !isClass(err, "FileExistsError") {
			return err
		}
		if tail == "." {
			return nil
		}
	}
	err := makeFolder(name, mode)
	if existOK && isSystem(err) && isFolder(name) {
		return nil
	}
	return err
}

func osGetcwd(arguments) (any, error) {
	// os.Getwd of Go believes $PWD, which may lead there through a link.
	folder, err := syscall.Getwd()
	if err != nil {
		return nil, systemError(err)
	}
	return folder, nil
}

// osListdir looks first whether the path is a folder: to open a pipe would be to
// wait for somebody to write to it.
func osListdir(a arguments) (any, error) {
	path := a.text("path")
	if a["path"] == nil {
		path = "."
	}
	var entries []fs.DirEntry
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = notFolder
	}
	if err == nil {
		entries, err = os.ReadDir(path)
	}
	if err != nil {
		return nil, systemError(err, path)
	}
	names := make([]any, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names, nil
}

func pathExists(a arguments) (any, error) { return find(a.text("path")) != nil, nil }

func pathIsfile(a arguments) (any, error) {
	info := find(a.text("path"))
	return info != nil && info.Mode().IsRegular(), nil
}

func pathIsdir(a arguments) (any, error) { return isFolder(a.text("s")), nil }

func pathGetsize(a arguments) (any, error) {
	info, err := os.Stat(a.text("filename"))
	if err != nil {
		return nil, systemError(err, a.text("filename"))
	}
	return info.Size(), nil
}

func pathBasename(a arguments) (any, error) {
	_, tail := splitName(a.text("p"))
	return tail, nil
}

// find asks for what name leads to; nil where nothing is there.
func find(name string) fs.FileInfo {
	info, err := os.Stat(name)
	if err != nil {
		return nil
	}
	return info
}

func isFolder(name string) bool {
	info := find(name)
	return info != nil && info.IsDir()
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

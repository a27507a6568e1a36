package python

import (
	"context"
	"os"
	"syscall"

	"chaosworkshop.example/runner/internal/value"
)

func osGetcwd(context.Context, arguments) (any, error) {
	// os.Getwd of Go believes $PWD, which may lead there through a link.
	folder, err := syscall.Getwd()
	if err != nil {
		return nil, systemError(err)
	}
	return folder, nil
}

func osMkdir(_ context.Context, a arguments) (any, error) {
	return nil, makeFolder(a["path"], a["mode"])
}

func osRmdir(_ context.Context, a arguments) (any, error) {
	return nil, withOne("rmdir", syscall.Rmdir, a["path"])
}

func osMakedirs(_ context.Context, a arguments) (any, error) {
	return nil, makeFolders(a["name"], a["mode"], value.Truthy(a["exist_ok"]))
}

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

// makeFolders also makes the folders on the way, which get the usual mode.
func makeFolders(name, mode any, existOK bool) error {
	done, err := makeParents(name, existOK)
	if done || err != nil {
		return err
	}
	err = makeFolder(name, mode)
	if existOK && isSystem(err) {
		if there, _ := isFolder(name); there {
			return nil
		}
	}
	return err
}

// makeParents is done with all of it where name ends in a dot.
func makeParents(name any, existOK bool) (done bool, err error) {
	head, tail, err := splitName(name)
	if err != nil {
		return false, err
	}
	if !value.Truthy(tail) {
		head, tail, _ = splitName(head)
	}
	if !value.Truthy(head) || !value.Truthy(tail) {
		return false, nil
	}
	if there, err := find(head); there != nil || err != nil {
		return false, err
	}
	err = makeFolders(head, int64(0o777), existOK)
	if err != nil && !isClass(err, "FileExistsError") {
		return false, err
	}
	last, _ := nameText(tail)
	return last == ".", nil
}

func osListdir(_ context.Context, a arguments) (any, error) {
	path := a["path"]
	if path == nil {
		path = "."
	}
	name, err := fileName(path, "listdir", "path", namedOpenOrNot)
	if err != nil {
		return nil, err
	}
	entries, err := readFolder(name)
	if err != nil {
		return nil, systemError(err, path)
	}
	names := make([]any, len(entries))
	for i, entry := range entries {
		names[i] = likeName(path, entry.Name())
	}
	return names, nil
}

// readFolder looks first whether name is a folder: to open a pipe would be to
// wait for somebody to write to it.
func readFolder(name string) ([]os.DirEntry, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, notFolder
	}
	return os.ReadDir(name)
}

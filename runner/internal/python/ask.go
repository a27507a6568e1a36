package python

import (
	"context"
	"io/fs"
	"os"
)

func pathExists(_ context.Context, a arguments) (any, error) {
	info, err := find(a["path"])
	return info != nil, err
}

func pathIsfile(_ context.Context, a arguments) (any, error) {
	info, err := find(a["path"])
	return info != nil && info.Mode().IsRegular(), err
}

func pathIsdir(_ context.Context, a arguments) (any, error) { return isFolder(a["s"]) }

func pathGetsize(_ context.Context, a arguments) (any, error) {
	info, err := stat(a["filename"])
	if err != nil {
		return nil, err
	}
	return info.Size(), nil
}

// stat asks for what v names or, if that is a link, leads to.
func stat(v any) (fs.FileInfo, error) {
	if isInteger(v) {
		return nil, systemError(notOpen, v)
	}
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

func isFolder(v any) (bool, error) {
	info, err := find(v)
	return info != nil && info.IsDir(), err
}

func isLink(v any) bool {
	name, _ := nameText(v)
	info, err := os.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// sameFile tells whether two names lead to one file; what is not there is no
// file.
func sameFile(a, b any) (bool, error) {
	first, err := stat(a)
	if err != nil {
		return false, unlessSystem(err)
	}
	second, err := stat(b)
	if err != nil {
		return false, unlessSystem(err)
	}
	return os.SameFile(first, second), nil
}

func unlessSystem(err error) error {
	if isSystem(err) {
		return nil
	}
	return err
}

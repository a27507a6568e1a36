package python

import (
	"context"
	"path/filepath"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

// shutilMove renames, into dst where that is a folder. What cannot be renamed,
// for example because it would go to another disk, is copied and removed.
func shutilMove(ctx context.Context, a arguments) (any, error) {
	src, dst := a["src"], a["dst"]
	folder, err := isFolder(dst)
	if err != nil {
		return nil, err
	}
	goal := dst
	if folder {
		same, err := sameFile(src, dst)
		if err != nil {
			return nil, err
		}
		if same { // the same folder in other letters, where case does not count
			return nil, rename(src, dst)
		}
		if goal, err = freeNameIn(dst, src); err != nil {
			return nil, err
		}
	}
	err = rename(src, goal)
	if isSystem(err) {
		err = moveByCopy(ctx, src, dst, goal)
	}
	if err != nil {
		return nil, err
	}
	return goal, nil
}

// freeNameIn is the name that src will have in the folder dst.
func freeNameIn(dst, src any) (any, error) {
	text, err := pathText(src)
	if err != nil {
		return nil, err
	}
	if typeName(src) == "bytes" {
		return nil, raise("TypeError", "a bytes-like object is required, not 'str'")
	}
	goal, err := joinName(dst, splitText(strings.TrimRight(text, separators))[1])
	if err != nil {
		return nil, err
	}
	if there, _ := find(goal); there != nil {
		return nil, raiseSystem("shutil.Error", "Destination path '%s' already exists", value.Text(goal))
	}
	return goal, nil
}

func moveByCopy(ctx context.Context, src, dst, goal any) error {
	if isLink(src) {
		if err := copyLink(src, goal); err != nil {
			return err
		}
		return unlink(src)
	}
	if folder, _ := isFolder(src); folder {
		if within(src, dst) {
			return raiseSystem("shutil.Error", "Cannot move a directory '%s' into itself '%s'.", value.Text(src), value.Text(dst))
		}
		if err := copyTree(ctx, src, goal); err != nil {
			return err
		}
		return removeTree(ctx, src, false)
	}
	if err := copyWithTimes(ctx, src, goal); err != nil {
		return err
	}
	return unlink(src)
}

// within tells whether dst is src or lies in it, going by the names alone.
func within(src, dst any) bool {
	separator := string(filepath.Separator)
	return strings.HasPrefix(absolute(dst)+separator, strings.TrimRight(absolute(src), separator)+separator)
}

func absolute(v any) string {
	name, _ := nameText(v)
	full, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	return full
}

package python

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"chaosworkshop.example/runner/internal/value"
)

// treeError is what could not be copied of a tree, all of it, as shutil collects
// it.
type treeError struct{ failures []string }

func (e *treeError) Error() string { return "[" + strings.Join(e.failures, ", ") + "]" }

func (e *treeError) add(src, dst any, err error) {
	var deeper *treeError
	if errors.As(err, &deeper) {
		e.failures = append(e.failures, deeper.failures...)
		return
	}
	text := err.Error()
	var raised *Exception
	if errors.As(err, &raised) {
		text = raised.Message
	}
	e.failures = append(e.failures, fmt.Sprintf("(%s, %s, %s)", value.Repr(src), value.Repr(dst), value.Repr(text)))
}

// copyTree copies a folder with all that is in it, links as links. A failure
// does not keep it from the rest.
func copyTree(ctx context.Context, src, dst any) error {
	err := copyFolder(ctx, src, dst)
	var failed *treeError
	if errors.As(err, &failed) {
		return raiseSystem("shutil.Error", "%s", failed.Error())
	}
	return err
}

func copyFolder(ctx context.Context, src, dst any) error {
	name, err := pathText(src)
	if err != nil {
		return err
	}
	entries, err := readFolder(name)
	if err != nil {
		return systemError(err, src)
	}
	if err := makeFolders(dst, int64(0o777), false); err != nil {
		return err
	}
	var failed treeError
	for _, entry := range entries {
		from, to := inFolder(src, entry.Name()), inFolder(dst, entry.Name())
		err := copyEntry(ctx, entry, from, to)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed.add(from, to, err)
		}
	}
	if err := copyTimes(src, dst); err != nil {
		failed.add(src, dst, err)
	}
	if len(failed.failures) > 0 {
		return &failed
	}
	return nil
}

func copyEntry(ctx context.Context, entry fs.DirEntry, from, to any) error {
	switch {
	case entry.Type()&fs.ModeSymlink != 0:
		return copyLink(from, to)
	case entry.IsDir():
		return copyFolder(ctx, from, to)
	}
	return copyWithTimes(ctx, from, to)
}

func inFolder(folder any, name string) any {
	text, _ := nameText(folder)
	return likeName(folder, joinText(text, name))
}

// copyWithTimes copies a file, its mode and when it was last written.
func copyWithTimes(ctx context.Context, src, dst any) error {
	dst, err := copyInto(ctx, src, dst, true)
	if err != nil {
		return err
	}
	return copyTimes(src, dst)
}

func copyTimes(src, dst any) error {
	info, err := stat(src)
	if err != nil {
		return err
	}
	name, _ := nameText(dst)
	if err := os.Chtimes(name, time.Time{}, info.ModTime()); err != nil {
		return systemError(err, dst)
	}
	return copyMode(src, dst, true)
}

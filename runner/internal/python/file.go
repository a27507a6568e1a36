package python

import (
	"context"
	"errors"
	"syscall"

	"chaosworkshop.example/runner/internal/value"
)

func osRename(_ context.Context, a arguments) (any, error) {
	return nil, rename(a["src"], a["dst"])
}

func osReplace(_ context.Context, a arguments) (any, error) {
	return nil, withTwo("replace", replaceFile, a["src"], a["dst"])
}

func osRemove(_ context.Context, a arguments) (any, error) {
	return nil, withOne("remove", syscall.Unlink, a["path"])
}

func osUnlink(_ context.Context, a arguments) (any, error) { return nil, unlink(a["path"]) }

func osSymlink(_ context.Context, a arguments) (any, error) {
	return nil, symlink(a["src"], a["dst"], value.Truthy(a["target_is_directory"]))
}

// rename asks the operating system itself: os.Rename of Go looks first, and then
// says something else.
func rename(src, dst any) error { return withTwo("rename", syscall.Rename, src, dst) }

func unlink(path any) error { return withOne("unlink", syscall.Unlink, path) }

func symlink(src, dst any, folder bool) error {
	return withTwo("symlink", func(target, link string) error {
		return makeLink(target, link, folder)
	}, src, dst)
}

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

var errNoLinkMode = errors.New("a link has no mode of its own here")

func osChmod(_ context.Context, a arguments) (any, error) {
	path := a["path"]
	name, err := fileName(path, "chmod", "path", namedOrOpen)
	if err != nil {
		return nil, err
	}
	mode, err := cInt(a["mode"])
	if err != nil {
		return nil, err
	}
	change := syscall.Chmod
	if !value.Truthy(a["follow_symlinks"]) {
		change = chmodLink
	}
	err = change(name, uint32(mode))
	if errors.Is(err, errNoLinkMode) {
		return nil, raise("NotImplementedError", "chmod: follow_symlinks unavailable on this platform")
	}
	if err != nil {
		return nil, systemError(err, path)
	}
	return nil, nil
}

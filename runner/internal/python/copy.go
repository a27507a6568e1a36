package python

import (
	"context"
	"io"
	"io/fs"
	"os"
	"syscall"

	"chaosworkshop.example/runner/internal/value"
)

func shutilCopy(ctx context.Context, a arguments) (any, error) {
	follow := value.Truthy(a["follow_symlinks"])
	dst, err := copyInto(ctx, a["src"], a["dst"], follow)
	if err != nil {
		return nil, err
	}
	if err := copyMode(a["src"], dst, follow); err != nil {
		return nil, err
	}
	return dst, nil
}

func shutilCopyfile(ctx context.Context, a arguments) (any, error) {
	if err := copyFile(ctx, a["src"], a["dst"], value.Truthy(a["follow_symlinks"])); err != nil {
		return nil, err
	}
	return a["dst"], nil
}

// copyInto copies what the file holds, into dst where that is a folder, and
// returns where it went.
func copyInto(ctx context.Context, src, dst any, follow bool) (any, error) {
	folder, err := isFolder(dst)
	if err != nil {
		return nil, err
	}
	if folder {
		base, err := baseName(src)
		if err != nil {
			return nil, err
		}
		if dst, err = joinName(dst, base); err != nil {
			return nil, err
		}
	}
	return dst, copyFile(ctx, src, dst, follow)
}

func copyFile(ctx context.Context, src, dst any, follow bool) error {
	same, err := sameFile(src, dst)
	if err != nil {
		return err
	}
	if same {
		return raiseSystem("shutil.SameFileError", "%s and %s are the same file", value.Repr(src), value.Repr(dst))
	}
	for _, name := range []any{src, dst} {
		info, err := stat(name)
		if err != nil && !isSystem(err) {
			return err
		}
		if err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
			return raiseSystem("shutil.SpecialFileError", "`%s` is a named pipe", value.Text(name))
		}
	}
	if !follow && isLink(src) {
		return copyLink(src, dst)
	}
	return copyContents(ctx, src, dst)
}

func copyLink(src, dst any) error {
	name, _ := nameText(src)
	target, err := os.Readlink(name)
	if err != nil {
		return systemError(err, src)
	}
	return symlink(likeName(src, target), dst, false)
}

func copyContents(ctx context.Context, src, dst any) error {
	from, err := openToRead(src)
	if err != nil {
		return err
	}
	defer from.Close()
	name, err := pathText(dst)
	if err != nil {
		return err
	}
	to, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return noFolderThere(systemError(err, dst), dst)
	}
	_, err = io.Copy(to, patient{ctx, from})
	if closing := to.Close(); err == nil {
		err = closing
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case regular(name):
		return systemError(err, src, dst)
	}
	return systemError(err)
}

// openToRead refuses a folder, which Go would open.
func openToRead(src any) (*os.File, error) {
	name, err := pathText(src)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, systemError(err, src)
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, systemError(folderOpen, src)
	}
	return file, nil
}

// noFolderThere says more clearly that a name that ends in a separator leads
// nowhere, as Python does since bpo-43219.
func noFolderThere(err error, dst any) error {
	if !isClass(err, "IsADirectoryError") {
		return err
	}
	if there, _ := find(dst); there != nil {
		return err
	}
	return raiseSystem("FileNotFoundError", "Directory does not exist: %s", value.Text(dst))
}

func regular(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// copyMode leaves a copied link alone: where links have modes of their own,
// nobody looks at them.
func copyMode(src, dst any, follow bool) error {
	if !follow && isLink(src) && isLink(dst) {
		return nil
	}
	info, err := stat(src)
	if err != nil {
		return err
	}
	name, _ := nameText(dst)
	if err := syscall.Chmod(name, modeBits(info.Mode())); err != nil {
		return systemError(err, dst)
	}
	return nil
}

// modeBits is a mode as the operating system has it.
func modeBits(mode fs.FileMode) uint32 {
	bits := uint32(mode.Perm())
	for flag, bit := range map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if mode&flag != 0 {
			bits |= bit
		}
	}
	return bits
}

// patient reads until the context ends.
type patient struct {
	ctx  context.Context
	from io.Reader
}

func (p patient) Read(to []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.from.Read(to)
}

//go:build unix

package native

import (
	"math/big"
	"slices"
)

func folderCalls() []call {
	return slices.Concat(mkdirCalls(), makedirsCalls(), rmdirCalls(), listdirCalls())
}

func mkdirCalls() []call {
	return []call{
		with("os", "mkdir", "", "path", "d"),
		with("os", "mkdir", "", "path", "d/", "mode", int64(0o700)),
		with("os", "mkdir", "", "path", "d", "mode", true),
		with("os", "mkdir", "", "path", "d", "mode", int64(0o1777)),
		with("os", "mkdir", "folder d", "path", "d"),
		with("os", "mkdir", "file f x", "path", "f"),
		with("os", "mkdir", "link l -> nowhere", "path", "l"),
		with("os", "mkdir", "", "path", "a/b"),
		with("os", "mkdir", "file f x", "path", "f/b"),
		with("os", "mkdir", "", "path", ""),
		with("os", "mkdir", "folder d; mode 555 d", "path", "d/new"),
		with("os", "mkdir", "", "path", "d", "mode", "0755"),
		with("os", "mkdir", "", "path", "d", "mode", 7.5),
		with("os", "mkdir", "", "path", "d", "mode", nil),
		with("os", "mkdir", "", "path", "d", "mode", int64(1<<31)),
		with("os", "mkdir", "", "path", "d", "mode", new(big.Int).Lsh(big.NewInt(1), 80)),
		with("os", "mkdir", "", "path", int64(1), "mode", "x"),
		with("os", "mkdir", "", "path", "d\x00", "mode", "x"),
		with("os", "mkdir", "", "mode", int64(3)),
		with("os", "mkdir", "", "path", "d", "exist_ok", true),
		with("os", "mkdir", "", "path", "d", "a", true, "b", true, "c", true),
	}
}

func makedirsCalls() []call {
	return []call{
		with("os", "makedirs", "", "name", "a/b/c"),
		with("os", "makedirs", "", "name", "a/b/"),
		with("os", "makedirs", "", "name", "a/b/."),
		with("os", "makedirs", "", "name", "./a//b"),
		with("os", "makedirs", "", "name", "a/../b"),
		with("os", "makedirs", "", "name", "<here>/a/b"),
		with("os", "makedirs", "", "name", []byte("a/b")),
		with("os", "makedirs", "", "name", "a/b", "mode", int64(0o700)),
		with("os", "makedirs", "folder d", "name", "d"),
		with("os", "makedirs", "folder d", "name", "d/", "exist_ok", false),
		with("os", "makedirs", "folder d", "name", "d", "exist_ok", true),
		with("os", "makedirs", "folder d", "name", "d", "exist_ok", "yes"),
		with("os", "makedirs", "folder d", "name", "d", "exist_ok", int64(0)),
		with("os", "makedirs", "folder d; link l -> d", "name", "l", "exist_ok", true),
		with("os", "makedirs", "file f x", "name", "f", "exist_ok", true),
		with("os", "makedirs", "file f x", "name", "f/g/h", "exist_ok", true),
		with("os", "makedirs", "link l -> nowhere", "name", "l/a"),
		with("os", "makedirs", "folder d; mode 555 d", "name", "d/a/b", "exist_ok", true),
		with("os", "makedirs", "", "name", ""),
		with("os", "makedirs", "", "name", int64(5)),
		with("os", "makedirs", "", "name", nil),
		with("os", "makedirs", "", "name", "a\x00/b"),
		with("os", "makedirs", "", "name", "a/b", "mode", "x"),
		with("os", "makedirs", ""),
		with("os", "makedirs", "", "path", "a"),
	}
}

func rmdirCalls() []call {
	return []call{
		with("os", "rmdir", "folder d", "path", "d"),
		with("os", "rmdir", "folder d; file d/x 1", "path", "d"),
		with("os", "rmdir", "file f x", "path", "f"),
		with("os", "rmdir", "folder d; link l -> d", "path", "l"),
		with("os", "rmdir", "", "path", "d"),
		with("os", "rmdir", "", "path", "."),
		with("os", "rmdir", "", "path", false),
		with("os", "rmdir", ""),
	}
}

func listdirCalls() []call {
	return []call{
		with("os", "listdir", "file b x; file a x; folder c; file c/d x; link naïve -> a"),
		with("os", "listdir", "folder d; file d/it's x", "path", "d"),
		with("os", "listdir", "folder d; file d/a x", "path", []byte("d")),
		with("os", "listdir", "folder d; file d/a x; link l -> d", "path", "l"),
		with("os", "listdir", "file a x", "path", nil),
		with("os", "listdir", "", "path", "d"),
		with("os", "listdir", "", "path", ""),
		with("os", "listdir", "file f x", "path", "f"),
		with("os", "listdir", "pipe p", "path", "p"),
		with("os", "listdir", "link l -> l", "path", "l"),
		with("os", "listdir", "folder d; mode 0 d", "path", "d"),
		with("os", "listdir", "", "path", 1.5),
		with("os", "listdir", "", "path", []any{}),
		with("os", "listdir", "", "path", "\x00"),
		with("os", "listdir", "", "folder", "a"),
		with("os", "listdir", "", "path", "a", "b", "c"),

		with("os", "getcwd", ""),
		with("os", "getcwd", "", "x", int64(1)),
	}
}

func treeCalls() []call {
	return []call{
		with("shutil", "rmtree", "folder d/e/f; file d/e/g x; link d/l -> /; link d/m -> nowhere; pipe d/p", "path", "d"),
		with("shutil", "rmtree", "folder x/d; folder x/e; file x/e/f 1; link l -> x/d", "path", "l/../e/"),
		with("shutil", "rmtree", "folder d/e; file d/f x", "path", "d", "ignore_errors", false, "onerror", nil, "dir_fd", nil),
		with("shutil", "rmtree", "folder d/e", "path", []byte("d")),
		with("shutil", "rmtree", "", "path", "d"),
		with("shutil", "rmtree", "", "path", []byte("d")),
		with("shutil", "rmtree", "", "path", "d", "ignore_errors", true),
		with("shutil", "rmtree", "file f x", "path", "f"),
		with("shutil", "rmtree", "file f x", "path", "f", "ignore_errors", int64(1)),
		with("shutil", "rmtree", "folder d; file d/f x; link l -> d", "path", "l"),
		with("shutil", "rmtree", "folder d; file d/f x; link l -> d", "path", "l/"),
		with("shutil", "rmtree", "link l -> nowhere", "path", "l"),
		with("shutil", "rmtree", "file f x; link l -> f", "path", "l"),
		with("shutil", "rmtree", "", "path", ""),
		with("shutil", "rmtree", "folder d/e; file d/e/f x; mode 555 d/e", "path", "d"),
		with("shutil", "rmtree", "folder d/e; file d/e/f x; mode 555 d", "path", "d"),
		with("shutil", "rmtree", "folder d/e; file d/e/f x; mode 0 d/e", "path", "d"),
		with("shutil", "rmtree", "folder d; file d/f x; mode 0 d", "path", "d"),
		with("shutil", "rmtree", "folder d/a; file d/a/f x; file d/b x; mode 555 d/a", "path", "d", "ignore_errors", true),
		with("shutil", "rmtree", "", "path", int64(5)),
		with("shutil", "rmtree", "", "path", nil, "ignore_errors", true),
		with("shutil", "rmtree", "", "path", "\x00"),
		with("shutil", "rmtree", "", "ignore_errors", true),
		with("shutil", "rmtree", "", "name", "d"),
	}
}

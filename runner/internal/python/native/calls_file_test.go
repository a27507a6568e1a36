//go:build unix

package native

import (
	"math"
	"math/big"
)

func askCalls() []call {
	var all []call
	for _, f := range [][2]string{{"exists", "path"}, {"isfile", "path"}, {"isdir", "s"}, {"getsize", "filename"}} {
		function, key := f[0], f[1]
		for _, c := range []call{
			{setup: "file f four", arguments: []any{"f"}},
			{setup: "file f four", arguments: []any{[]byte("f")}},
			{setup: "file f four; link l -> f", arguments: []any{"l"}},
			{setup: "file f four", arguments: []any{"f/"}},
			{setup: "link l -> nowhere", arguments: []any{"l"}},
			{setup: "link l -> l", arguments: []any{"l"}},
			{setup: "folder d/e; file d/f four; mode 0 d", arguments: []any{"d/f"}},
			{arguments: []any{"nothing"}},
			{arguments: []any{""}},
			{arguments: []any{"it's\x00"}},
			{arguments: []any{nil}},
			{arguments: []any{2.5}},
			{arguments: []any{[]any{}}},
		} {
			all = append(all, with("os.path", function, c.setup, key, c.arguments[0]))
		}
		all = append(all, with("os.path", function, ""), with("os.path", function, "", "x", "a"))
		if function != "getsize" { // the size of a folder depends on the disk
			all = append(all, with("os.path", function, "folder d", key, "d/"), with("os.path", function, "pipe p", key, "p"))
		}
	}
	for _, name := range []any{"a/b.txt", "a/b/", "/", "", "b", "a//", "it's/naïve", []byte("a/b"), "a\x00/b\x00"} {
		all = append(all, with("os.path", "basename", "", "p", name))
	}
	for _, name := range []any{int64(5), nil, 1.5, []any{}, false} {
		all = append(all, with("os.path", "basename", "", "p", name))
	}
	return append(all, with("os.path", "basename", ""), with("os.path", "basename", "", "path", "a"))
}

func copyCalls() []call {
	var all []call
	for _, f := range []string{"copy", "copyfile"} {
		all = append(all,
			with("shutil", f, "file f text", "src", "f", "dst", "g"),
			with("shutil", f, "file f new; file g older", "src", "f", "dst", "g"),
			with("shutil", f, "file f text", "src", []byte("f"), "dst", []byte("g")),
			with("shutil", f, "file f text", "src", []byte("f"), "dst", "g"),
			with("shutil", f, "file f x; folder d", "src", "./f", "dst", "d"),
			with("shutil", f, "file f x; folder d", "src", "f", "dst", "d/"),
			with("shutil", f, "file f x; folder d; link l -> d", "src", "f", "dst", "l"),
			with("shutil", f, "file f x; folder d", "src", "f", "dst", []byte("d")),
			with("shutil", f, "file f x; folder d; folder d/f", "src", "f", "dst", "d"),
			with("shutil", f, "file it's x", "src", "it's", "dst", "it's"),
			with("shutil", f, "file f x; link l -> f", "src", "f", "dst", "l"),
			with("shutil", f, "file f x; folder d; link d/f -> ../f", "src", "f", "dst", "d"),
			with("shutil", f, "", "src", "f", "dst", "g"),
			with("shutil", f, "folder d", "src", "d", "dst", "e"),
			with("shutil", f, "folder d; folder e", "src", "d", "dst", "e"),
			with("shutil", f, "file f x", "src", "f", "dst", "nowhere/"),
			with("shutil", f, "file f x", "src", "f", "dst", "nowhere/g"),
			with("shutil", f, "file f x", "src", "f/", "dst", "g"),
			with("shutil", f, "file f x", "src", "f", "dst", ""),
			with("shutil", f, "file f x; pipe p", "src", "p", "dst", "g"),
			with("shutil", f, "file f x; pipe p", "src", "f", "dst", "p"),
			with("shutil", f, "file f x", "src", "f", "dst", "/dev/full"),
			with("shutil", f, "file f x; link l -> f", "src", "l", "dst", "g"),
			with("shutil", f, "file f x; link l -> f", "src", "l", "dst", "g", "follow_symlinks", false),
			with("shutil", f, "link l -> nowhere", "src", "l", "dst", "g", "follow_symlinks", false),
			with("shutil", f, "link l -> nowhere", "src", "l", "dst", "g"),
			with("shutil", f, "file f x; link l -> g; file g y", "src", "l", "dst", "f", "follow_symlinks", false),
			with("shutil", f, "file f x; link l -> new", "src", "f", "dst", "l"),
			with("shutil", f, "file f x; mode 4555 f", "src", "f", "dst", "g"),
			with("shutil", f, "file f x; mode 0 f", "src", "f", "dst", "g"),
			with("shutil", f, "file f x; file g y; mode 444 g", "src", "f", "dst", "g"),
			with("shutil", f, "file f x; folder d; mode 555 d", "src", "f", "dst", "d/g"),
			with("shutil", f, "file f x", "src", 1.5, "dst", "f"),
			with("shutil", f, "file f x", "src", "f", "dst", nil),
			with("shutil", f, "folder d", "src", nil, "dst", "d"),
			with("shutil", f, "", "src", "f\x00", "dst", "g"),
			with("shutil", f, "file f x", "src", "f", "dst", "\x00"),
			with("shutil", f, ""),
			with("shutil", f, "", "src", "f"),
			with("shutil", f, "", "x", "f", "y", "z"),
		)
	}
	return all
}

func moveCalls() []call {
	return []call{
		with("shutil", "move", "file f text", "src", "f", "dst", "g"),
		with("shutil", "move", "file f new; file g old", "src", "f", "dst", "g"),
		with("shutil", "move", "file f x; folder d", "src", "f", "dst", "d"),
		with("shutil", "move", "file f x; folder d", "src", "./f", "dst", "d/"),
		with("shutil", "move", "folder e; file e/f x; folder d", "src", "e/", "dst", "d"),
		with("shutil", "move", "file f x; folder d; file d/f y", "src", "f", "dst", "d"),
		with("shutil", "move", "file f x; folder d; link l -> d", "src", "f", "dst", "l"),
		with("shutil", "move", "folder d", "src", "d", "dst", "d"),
		with("shutil", "move", "folder d; link l -> d", "src", "d", "dst", "l"),
		with("shutil", "move", "folder d/e", "src", "d", "dst", "d/e"),
		with("shutil", "move", "folder d/e", "src", "d", "dst", "d/new"),
		with("shutil", "move", "folder d; file d/x 1; file f x", "src", "d", "dst", "f"),
		with("shutil", "move", "folder d; file d/x 1", "src", "d", "dst", "new/d"),
		with("shutil", "move", "", "src", "it's", "dst", "g"),
		with("shutil", "move", "folder d", "src", "f", "dst", "d"),
		with("shutil", "move", "file f x", "src", "f", "dst", "nowhere/"),
		with("shutil", "move", "file f x", "src", "f", "dst", "nowhere/g"),
		with("shutil", "move", "file f x; link l -> f", "src", "l", "dst", "m"),
		with("shutil", "move", "link l -> nowhere", "src", "l", "dst", "new/m"),
		with("shutil", "move", "file f text", "src", "f", "dst", "<shm>"),
		with("shutil", "move", "file f text; link l -> f; folder d; mode 640 f", "src", "f", "dst", "<shm>/g"),
		with("shutil", "move", "link l -> nowhere", "src", "l", "dst", "<shm>"),
		with("shutil", "move", "folder d/e; file d/e/f x; link d/l -> e; link d/m -> nowhere", "src", "d", "dst", "<shm>"),
		with("shutil", "move", "folder d; pipe d/it's; file d/x 1", "src", "d", "dst", "<shm>/d"),
		with("shutil", "move", "folder d/e; pipe d/e/p", "src", "d", "dst", "<shm>/d"),
		with("shutil", "move", "pipe p", "src", "p", "dst", "<shm>"),
		with("shutil", "move", "file f x; folder d; mode 555 d", "src", "f", "dst", "d"),
		with("shutil", "move", "folder d; file d/f x; mode 555 d", "src", "d/f", "dst", "g"),
		with("shutil", "move", "", "src", int64(5), "dst", "g"),
		with("shutil", "move", "folder d", "src", nil, "dst", "d"),
		with("shutil", "move", "file f x", "src", "f", "dst", int64(500)),
		with("shutil", "move", "file f x; folder d", "src", "f", "dst", []byte("d")),
		with("shutil", "move", "file f x; folder d", "src", []byte("f"), "dst", []byte("d")),
		with("shutil", "move", "file f x", "src", "f\x00", "dst", "g"),
		with("shutil", "move", "file f x", "src", "f", "dst", "g\x00"),
		with("shutil", "move", ""),
		with("shutil", "move", "", "src", "f", "to", "g"),
		with("shutil", "move", "", "src", "f", "it's", "g"),
	}
}

func otherCalls() []call {
	all := []call{
		with("os", "getenv", "", "key", "KIT_WORD"),
		with("os", "getenv", "", "key", "KIT_NOTHING"),
		with("os", "getenv", "", "key", "KIT_NOTHING", "default", int64(5)),
		with("os", "getenv", "", "key", "", "default", "x"),
		with("os", "getenv", "", "key", "KIT_WORD="),
		with("os", "getenv", "", "key", "KIT_WORD\x00"),
		with("os", "getenv", "", "key", int64(1)),
		with("os", "getenv", "", "key", nil),
		with("os", "getenv", "", "key", []byte("KIT_WORD")),
		with("os", "getenv", ""),
		with("os", "getenv", "", "name", "KIT_WORD"),
	}
	for _, secs := range []any{
		int64(0), 0.0, 1e-9, false, "1", nil, []any{}, int64(-1), -0.5, -1e-12, math.NaN(), math.Inf(1), math.Inf(-1), 1e30,
		int64(1 << 62), int64(9223372037), new(big.Int).Lsh(big.NewInt(1), 80), int64(-9223372037), int64(-9223372036),
	} {
		all = append(all, with("time", "sleep", "", "secs", secs))
	}
	return all
}

func pipeCalls() []call {
	var all []call
	for _, c := range []call{
		{arguments: []any{"p"}},
		{setup: "folder d", arguments: []any{"d/p"}},
		{setup: "file p text", arguments: []any{"p"}},
		{arguments: []any{"nowhere/p"}},
		{arguments: []any{""}},
		{arguments: []any{"it's\x00"}},
		{arguments: []any{nil}},
		{arguments: []any{[]byte("p")}},
	} {
		all = append(all, with("os", "mkfifo", c.setup, "path", c.arguments[0]))
	}
	return append(all, with("os", "mkfifo", ""), with("os", "mkfifo", "", "path", "p", "mode", int64(0o600)))
}

func truncateCalls() []call {
	var all []call
	for _, length := range []any{int64(0), int64(2), int64(6), int64(-1), nil, 1.5, "2", true} {
		all = append(all, with("os", "truncate", "file f four", "path", "f", "length", length))
	}
	for _, path := range []any{"nothing", "d", "l", "", []byte("f"), int64(99), nil} {
		all = append(all, with("os", "truncate", "file f four; folder d; link l -> f", "path", path, "length", int64(0)))
	}
	return append(all, with("os", "truncate", "file f four", "path", "f"), with("os", "truncate", ""))
}

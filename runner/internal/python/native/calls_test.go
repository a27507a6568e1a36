//go:build unix

package native

import (
	"slices"
	"strings"

	"chaosworkshop.example/runner/internal/value"
)

func calls() []call {
	return slices.Concat(renameCalls(), removeCalls(), folderCalls(), askCalls(),
		copyCalls(), moveCalls(), treeCalls(), pipeCalls(), truncateCalls(), otherCalls())
}

func with(module, function, setup string, arguments ...any) call {
	return call{module, function, setup, arguments}
}

func renameCalls() []call {
	var all []call
	for _, f := range []string{"rename", "replace"} {
		all = append(all,
			with("os", f, "file a text", "src", "./a", "dst", "./b"),
			with("os", f, "", "src", "./a", "dst", "./b"),
			with("os", f, "file a new; file b old", "src", "a", "dst", "b"),
			with("os", f, "file f x; folder d", "src", "f", "dst", "d"),
			with("os", f, "file f x; folder d", "src", "d", "dst", "f"),
			with("os", f, "folder a; folder b; file b/x 1", "src", "a", "dst", "b"),
			with("os", f, "folder a; folder b", "src", "a", "dst", "b"),
			with("os", f, "folder d", "src", "d", "dst", "d/in"),
			with("os", f, "file it's x", "src", "it's", "dst", `a "b" c`),
			with("os", f, "", "src", "it's", "dst", `say "it's"`),
			with("os", f, "", "src", "naïve\n\t\\ \u00a0🙂\x7f", "dst", ""),
			with("os", f, "link l -> nowhere", "src", "l", "dst", "m"),
			with("os", f, "file f x; link l -> f", "src", "l", "dst", "f"),
			with("os", f, "file f x", "src", "f", "dst", "nowhere/f"),
			with("os", f, "file f x", "src", "f", "dst", "f/g"),
			with("os", f, "file f x", "src", "f/", "dst", "g"),
			with("os", f, "file f x", "src", "f", "dst", "g/"),
			with("os", f, "", "src", strings.Repeat("a", 300), "dst", "b"),
			with("os", f, "link l -> l", "src", "l/x", "dst", "b"),
			with("os", f, "file f x", "src", "f", "dst", "<shm>/f"),
			with("os", f, "folder d; file d/f x; mode 555 d", "src", "d/f", "dst", "g"),
			with("os", f, "", "src", int64(1), "dst", "b"),
			with("os", f, "", "src", "a", "dst", nil),
			with("os", f, "", "src", 1.5, "dst", true),
			with("os", f, "", "src", []any{"a"}, "dst", "b"),
			with("os", f, "", "src", "a\x00b", "dst", "b"),
			with("os", f, "", "src", "a", "dst", "\x00"),
			with("os", f, "file a x", "src", []byte("a"), "dst", "b"),
			with("os", f, "", "src", []byte("it's"), "dst", []byte{'"', '\'', 1}),
			with("os", f, ""),
			with("os", f, "", "dst", "b"),
			with("os", f, "", "src", "a"),
			with("os", f, "", "src", "a", "dst", "b", "it's", int64(1)),
			with("os", f, "", "src", "a", "dst", "b", "c", int64(1), "d", int64(1), "e", int64(1)),
			with("os", f, "file a x", "src", "a", "dst", "b", "src_dir_fd", nil, "dst_dir_fd", nil),
		)
	}
	return all
}

func removeCalls() []call {
	var all []call
	for _, f := range []string{"remove", "unlink"} {
		all = append(all,
			with("os", f, "file a text", "path", "a"),
			with("os", f, "", "path", "./exchange.dat"),
			with("os", f, "", "path", ""),
			with("os", f, "folder d", "path", "d"),
			with("os", f, "folder d; link l -> d", "path", "l"),
			with("os", f, "folder d; link l -> d", "path", "l/"),
			with("os", f, "link l -> nowhere", "path", "l"),
			with("os", f, "file f x", "path", "f/"),
			with("os", f, "file f x", "path", "f/g"),
			with("os", f, "folder d; file d/f x; mode 555 d", "path", "d/f"),
			with("os", f, "", "path", int64(3)),
			with("os", f, "", "path", &value.Map{}),
			with("os", f, "", "path", "\x00"),
			with("os", f, ""),
			with("os", f, "", "src", "a"),
			with("os", f, "", "path", "a", "x", "b"),
			with("os", f, "", "path", "a", "x", "b", "y", "c"),
			with("os", f, "file a x", "path", "a", "dir_fd", nil),
		)
	}
	return all
}

package native

import (
	"strings"
	"syscall"
)

// functions is every function that is built in. inspect.signature gives no
// names for time.sleep, which the Chaos Toolkit therefore cannot run: secs is the
// name in Python's documentation. os.Rename of Go is not used: it looks first, and
// then says something else.
var functions = []Function{
	{"os", "rename", []parameter{name("src"), name("dst"), rare("src_dir_fd"), rare("dst_dir_fd")}, onPair(syscall.Rename)},
	{"os", "replace", []parameter{name("src"), name("dst"), rare("src_dir_fd"), rare("dst_dir_fd")}, onPair(replaceFile)},
	{"os", "remove", []parameter{name("path"), rare("dir_fd")}, onPath(syscall.Unlink)},
	{"os", "unlink", []parameter{name("path"), rare("dir_fd")}, onPath(syscall.Unlink)},
	{"os", "mkdir", []parameter{name("path"), rare("mode"), rare("dir_fd")}, onPath(makeFolder)},
	{"os", "makedirs", []parameter{name("name"), rare("mode"), {"exist_ok", false, isAnything}}, osMakedirs},
	{"os", "rmdir", []parameter{name("path"), rare("dir_fd")}, onPath(syscall.Rmdir)},
	{"os", "listdir", []parameter{{"path", false, isName}}, osListdir},
	{"os", "getcwd", nil, osGetcwd},
	{"os", "getenv", []parameter{name("key"), {"default", false, isAnything}}, osGetenv},
	{"os.path", "exists", []parameter{name("path")}, tells("path", exists)},
	{"os.path", "isfile", []parameter{name("path")}, tells("path", isFile)},
	{"os.path", "isdir", []parameter{name("s")}, tells("s", isFolder)},
	{"os.path", "getsize", []parameter{name("filename")}, pathGetsize},
	{"os.path", "basename", []parameter{name("p")}, pathBasename},
	{"shutil", "copy", []parameter{name("src"), name("dst"), rare("follow_symlinks")}, shutilCopy},
	{"shutil", "copyfile", []parameter{name("src"), name("dst"), rare("follow_symlinks")}, shutilCopyfile},
	{"shutil", "move", []parameter{name("src"), name("dst"), rare("copy_function")}, shutilMove},
	{"shutil", "rmtree", []parameter{name("path"), {"ignore_errors", false, isAnything}, rare("onerror"), rare("dir_fd")},
		shutilRmtree},
	{"time", "sleep", []parameter{{"secs", true, isAnything}}, timeSleep},
}

// name is a parameter for the name of a file, a folder or a variable.
func name(p string) parameter { return parameter{p, true, isName} }

// rare is a parameter that only an interpreter takes.
func rare(p string) parameter { return parameter{name: p} }

func isAnything(any) bool { return true }

// isName is false for a text with a zero byte, which no name can have.
func isName(v any) bool {
	text, ok := v.(string)
	return ok && !strings.Contains(text, "\x00")
}

package native

var (
	src, dst = Parameter{Name: "src", Required: true, kind: name}, Parameter{Name: "dst", Required: true, kind: name}
	path     = Parameter{Name: "path", Required: true, kind: name}
	dirFd    = Parameter{Name: "dir_fd", kind: onlyNull}
	mode     = Parameter{Name: "mode", Default: int64(0o777), kind: number}
	follow   = Parameter{Name: "follow_symlinks", Default: true}
)

func file(parameter string) Parameter {
	return Parameter{Name: parameter, Required: true, kind: nameNoOpen}
}

// functions is every function that is done natively. inspect.signature gives none
// for time.sleep, which the Chaos Toolkit therefore cannot run: its argument is
// named secs in Python's documentation and seconds in its help text, and both are
// taken here.
var functions = []Function{
	{"os", "rename", []Parameter{src, dst, {Name: "src_dir_fd", kind: onlyNull}, {Name: "dst_dir_fd", kind: onlyNull}}, osRename, nil},
	{"os", "replace", []Parameter{src, dst, {Name: "src_dir_fd", kind: onlyNull}, {Name: "dst_dir_fd", kind: onlyNull}}, osReplace, nil},
	{"os", "remove", []Parameter{path, dirFd}, osRemove, nil},
	{"os", "unlink", []Parameter{path, dirFd}, osRemove, nil},
	{"os", "mkdir", []Parameter{path, mode, dirFd}, osMkdir, nil},
	{"os", "makedirs", []Parameter{{Name: "name", Required: true, kind: name}, mode, {Name: "exist_ok", Default: false}}, osMakedirs, nil},
	{"os", "rmdir", []Parameter{path, dirFd}, osRmdir, nil},
	{"os", "listdir", []Parameter{{Name: "path", Default: ".", kind: nameNoOpen}}, osListdir, nil},
	{"os", "getcwd", nil, osGetcwd, nil},
	{"os", "getenv", []Parameter{{Name: "key", Required: true}, {Name: "default"}}, osGetenv, nil},
	{"os.path", "exists", []Parameter{file("path")}, pathExists, nil},
	{"os.path", "isfile", []Parameter{file("path")}, pathIsfile, nil},
	{"os.path", "isdir", []Parameter{file("s")}, pathIsdir, nil},
	{"os.path", "getsize", []Parameter{file("filename")}, pathGetsize, nil},
	{"os.path", "basename", []Parameter{{Name: "p", Required: true, kind: name}}, pathBasename, nil},
	{"shutil", "copy", []Parameter{file("src"), file("dst"), follow}, shutilCopy, nil},
	{"shutil", "copyfile", []Parameter{file("src"), file("dst"), follow}, shutilCopyfile, nil},
	{"shutil", "move", []Parameter{src, dst, {Name: "copy_function", kind: onlyNull}}, shutilMove, nil},
	{"shutil", "rmtree", []Parameter{path, {Name: "ignore_errors", Default: false}, {Name: "onerror", kind: onlyNull}, dirFd}, shutilRmtree, nil},
	{"time", "sleep", []Parameter{{Name: "secs", alias: "seconds", Required: true}}, nil, timeSleep},
}

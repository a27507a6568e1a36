package python

import (
	"slices"
	"sync"
)

// table is every function that is done natively. The names and the defaults are
// those of inspect.signature in CPython 3.11. It gives none for time.sleep, which
// the Chaos Toolkit therefore cannot run: its argument is named secs in Python's
// documentation and seconds in its help text, and both will do.
var table = sync.OnceValue(func() []Function {
	return slices.Concat(osFunctions(), pathFunctions(), otherFunctions())
})

func osFunctions() []Function {
	return []Function{
		{"os", "rename", []Parameter{needed("src"), needed("dst"), folder("src_dir_fd"), folder("dst_dir_fd")}, true, osRename},
		{"os", "replace", []Parameter{needed("src"), needed("dst"), folder("src_dir_fd"), folder("dst_dir_fd")}, true, osReplace},
		{"os", "remove", []Parameter{needed("path"), folder("dir_fd")}, true, osRemove},
		{"os", "unlink", []Parameter{needed("path"), folder("dir_fd")}, true, osUnlink},
		{"os", "mkdir", []Parameter{needed("path"), optional("mode", int64(0o777)), folder("dir_fd")}, true, osMkdir},
		{"os", "makedirs", []Parameter{needed("name"), optional("mode", int64(0o777)), optional("exist_ok", false)}, false, osMakedirs},
		{"os", "rmdir", []Parameter{needed("path"), folder("dir_fd")}, true, osRmdir},
		{"os", "listdir", []Parameter{{Name: "path", limit: noOpenFile}}, true, osListdir},
		{"os", "symlink", []Parameter{needed("src"), needed("dst"), optional("target_is_directory", false), folder("dir_fd")}, true, osSymlink},
		{"os", "chmod", []Parameter{file("path"), needed("mode"), folder("dir_fd"), optional("follow_symlinks", true)}, true, osChmod},
		{"os", "getcwd", nil, true, osGetcwd},
		{"os", "getenv", []Parameter{needed("key"), optional("default", nil)}, false, osGetenv},
	}
}

func pathFunctions() []Function {
	return []Function{
		{"os.path", "exists", []Parameter{file("path")}, false, pathExists},
		{"os.path", "isfile", []Parameter{file("path")}, false, pathIsfile},
		{"os.path", "isdir", []Parameter{file("s")}, false, pathIsdir},
		{"os.path", "getsize", []Parameter{file("filename")}, false, pathGetsize},
		{"os.path", "basename", []Parameter{needed("p")}, false, pathBasename},
	}
}

func otherFunctions() []Function {
	return []Function{
		{"shutil", "copy", []Parameter{file("src"), file("dst"), optional("follow_symlinks", true)}, false, shutilCopy},
		{"shutil", "copyfile", []Parameter{file("src"), file("dst"), optional("follow_symlinks", true)}, false, shutilCopyfile},
		{"shutil", "move", []Parameter{needed("src"), needed("dst"), {Name: "copy_function", limit: nothing}}, false, shutilMove},
		{"shutil", "rmtree", []Parameter{needed("path"), optional("ignore_errors", false), {Name: "onerror", limit: noFunction}, folder("dir_fd")}, false, shutilRmtree},
		{"time", "sleep", []Parameter{{Name: "secs", alias: "seconds", Required: true}}, true, timeSleep},
	}
}

func needed(name string) Parameter { return Parameter{Name: name, Required: true} }

func optional(name string, otherwise any) Parameter {
	return Parameter{Name: name, Default: otherwise}
}

// file is a needed name that Python would also take as the number of an open file.
func file(name string) Parameter {
	return Parameter{Name: name, Required: true, limit: noOpenFile}
}

func folder(name string) Parameter { return Parameter{Name: name, limit: noOpenFolder} }

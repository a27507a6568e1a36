package document

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"chaosworkshop.example/runner/internal/problem"
)

// missing is what to do about a file that is not there: it may have another name, another
// ending, or be in a folder beside the one that is named.
func missing(path string) string {
	for _, r := range path {
		if o := oddity(r); o != nil {
			return "in its name " + strings.Replace(o.what, "this is", "there is", 1) + ": " + o.do
		}
	}
	if address().MatchString(path) {
		return "write an address whole, as in http://localhost:8000/experiment.json"
	}
	if _, err := os.Lstat(path); err == nil {
		return "it is a link, and what it leads to is not there"
	}
	folder, name := filepath.Split(path)
	if isFile(filepath.Clean(folder)) {
		return filepath.Clean(folder) + " is a file, and no folder"
	}
	ending := func(name string) string { return strings.TrimSuffix(name, filepath.Ext(name)) }
	files, err := os.ReadDir(cmp.Or(folder, "."))
	if errors.Is(err, fs.ErrNotExist) { // perhaps the folder is misspelt
		above, misspelt := filepath.Split(filepath.Clean(folder))
		for _, near := range problem.Near(misspelt, namesIn(cmp.Or(above, "."), true)) {
			if meant := filepath.Join(above, near, name); isFile(meant) {
				return "did you mean '" + meant + "'?"
			}
		}
		return "the folder " + filepath.Clean(folder) + " does not exist either: check its name and the folder you are in"
	}
	near := problem.Near(name, namesIn(cmp.Or(folder, "."), false))
	for _, f := range files {
		if f.IsDir() {
			for _, inside := range namesIn(filepath.Join(folder, f.Name()), false) {
				if Parsers[filepath.Ext(inside)] != nil && ending(inside) == ending(name) {
					near = append(near, filepath.Join(f.Name(), inside))
				}
			}
		} else if Parsers[filepath.Ext(f.Name())] != nil && ending(f.Name()) == ending(name) {
			near = append([]string{f.Name()}, near...)
		}
	}
	if len(near) > 0 {
		return "did you mean '" + filepath.Join(folder, near[0]) + "'?"
	}
	return "check the name and the folder you are in"
}

// inFolder is what to do about a folder in the place of a file: there may be just one to name.
func inFolder(path string) string {
	known := slices.DeleteFunc(namesIn(path, false), func(name string) bool { return Parsers[filepath.Ext(name)] == nil })
	if len(known) == 1 {
		return "did you mean '" + filepath.Join(path, known[0]) + "'?"
	}
	return "name a file in it"
}

// address finds what may be meant as one on the network.
var address = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:https?[:/]|[\w.-]+:\d+/)`) })

// namesIn are the names of the files or of the folders in a folder.
func namesIn(folder string, folders bool) (names []string) {
	files, _ := os.ReadDir(folder) // without it, there is nothing to suggest
	for _, f := range files {
		if f.IsDir() == folders {
			names = append(names, f.Name())
		}
	}
	return names
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "chaosworkshop.example/runner/internal/"

// source is one file of the runner, tests left out.
type source struct {
	room string // the package's folder; empty for main
	path string
	file *ast.File
}

func sources(t *testing.T, set *token.FileSet) []source {
	var all []source
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "testdata" {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		room := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "internal/")
		all = append(all, source{strings.TrimPrefix(room, "."), path, file})
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d files: %v", len(all), err)
	}
	return all
}

// TestArrows holds the imports to the table in docs/architecture.md: each room
// uses what its row names, all of it, and nothing further up.
func TestArrows(t *testing.T) {
	order, allowed := rooms(t)
	used := map[string][]string{}
	for _, s := range sources(t, token.NewFileSet()) {
		if _, known := allowed[s.room]; !known && s.room != "" {
			t.Errorf("%s is in a room that docs/architecture.md does not name: %s", s.path, s.room)
		}
		for _, spec := range s.file.Imports {
			if other, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module); ours && !slices.Contains(used[s.room], other) {
				used[s.room] = append(used[s.room], other)
			}
		}
	}
	for room, others := range used {
		slices.Sort(others)
		if want := allowed[room]; room != "" && room != "cli" && !slices.Equal(others, want) {
			t.Errorf("%s uses %v, and docs/architecture.md says %v", room, others, want)
		}
		for _, other := range others {
			if room != "" && room != "cli" && slices.Index(order, other) <= slices.Index(order, room) {
				t.Errorf("%s uses %s, which is further up", room, other)
			}
		}
	}
}

// rooms reads the table: the rooms in their order, and what each may use.
func rooms(t *testing.T) (order []string, uses map[string][]string) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	uses = map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|.*\\| (.+) \\|$").FindAllStringSubmatch(string(text), -1) {
		if strings.HasPrefix(row[2], "`") {
			continue
		}
		order = append(order, row[1])
		uses[row[1]] = nil
		if row[2] != "nothing of ours" {
			uses[row[1]] = strings.Split(row[2], ", ")
		}
	}
	if len(order) < 10 {
		t.Fatalf("the table of docs/architecture.md has only the rooms %v", order)
	}
	return order, uses
}

// TestOneSpeaksAndOneExits keeps printing in cli and exiting in main.
func TestOneSpeaksAndOneExits(t *testing.T) {
	forbidden := map[string][]string{
		"os.Exit": {"."}, "log.Fatal": {}, "fmt.Print": {}, "fmt.Println": {}, "fmt.Printf": {},
		"os.Stdout": {"."}, "os.Stderr": {"."}, "os.Args": {"."},
	}
	for _, s := range sources(t, token.NewFileSet()) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := selector.X.(*ast.Ident); ok {
				name := pkg.Name + "." + selector.Sel.Name
				if where, is := forbidden[name]; is && !slices.Contains(where, filepath.Dir(s.path)) {
					t.Errorf("%s uses %s", s.path, name)
				}
			}
			return true
		})
	}
}

// TestSizes keeps files, functions and packages at a size that is read at once.
func TestSizes(t *testing.T) {
	const maxFile, maxFunction, usual = 300, 60, 15
	// The engine's interfaces, its results and its reasons to stop are one thought.
	maxExported := map[string]int{"engine": 21}
	set := token.NewFileSet()
	exported := map[string]int{}
	documented := map[string]bool{}
	for _, s := range sources(t, set) {
		lines := func(n ast.Node) int { return set.Position(n.End()).Line - set.Position(n.Pos()).Line + 1 }
		if n := set.Position(s.file.FileEnd).Line; n > maxFile {
			t.Errorf("%s has %d lines", s.path, n)
		}
		documented[s.room] = documented[s.room] || s.file.Doc != nil
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && lines(f) > maxFunction {
				t.Errorf("%s: %s has %d lines", s.path, f.Name.Name, lines(f))
			}
			exported[s.room] += exportedNames(d)
		}
	}
	for room, n := range exported {
		if n > max(usual, maxExported[room]) {
			t.Errorf("package %s exports %d names", room, n)
		}
		if !documented[room] {
			t.Errorf("package %s has no comment that says what it is", room)
		}
	}
}

// exportedNames counts the types and functions that a package offers; methods
// and constants belong to their type.
func exportedNames(d ast.Decl) (n int) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.IsExported() {
			return 1
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if t, ok := spec.(*ast.TypeSpec); ok && t.Name.IsExported() {
				n++
			}
		}
	}
	return n
}

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

// source is one file of the runner, without tests.
type source struct {
	pkg  string // the package's folder; empty for main
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
		pkg := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "internal/")
		all = append(all, source{strings.TrimPrefix(pkg, "."), path, file})
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d files: %v", len(all), err)
	}
	return all
}

// TestImports compares the imports with the table in docs/architecture.md: each
// package imports exactly what its row names, and nothing further up.
func TestImports(t *testing.T) {
	order, allowed := packages(t)
	imported := map[string][]string{}
	for _, s := range sources(t, token.NewFileSet()) {
		if _, known := allowed[s.pkg]; !known && s.pkg != "" {
			t.Errorf("%s is in a package that docs/architecture.md does not name: %s", s.path, s.pkg)
		}
		for _, spec := range s.file.Imports {
			if other, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module); ours && !slices.Contains(imported[s.pkg], other) {
				imported[s.pkg] = append(imported[s.pkg], other)
			}
		}
	}
	for pkg, others := range imported {
		slices.Sort(others)
		if want := allowed[pkg]; pkg != "" && pkg != "cli" && !slices.Equal(others, want) {
			t.Errorf("%s imports %v, and docs/architecture.md says %v", pkg, others, want)
		}
		for _, other := range others {
			if pkg != "" && pkg != "cli" && slices.Index(order, other) <= slices.Index(order, pkg) {
				t.Errorf("%s imports %s, which is further up", pkg, other)
			}
		}
	}
}

// packages reads the table: the packages in their order, and what each imports.
func packages(t *testing.T) (order []string, imports map[string][]string) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	imports = map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|.*\\| (.+) \\|$").FindAllStringSubmatch(string(text), -1) {
		if strings.HasPrefix(row[2], "`") {
			continue
		}
		order = append(order, row[1])
		imports[row[1]] = nil
		if row[2] != "no own package" {
			imports[row[1]] = strings.Split(row[2], ", ")
		}
	}
	if len(order) < 10 {
		t.Fatalf("the table of docs/architecture.md has only the packages %v", order)
	}
	return order, imports
}

// TestOnePrintsAndOneExits: only cli prints, and only main ends the program.
func TestOnePrintsAndOneExits(t *testing.T) {
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
			if from, ok := selector.X.(*ast.Ident); ok {
				name := from.Name + "." + selector.Sel.Name
				if where, is := forbidden[name]; is && !slices.Contains(where, filepath.Dir(s.path)) {
					t.Errorf("%s uses %s", s.path, name)
				}
			}
			return true
		})
	}
}

// TestSizes keeps files, functions and packages small enough to read at once.
func TestSizes(t *testing.T) {
	const maxFile, maxFunction, usual = 300, 60, 15
	// The engine's interfaces, its results and its reasons to stop belong together.
	maxExported := map[string]int{"engine": 21}
	set := token.NewFileSet()
	exported := map[string]int{}
	documented := map[string]bool{}
	for _, s := range sources(t, set) {
		lines := func(n ast.Node) int { return set.Position(n.End()).Line - set.Position(n.Pos()).Line + 1 }
		if n := set.Position(s.file.FileEnd).Line; n > maxFile {
			t.Errorf("%s has %d lines", s.path, n)
		}
		documented[s.pkg] = documented[s.pkg] || s.file.Doc != nil
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && lines(f) > maxFunction {
				t.Errorf("%s: %s has %d lines", s.path, f.Name.Name, lines(f))
			}
			exported[s.pkg] += exportedNames(d)
		}
	}
	for pkg, n := range exported {
		if n > max(usual, maxExported[pkg]) {
			t.Errorf("package %s exports %d names", pkg, n)
		}
		if !documented[pkg] {
			t.Errorf("package %s has no comment that says what it is", pkg)
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

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
		if want := allowed[pkg]; pkg != "" && !slices.Equal(others, want) {
			t.Errorf("%s imports %v, and docs/architecture.md says %v", pkg, others, want)
		}
		for _, other := range others {
			if pkg != "" && slices.Index(order, other) <= slices.Index(order, pkg) {
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
	const maxFile, maxFunction, maxExported = 300, 60, 15
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
		if n > maxExported {
			t.Errorf("package %s exports %d names", pkg, n)
		}
		if !documented[pkg] {
			t.Errorf("package %s has no comment that says what it is", pkg)
		}
	}
}

// exportedNames counts what a package offers: types, functions, variables and
// constants. Methods belong to their type.
func exportedNames(d ast.Decl) (n int) {
	count := func(names ...*ast.Ident) {
		for _, name := range names {
			if name.IsExported() {
				n++
			}
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			count(d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				count(spec.Name)
			case *ast.ValueSpec:
				count(spec.Names...)
			}
		}
	}
	return n
}

// TestChain keeps the longest chain of imports short: from main it is five steps.
func TestChain(t *testing.T) {
	imports := map[string][]string{}
	for _, s := range sources(t, token.NewFileSet()) {
		for _, spec := range s.file.Imports {
			if other, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module); ours {
				imports[s.pkg] = append(imports[s.pkg], other)
			}
		}
	}
	var longest func(pkg string) []string
	longest = func(pkg string) (chain []string) {
		for _, other := range imports[pkg] {
			if below := longest(other); len(below) > len(chain) {
				chain = below
			}
		}
		return append([]string{pkg}, chain...)
	}
	if chain := longest(""); len(chain) != 6 {
		t.Errorf("the longest chain is main%s", strings.Join(chain, " > "))
	}
}

// TestOneWayOut: what came from outside leaves the program through package show. It
// finds new places that write files, or read one without asking whether it is a pipe that never ends, and texts for the console with a part that was
// not masked. It does not follow a value through variables, and cannot see what a
// package named here writes: the list of process is not masked, as make stop needs it,
// what target keeps to take a target down neither, nor the files of learners that demo and exercise put back or keep.
func TestOneWayOut(t *testing.T) {
	writers := map[string][]string{
		"io.WriteString": {"cli"}, "os.WriteFile": {"process", "demo", "exercise", "rehearsal"}, "os.Create": {}, "os.CreateTemp": {"process", "target"}, "atomicfile.Write": {"journal"}, "atomicfile.WriteFile": {"demo", "exercise", "cli", "target"},
		"os.OpenFile": {"atomicfile", "journal", "cli", "python/native", "process"},
		"os.ReadFile": {"process", "doctor", "cli"}, "io.ReadAll": {"document", "httpclient", "cli", "process", "original"}, "os.Open": {"atomicfile", "run", "python/native", "journal"}, "atomicfile.Open": {"document", "report", "original"},
	}
	masked := regexp.MustCompile(`\bmask\.(Screen|Line|Lines|Text|Value)$`)
	for _, s := range sources(t, token.NewFileSet()) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := nameOf(call.Fun)
			if where, is := writers[name]; is && !slices.Contains(where, s.pkg) {
				t.Errorf("%s calls %s", s.path, name)
			}
			// A text that is put together for the console has only masked parts.
			if strings.HasSuffix(name, ".note") || strings.HasSuffix(name, ".Say") || strings.HasSuffix(name, ".Line") || masked.MatchString(name) {
				return false
			}
			if strings.HasSuffix(name, ".print") || strings.HasSuffix(name, ".result") {
				for _, argument := range call.Args {
					ast.Inspect(argument, func(n ast.Node) bool {
						if inner, ok := n.(*ast.CallExpr); ok && masked.MatchString(nameOf(inner.Fun)) {
							return false
						}
						if selector, ok := n.(*ast.SelectorExpr); ok && slices.Contains(outside, selector.Sel.Name) {
							t.Errorf("%s shows %s without its mask", s.path, nameOf(selector))
						}
						return true
					})
				}
			}
			return true
		})
	}
}

// outside are the fields that hold what came from outside.
var outside = []string{"Reason", "Title", "Name", "Output", "Body", "Command", "Next", "What", "Message"}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return nameOf(e.X) + "." + e.Sel.Name
	}
	return ""
}

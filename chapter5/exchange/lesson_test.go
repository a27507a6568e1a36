package exchange_test

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Each service is whole in the one file that a learner opens: the writer, the
// handler and main, with nothing but the standard library and what is boring.
func TestEachServiceIsOneShortFile(t *testing.T) {
	for _, program := range services { // they are read here, not run
		text := contents(t, sources[program])
		if lines := strings.Count(text, "\n"); lines >= 80 {
			t.Errorf("%s: %d lines are too many for two minutes", program, lines)
		}
		parts := []string{"\nfunc main() {\n", ".Go(func() {\n", "os.WriteFile(", "\nfunc answer(", "os.ReadFile("}
		if inPython(program) {
			parts = []string{"\ndef main():\n", " = threading.Thread(", `open(file, "w")`, "\ndef answer(", `open(file, "rb")`}
		}
		for _, part := range parts {
			if strings.Count(text, part) != 1 {
				t.Errorf("%s does not have %q once", program, part)
			}
		}
		for _, path := range imports(t, program, text) {
			if strings.Contains(path, ".") && path != "chaosworkshop.example/chapter5/exchange" {
				t.Errorf("%s imports %s", program, path)
			}
		}
	}
	for files, most := range map[string]int{"exchange.go flags.go": 250, "../python/exchange.py ../python/flags.py": 340} {
		lines := 0
		for file := range strings.FieldsSeq(files) {
			lines += strings.Count(contents(t, file), "\n")
		}
		if lines >= most {
			t.Errorf("%s: %d lines", files, lines)
		}
	}
}

// imports are the packages that a service uses. A module of Python that is neither standard
// nor ours gets a dot before its name.
func imports(t *testing.T, program, text string) (paths []string) {
	if inPython(program) {
		for _, found := range regexp.MustCompile(`(?m)^\s*(?:import|from) (\w+)`).FindAllStringSubmatch(text, -1) {
			if path := found[1]; slices.Contains([]string{"datetime", "exchange", "threading"}, path) {
				paths = append(paths, path)
			} else {
				paths = append(paths, "."+path)
			}
		}
		return paths
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, imported := range file.Imports {
		path, _ := strconv.Unquote(imported.Path.Value)
		paths = append(paths, path)
	}
	return paths
}

// The difference between the two services is the lesson, so it must stay small: the
// resilient one has one more block, and in Go what that block imports.
func TestTheServicesDifferInTheMissingFileAlone(t *testing.T) {
	for i, want := range []struct {
		imports     []string
		first, last string // lines of the block
		most        int    // lines
	}{
		{[]string{"\t\"errors\"", "\t\"io/fs\""}, "\tif errors.Is(err, fs.ErrNotExist) {", "\t}", 12},
		{nil, "    except FileNotFoundError:", `        return exchange.Answer(503, "the exchange file is not ready\n", later)`, 5},
	} {
		weak := strings.Split(contents(t, sources[fragile[i]]), "\n")
		var added []string
		changes, before := 0, -2
		for i, line := range strings.Split(contents(t, sources[resilient[i]]), "\n") {
			if len(weak) > 0 && line == weak[0] {
				weak = weak[1:]
				continue
			}
			if before != i-1 {
				changes++
			}
			before, added = i, append(added, line)
		}
		if len(weak) > 0 {
			t.Fatalf("the resilient service lacks lines of the fragile one, from %q on", weak[0])
		}
		block := added[min(len(want.imports), len(added)):]
		if len(block) < 3 || len(added) > want.most || changes != min(len(want.imports), 1)+1 || !slices.Equal(added[:len(want.imports)], want.imports) {
			t.Fatalf("%d lines in %d places differ:\n%s", len(added), changes, strings.Join(added, "\n"))
		}
		if block[0] != want.first || block[len(block)-1] != want.last {
			t.Errorf("the block is not the handling of the missing file:\n%s", strings.Join(block, "\n"))
		}
	}
}

func TestTheExperimentFitsTheServices(t *testing.T) {
	var experiment struct {
		Configuration struct{ Port struct{ Default string } }
		Method        []struct {
			Name     string
			Provider struct {
				Arguments struct{ Src, Dst, Path string }
			}
		}
	}
	if err := json.Unmarshal([]byte(contents(t, "../originals/experiment.json")), &experiment); err != nil {
		t.Fatal(err)
	}
	each(t, services, func(t *testing.T, program string) {
		help, err := command(t, program, "--help").Output()
		if err != nil {
			t.Fatal(err)
		}
		move, gone := experiment.Method[0].Provider.Arguments, experiment.Method[1].Provider.Arguments
		for _, want := range []string{"(default " + experiment.Configuration.Port.Default + ")", "(default " + move.Src + ")", "(default " + gone.Path + ")"} {
			if !strings.Contains(string(help), want) {
				t.Errorf("the experiment's %q is not the services'", want)
			}
		}
	})
}

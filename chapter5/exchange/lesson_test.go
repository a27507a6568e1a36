package exchange_test

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Each service is whole in the one file that a learner opens: the writer, the
// handler and main, with nothing but the standard library and this package.
func TestEachServiceIsOneShortFile(t *testing.T) {
	for _, program := range both {
		text := contents(t, sources[program])
		if lines := strings.Count(text, "\n"); lines >= 80 {
			t.Errorf("%s: %d lines are too many for two minutes", program, lines)
		}
		for _, part := range []string{"\nfunc main() {\n", ".Go(func() {\n", "os.WriteFile(", "\nfunc answer(", "os.ReadFile("} {
			if strings.Count(text, part) != 1 {
				t.Errorf("%s does not have %q once", program, part)
			}
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range file.Imports {
			path, _ := strconv.Unquote(imported.Path.Value)
			if strings.Contains(path, ".") && path != "chaosworkshop.example/chapter5/exchange" {
				t.Errorf("%s imports %s", program, path)
			}
		}
	}
	lines := strings.Count(contents(t, "exchange.go")+contents(t, "flags.go"), "\n")
	if lines >= 250 {
		t.Errorf("package exchange has %d lines", lines)
	}
}

// The difference between the two services is the lesson, so it must stay
// small: the resilient one has one more block, and what that block imports.
func TestTheServicesDifferInTheMissingFileAlone(t *testing.T) {
	fragile := strings.Split(contents(t, sources["service"]), "\n")
	resilient := strings.Split(contents(t, sources["resilient-service"]), "\n")
	var added []string
	changes := 0
	for i, line := range resilient {
		if len(fragile) > 0 && line == fragile[0] {
			fragile = fragile[1:]
			continue
		}
		if i == 0 || len(added) == 0 || added[len(added)-1] != resilient[i-1] {
			changes++
		}
		added = append(added, line)
	}
	if len(fragile) > 0 {
		t.Fatalf("the resilient service lacks lines of the fragile one, from %q on", fragile[0])
	}
	if len(added) < 8 || len(added) > 12 || changes != 2 {
		t.Fatalf("%d lines in %d places differ:\n%s", len(added), changes, strings.Join(added, "\n"))
	}
	imports, block := added[:2], added[2:]
	if !slices.Equal(imports, []string{"\t\"errors\"", "\t\"io/fs\""}) {
		t.Errorf("the imports are %q", imports)
	}
	if block[0] != "\tif errors.Is(err, fs.ErrNotExist) {" || block[len(block)-2] != "\t\treturn" || block[len(block)-1] != "\t}" {
		t.Errorf("the block is not the handling of the missing file:\n%s", strings.Join(block, "\n"))
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
	help, err := command(t, "service", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	move, gone := experiment.Method[0].Provider.Arguments, experiment.Method[1].Provider.Arguments
	for _, want := range []string{"(default " + experiment.Configuration.Port.Default + ")", "(default " + move.Src + ")", "(default " + gone.Path + ")"} {
		if !strings.Contains(string(help), want) {
			t.Errorf("the experiment's %q is not the services'", want)
		}
	}
}

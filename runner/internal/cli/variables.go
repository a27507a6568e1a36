package cli

import (
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"chaosworkshop.example/runner/internal/check"
	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/settings"
	"chaosworkshop.example/runner/internal/variables"
)

// variableOptions are the flags that give an experiment's variables values.
type variableOptions struct {
	vars      []string
	varFiles  []string
	overrides variables.Overrides
}

func variableFlags(o *variableOptions, f *pflag.FlagSet) {
	f.StringArrayVar(&o.vars, "var", nil, "override a configuration value: `KEY[:TYPE]=VALUE`; may be repeated")
	f.StringArrayVar(&o.varFiles, "var-file", nil, "override configuration and secrets from a JSON or YAML `FILE`, or set the environment from any other; may be repeated")
}

// read gathers the values: files first, so that --var has the last word.
func (o *variableOptions) read() error {
	for _, path := range o.varFiles {
		if err := o.readFile(path); err != nil {
			return err
		}
	}
	for _, v := range o.vars {
		if err := o.overrides.AddVar(v); err != nil {
			return err
		}
	}
	return nil
}

func (o *variableOptions) readFile(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return problem.Wrap(problem.Usage, err, "the file of --var-file cannot be read", "check its name")
	}
	switch filepath.Ext(path) {
	case ".json", ".yaml", ".yml":
		doc, found := document.Read(path)
		if doc == nil {
			return found
		}
		err = o.overrides.AddDocument(doc.Value)
	default:
		err = o.overrides.AddDotenv(string(text))
	}
	if err != nil {
		return problem.Wrap(problem.Usage, err, path, "")
	}
	return o.setEnvironment()
}

// setEnvironment hands on what dotenv files set: the processes of an experiment
// see it too.
func (o *variableOptions) setEnvironment() error {
	for name, text := range o.overrides.Environment.All() {
		if err := os.Setenv(name, text.(string)); err != nil {
			return problem.Wrap(problem.Usage, err, "the variable "+name+" cannot be set", "correct its name")
		}
	}
	return nil
}

// readSettings reads the toolkit's settings, whose strategies, controls and
// authorizations count here too. Its error is a strategy that does not exist.
func (s *session) readSettings(o *runOptions) error {
	path := s.options.settings
	if path == "" {
		path = settings.DefaultPath(s.world.Environment)
	}
	read, err := settings.Read(path)
	if err != nil {
		s.console.log(false).Error("The settings are left out, because they cannot be read: " + err.Error())
	}
	o.settings = read
	wrong, warnings := read.Document.Problems(check.Settings(read.Written)).Split()
	if len(wrong) > 0 {
		return wrong
	}
	if len(warnings) > 0 {
		s.console.problems(warnings)
	}
	return nil
}

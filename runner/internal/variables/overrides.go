package variables

import (
	"encoding/json"
	"strings"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Overrides are the values given beside the experiment: by --var, and by the
// files of --var-file. What comes later replaces what came before, so the
// caller adds the files first. The zero Overrides is empty and ready for use.
type Overrides struct {
	Configuration value.Map
	Secrets       value.Map
	// Environment holds what dotenv files set. It goes before the real
	// environment, for processes that an experiment starts too.
	Environment value.Map
}

// AddVar reads KEY[:TYPE]=VALUE, as given to --var. Its error is a usage problem.
func (o *Overrides) AddVar(text string) error {
	key, written, ok := strings.Cut(text, "=")
	if !ok {
		return badVar(text, "it has no =")
	}
	var v any = written
	if i := strings.LastIndexByte(key, ':'); i >= 0 {
		var err error
		if v, err = convert(key[i+1:], written); err != nil {
			return badVar(text, err.Error())
		}
		if !json.Valid(value.AppendJSON(nil, v, "", "")) {
			return badVar(text, "NaN and infinite numbers are not supported")
		}
		key = key[:i]
	}
	o.Configuration.Set(key, v)
	return nil
}

func badVar(text, why string) error {
	key, _, _ := strings.Cut(text, "=") // the value may be secret
	return problem.New(problem.Usage, "--var "+key+": "+why, "write KEY=VALUE or KEY:TYPE=VALUE, TYPE being one of "+typeNames)
}

// AddDocument merges a JSON or YAML file: a mapping whose keys configuration
// and secrets are mappings like the experiment's own.
func (o *Overrides) AddDocument(document any) error {
	const do = "write an object with the keys configuration and secrets, which are objects too"
	m, ok := document.(*value.Map)
	if !ok && document != nil {
		return problem.New(problem.Usage, "the document is not an object", do)
	}
	for _, part := range []struct {
		key  string
		into *value.Map
	}{{"configuration", &o.Configuration}, {"secrets", &o.Secrets}} {
		given := m.Map(part.key)
		if m.Has(part.key) && given == nil {
			return problem.New(problem.Usage, part.key+" is not an object", do)
		}
		for name, v := range given.All() {
			part.into.Set(name, v)
		}
	}
	return nil
}

// AddDotenv reads lines of KEY=VALUE into the environment. Empty lines and those
// that start with # are skipped; quotes and the word export have no meaning.
func (o *Overrides) AddDotenv(text string) error {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, v, ok := strings.Cut(line, "=")
		if !ok || key == "" {
			return problem.New(problem.Usage, "line "+value.Text(int64(i+1))+" is not KEY=VALUE", "write one KEY=VALUE on each line")
		}
		o.Environment.Set(key, v)
	}
	return nil
}

// Package settings reads the parts of the Chaos Toolkit's settings file that concern a
// run: strategies, controls for every experiment, and the authorization for servers
// that experiments are fetched from.
package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"chaosworkshop.example/runner/internal/document"
	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// Settings are what the file says; the zero Settings say nothing.
type Settings struct {
	Written  *value.Map
	Document *document.Document // knows the places in the file; nil without one
}

// DefaultPath is where the toolkit keeps its settings; empty where the user has no home folder.
func DefaultPath(environment func(string) (string, bool)) string {
	home, _ := environment("HOME")
	if home == "" {
		home, _ = os.UserHomeDir()
	}
	if home == "" {
		return ""
	}
	return filepath.Join(home, ".chaostoolkit", "settings.yaml")
}

// Read reads the settings at path, as YAML, with any ending of the file's name. An empty
// file has no settings. It is a problem if the file cannot be read or holds no object, or
// if it does not exist and is not optional.
func Read(path string, optional bool) (Settings, error) {
	var doc *document.Document
	text, found := document.Text(path)
	if found == nil {
		doc, found = document.ParseYAML(path, text)
	}
	switch {
	case doc == nil:
		cause := found[len(found)-1]
		if errors.Is(cause, document.ErrEmpty) || optional && errors.Is(cause, fs.ErrNotExist) {
			return Settings{}, nil
		}
		return Settings{}, found
	case doc.Value != nil && doc.Map() == nil:
		return Settings{}, &problem.Problem{At: doc.At(), Code: problem.Invalid, What: "the settings must be an object", Do: "write keys and values"}
	}
	return Settings{Written: doc.Map(), Document: doc}, nil
}

// Authorization is the value of the header for a server (host or host:port); empty for none.
func (s Settings) Authorization(host string) string {
	auth := s.Written.Map("auths").Map(host)
	content, ok := auth.Get("value")
	if !ok {
		return ""
	}
	return value.Text(auth.Value("type")) + " " + value.Text(content)
}

package cli

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
)

// inImage tells whether this is the runner in its image, which says so: nothing else is there.
func (w World) inImage() bool {
	name, _ := w.Environment("CHAOSWORKSHOP_IMAGE")
	return name != ""
}

// instead are the parts of messages that nobody can do in the image, and what can be done there.
var instead = []struct{ said, do string }{
	{`go to the (?:folder of the project|project's folder)(?:, or name it with --root|, which [^;]*)?`, "the image has no project: type it where one is"},
	{`install (?:the program|Python 3)[^;]*`, "build an image that has it, FROM chaosworkshop/runner"},
	{`run(?: it)? in a terminal`, "give docker run the flags --interactive --tty"},
	{`check its permissions`, "give docker run the --user to whom it belongs"},
	{`, as in \.workshop/`, ", as in "},
	{`[,;] (?:except what )?(?:docs|targets)/\S+ (?:names|shows how)`, ""},
}

// forImage is a message as it is to be said in the image.
func forImage(said string) string {
	for _, i := range instead {
		said = regexp.MustCompile(i.said).ReplaceAllString(said, i.do)
	}
	return said
}

// hideOfProject leaves out of the help what needs a project.
func hideOfProject(root *cobra.Command) {
	for _, c := range root.Commands() {
		c.Hidden = c.Hidden || c.Flags().Lookup("root") != nil
	}
}

// hasProject tells whether commands of the workshop can be typed here. Only the command run needs no project.
func (s *session) hasProject() bool {
	_, err := s.root()
	return !s.runs || err == nil && !s.world.inImage()
}

// isTarget is the problem of a target in the place of an experiment.
func (s *session) isTarget(path string) error {
	do := "name the file of an experiment"
	if s.hasProject() {
		do = "start it and run its experiment: " + s.command("demo", unended(filepath.Base(path)))
	}
	return usage(path+" is a target, and not an experiment", do)
}

// ofProject finds the commands of a next step that need a project.
var ofProject = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{(?:start|diff|reset|demo)\b[^}]*\}`) })

// possible is a next step without the lines that cannot be typed here; empty if its sentence needs such a command.
func (s *session) possible(do string) string {
	if !ofProject().MatchString(do) || s.hasProject() {
		return do
	}
	sentence, commands, _ := strings.Cut(do, "\n")
	if ofProject().MatchString(sentence) {
		return ""
	}
	left := slices.DeleteFunc(strings.Split(commands, "\n"), ofProject().MatchString)
	return strings.Join(append([]string{sentence}, left...), "\n")
}

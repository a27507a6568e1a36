package draft

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"chaosworkshop.example/runner/internal/httpclient"
	"chaosworkshop.example/runner/internal/value"
)

// longest is the length of an answer, in letters.
const longest = 1000

// clean is an answer without the blanks around it. It refuses what nobody can see.
func clean(text string) (string, error) {
	text = strings.TrimSpace(text)
	hidden := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }
	switch {
	case strings.ContainsFunc(text, hidden):
		return "", refuse("the answer has a character that cannot be seen, perhaps from an arrow key", "write it again")
	case utf8.RuneCountInString(text) > longest:
		return "", refuse(fmt.Sprintf("the answer is longer than %d letters", longest), "write a shorter one; a long command fits into a script")
	}
	return text, nil
}

func (d *Draft) takeURL(text string) (string, error) {
	const full = "write the full URL, as in http://localhost:8080/"
	if strings.ContainsAny(text, "$ ") {
		return "", refuse("a URL has no blank and no $", "write %20 for a blank, and %24 for a $")
	}
	address, err := httpclient.ParseURL(text)
	if err != nil {
		return "", refuse(err.Error(), full)
	}
	d.service, d.written = address, text
	return "", nil
}

// between is what stands between two statuses.
var between = regexp.MustCompile(`(?i)[\s,;]+(?:(?:and|or)\s+)?`)

func (d *Draft) takeStatus(text string) (string, error) {
	var all []any
	for _, word := range between.Split(text, -1) {
		status, err := strconv.ParseInt(word, 10, 64)
		if err != nil || status < 100 || status > 599 {
			return "", refuse("'"+word+"' is no status of HTTP: these are numbers from 100 to 599", "write one, as in 200, or several, as in 200, 503")
		}
		if !slices.Contains(all, any(status)) {
			all = append(all, status)
		}
	}
	d.tolerance = all
	if len(all) == 1 {
		d.tolerance = all[0]
	}
	return "", nil
}

func (d *Draft) takeFault(text string) (string, error) {
	s, err := d.step(text)
	switch {
	case err != nil:
		return "", err
	case s.path == "":
		d.fault = s
		return s.understood(), nil
	}
	whole := s.path
	if !filepath.IsAbs(whole) {
		whole = filepath.Join(d.place.Folder, whole)
	}
	if below, err := filepath.Rel(whole, d.place.Folder); err == nil && filepath.IsLocal(below) {
		return "", refuse("you work in the folder '"+s.path+"' or further down, so it cannot be taken away", "take away a file, or another folder")
	}
	if there, _ := d.place.Find(s.path + away); there {
		return "", refuse("there is already '"+s.path+away+"', and it would be lost", "move it to another place, or take something else away")
	}
	d.fault = s
	return s.understood() + ": the experiment moves it to " + s.path + away + d.orRun(s), nil
}

func (d *Draft) takeProof(text string) (string, error) {
	command, fails := strings.CutPrefix(text, "not ")
	if fails {
		text = command
	}
	s, err := d.step(strings.TrimSpace(text))
	switch {
	case err != nil:
		return "", err
	case s.path != "" && fails:
		return "", refuse("'not' stands only before a command, and '"+s.path+"' is a file", "for a file that is gone, write its path alone")
	}
	s.fails = fails
	d.proof = s
	switch {
	case s.path != "":
		return "the proof: " + s.path + " is gone" + d.orRun(s), nil
	case fails:
		return s.understood() + "; the proof: it ends with an exit code other than 0", nil
	}
	return s.understood() + "; the proof: it ends with exit code 0", nil
}

func (d *Draft) takeUndo(text string) (string, error) {
	if d.fault.path != "" && text == moveBack {
		d.undo = d.fault
		return "", nil
	}
	words, err := split(text)
	if err != nil {
		return "", err
	}
	if found, advice := d.place.Program(words[0]); found == "" {
		return "", refuse("there is no program '"+words[0]+"'", advice)
	}
	d.undo = step{words: words}
	return d.undo.understood(), nil
}

// step reads a path or a command. Only what is there is a path: a wrong one would prove
// that it is gone.
func (d *Draft) step(text string) (step, error) {
	if s, ok := d.file(text); ok {
		return s, replaced(text)
	}
	words, err := split(text)
	if err != nil {
		return step{}, err
	}
	if len(words) == 1 {
		if s, ok := d.file(words[0]); ok {
			return s, replaced(words[0])
		}
	}
	found, advice := d.place.Program(words[0])
	switch {
	case found != "":
		return step{words: words}, nil
	case len(words) > 1:
		return step{}, refuse("there is no program '"+words[0]+"'", advice)
	}
	return step{}, refuse("there is neither a file nor a program '"+words[0]+"'",
		"start the system first, or correct the answer; paths begin in "+d.place.Folder)
}

// orRun says how to run a file that is a program, too.
func (d *Draft) orRun(s step) string {
	if found, _ := d.place.Program(s.path); found == "" {
		return ""
	}
	return " (to run it instead, begin again, and write it after the program that runs it, as in: sh " + s.path + ")"
}

func (d *Draft) file(path string) (step, bool) {
	there, folder := d.place.Find(path)
	if short := strings.TrimRightFunc(path, func(r rune) bool { return r == '/' || r == filepath.Separator }); short != "" {
		path = short
	}
	return step{path: path, folder: folder}, there
}

// replaced refuses a path with ${name} in it: in an experiment, this stands for a value.
func replaced(path string) error {
	if strings.Contains(path, "${") {
		return refuse("in an experiment, ${...} is replaced by a value", "take a file without ${ in its name")
	}
	return nil
}

// understood says how the answer was read.
func (s step) understood() string {
	switch {
	case s.folder:
		return "a folder"
	case s.path != "":
		return "a file"
	}
	list := value.JSON(s.list())
	return "a command, word by word: " + list[1:len(list)-1]
}

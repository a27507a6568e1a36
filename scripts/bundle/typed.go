package main

import (
	"regexp"
	"strings"
)

// byMake are the commands of make for learners and instructors, and those of the runner for the same.
var byMake = map[string]string{
	"demo": "demo weak resilient", "demo-weak": "demo weak", "demo-resilient": "demo resilient", "diff": "diff",
	"exercises": "exercises", "exercise": "exercise", "watch": "watch", "hint": "hint", "solution": "solution", "reset": "reset",
	"start-weak": "start weak", "start-resilient": "start resilient", "experiment": "experiment", "init": "init",
	"doctor": "doctor", "live": "live weak resilient", "rehearse": "rehearse", "stop": "stop", "recover": "recover .workshop/journal.json",
}

// flags are the arguments of make, and the flags of the runner for the same.
var flags = map[string]string{"PORT": "--port ", "EXERCISE": "--exercise ", "RECORD": "--record ", "STEP": "--step", "VERBOSE": "--verbose", "SHARE": "--share", "FORCE": "--force", "WRITE": "--write", "PLACES": "--places"}

var (
	makeCommand = regexp.MustCompile(`\bmake ([a-z]+(?:-[a-z]+)*)((?: [A-Z]+=[\w./-]*\w)*)`)
	makeAlone   = regexp.MustCompile("`make` alone|<code>make</code>")
)

// typed writes each command in a text as who has the bundle types it.
func typed(text string) string {
	text = makeAlone.ReplaceAllStringFunc(text, func(found string) string { return strings.Replace(found, "make", "./runner", 1) })
	text = strings.NewReplacer(".workshop/bin/runner", "./runner", `.workshop\bin\runner`, `.\runner`).Replace(text)
	return makeCommand.ReplaceAllStringFunc(text, func(found string) string {
		words := strings.Fields(found)
		command, is := byMake[words[1]]
		if !is {
			return found
		}
		for _, argument := range words[2:] {
			command = with(command, argument)
		}
		return "./runner " + command
	})
}

// with is a command with an argument of make.
func with(command, argument string) string {
	name, text, _ := strings.Cut(argument, "=")
	word, _, _ := strings.Cut(command, " ")
	switch flag := flags[name]; {
	case name == "IN" && text == "python":
		switch word {
		case "demo", "start", "live":
			command = regexp.MustCompile(`\b(weak|resilient)\b`).ReplaceAllString(command, "$1-python")
		case "diff", "reset":
			command += " weak-python"
		case "exercise", "watch", "hint", "solution", "doctor", "rehearse", "exercises":
			command += " --in python"
		}
	case name == "FILE" && word == "recover":
		command = "recover " + text
	case name == "FILE":
		command += " " + text
	case strings.HasSuffix(flag, " "):
		command += " " + flag + text
	case flag != "":
		command += " " + flag
	}
	return command
}

package pattern

import (
	"strings"
	"unicode"
)

// flags are the letters that can stand at the start of a group.
type flags int

const (
	foldFlag      flags = 1 << iota // i
	multiLineFlag                   // m
	dotAllFlag                      // s
	verboseFlag                     // x
	asciiFlag                       // a
	unicodeFlag                     // u
)

const flagLetters = "imsxau"

// kindFlags exclude one another.
const kindFlags = asciiFlag | unicodeFlag

func (f flags) has(all flags) bool { return f&all == all }

// folds tells that the case of letters does not count, in any script.
func (f flags) folds() bool { return f.has(foldFlag) && !f.has(asciiFlag) }

// with switches flags on and off.
func (f flags) with(on, off flags) flags {
	if on&kindFlags != 0 {
		f &^= kindFlags
	}
	return (f | on) &^ off
}

func flagOf(letter string) (flags, bool) {
	i := strings.Index(flagLetters, letter)
	if letter == "" || i < 0 {
		return 0, false
	}
	return 1 << i, true
}

// flags reads the letters behind (? up to a colon, or up to the closing
// parenthesis where they hold for the whole pattern. letter is the first.
func (p *parser) flags(letter string) (on, off flags, global bool) {
	if letter != "-" {
		on, letter = p.switchedOn(letter)
	}
	if letter == ")" {
		return on, 0, true
	}
	if letter == "-" {
		off = p.switchedOff()
	}
	if on&off != 0 {
		fail("bad inline flags: flag turned on and off")
	}
	return on, off, false
}

func (p *parser) switchedOn(letter string) (on flags, end string) {
	for {
		if letter == "L" {
			fail("bad inline flags: cannot use 'L' flag with a str pattern")
		}
		flag, ok := flagOf(letter)
		if !ok {
			failFlag(letter, "missing -, : or )")
		}
		if on |= flag; on.has(kindFlags) {
			fail("bad inline flags: flags 'a', 'u' and 'L' are incompatible")
		}
		if letter = p.get(); letter == ")" || letter == "-" || letter == ":" {
			return on, letter
		}
	}
}

func (p *parser) switchedOff() (off flags) {
	missing := "missing flag"
	for letter := p.get(); letter != ":" || off == 0; letter = p.get() {
		flag, ok := flagOf(letter)
		if letter != "L" && !ok {
			failFlag(letter, missing)
		}
		if letter == "L" || flag&kindFlags != 0 {
			fail("bad inline flags: cannot turn off flags 'a', 'u' and 'L'")
		}
		off |= flag
		missing = "missing :"
	}
	return off
}

func failFlag(letter, missing string) {
	if letter != "" && unicode.IsLetter([]rune(letter)[0]) {
		fail("unknown flag")
	}
	fail("%s", missing)
}

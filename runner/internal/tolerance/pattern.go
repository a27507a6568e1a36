package tolerance

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
	"github.com/dlclark/regexp2/v2/syntax"
)

const (
	// searchLimit is how long one search may take. A pattern such as ^(a+)+$
	// can need longer than anyone waits.
	searchLimit = 2 * time.Second
	// searchMemory bounds the memory of one search, in steps to go back to.
	searchMemory = 2 << 20
)

// compile reads a regular expression of Python. Its error says what is wrong, in
// Python's words where it has some, as in "nothing to repeat".
func compile(pattern string) (*regexp2.Regexp, error) {
	p := &respelling{rest: pattern}
	flags := p.start()
	for p.rest != "" && p.err == nil {
		if p.rest[0] == '[' {
			p.class()
			continue
		}
		if found := condition.FindStringSubmatch(p.rest); found != nil {
			p.asked = append(p.asked, found[1])
		}
		p.WriteString(p.apply(p.outside))
	}
	if p.err != nil {
		return nil, p.err
	}
	rx, err := regexp2.Compile(flags+p.String(), regexp2.OptionMaintainCaptureOrder(), regexp2.OptionMaxBacktrackingStackSize(searchMemory))
	if err != nil {
		return nil, inPythonsWords(err)
	}
	for _, name := range p.asked {
		if rx.GroupNumberFromName(name) <= 0 {
			return nil, fmt.Errorf("unknown group name '%s'", name)
		}
	}
	rx.MatchTimeout = searchLimit
	return rx, nil
}

// pythonsWords are what Python says of the usual mistakes.
var pythonsWords = map[syntax.ErrorCode]string{
	syntax.ErrMissingRepeatArgument:  "nothing to repeat",
	syntax.ErrInvalidRepeatOp:        "multiple repeat",
	syntax.ErrInvalidRepeatSize:      "min repeat greater than max repeat",
	syntax.ErrCaptureGroupOutOfRange: "the repetition number is too large",
	syntax.ErrUnterminatedBracket:    "unterminated character set",
	syntax.ErrReversedCharRange:      "bad character range %c-%c",
	syntax.ErrMissingParen:           "missing ), unterminated subpattern",
	syntax.ErrUnexpectedParen:        "unbalanced parenthesis",
	syntax.ErrUndefinedBackRef:       "invalid group reference %v",
	syntax.ErrUndefinedReference:     "invalid group reference %v",
	syntax.ErrUndefinedNameRef:       "unknown group name '%v'",
	syntax.ErrTooManyAlternates:      "conditional backref with more than two branches",
	syntax.ErrIllegalEndEscape:       "bad escape (end of pattern)",
	syntax.ErrUnrecognizedEscape:     `bad escape \%v`,
}

// inPythonsWords translates an error of regexp2.
func inPythonsWords(err error) error {
	var wrong *syntax.Error
	if !errors.As(err, &wrong) {
		return err
	}
	return fmt.Errorf(cmp.Or(pythonsWords[wrong.Code], string(wrong.Code)), wrong.Args...)
}

// respelling is a pattern of Python that is written anew in the syntax of .NET,
// which regexp2 reads. Most of it is the same in both.
type respelling struct {
	strings.Builder
	*spelling
	rest  string   // what is still to be read
	asked []string // the groups that conditions ask about
	err   error    // the first one ends the reading
}

// spelling is what is written in another way: outside of a class and in it.
type spelling struct {
	outside, inside []rule
	others          map[byte]string // what \D, \S and \W are, as classes
}

// rule says what is written for a part of a pattern, with $1 for the first group of
// its shape. For what Python refuses it is "no" and the reason.
type rule struct {
	shape   *regexp.Regexp
	written string
}

func ruleOf(shape, written string) rule {
	return rule{regexp.MustCompile("^(?:" + shape + ")"), written}
}

const groupName = `([\pL_][\pL\pN_]*)`

// rulesFor lists the rules for a pattern whose \d, \s and \w are these characters,
// as they are written in a class. They are Python's: regexp2 counts others among
// its own.
func rulesFor(digits, spaces, letters string) *spelling {
	letter := "[" + letters + "]"
	edge := "(?:(?<=" + letter + ")(?!" + letter + ")|(?<!" + letter + ")(?=" + letter + "))"
	character := []rule{
		ruleOf(`\\[4-7][0-7]{2}`, `no octal escape value $0 outside of range 0-0o377`),
		ruleOf(`\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[0afnrtv])`, `$0`),
		ruleOf(`\\U([0-9A-Fa-f]{8})`, `\x{$1}`),
		ruleOf(`\\N`, `no a character by its name (\N) is not known here: write the character itself`),
		ruleOf(`\\([A-Za-z])`, `no bad escape \$1`),
		ruleOf(`\\([^\x00-\x7f]|_)`, `$1`),
	}
	outside := []rule{
		ruleOf(`(?:[$^]|\\[AZbB])(?:[*+?]|\{(?:\d+|\d*,\d*)\})`, `no nothing to repeat`),
		ruleOf(`\{,(\d*)\}`, `{0,$1}`),
		ruleOf(`\\d`, `[`+digits+`]`), ruleOf(`\\D`, `[^`+digits+`]`),
		ruleOf(`\\s`, `[`+spaces+`]`), ruleOf(`\\S`, `[^`+spaces+`]`),
		ruleOf(`\\w`, letter), ruleOf(`\\W`, `[^`+letters+`]`),
		ruleOf(`\\b`, edge), ruleOf(`\\B`, `(?!\A\z)(?!`+edge+`)`), // in an empty text Python finds neither
		ruleOf(`\\Z`, `\z`),
		ruleOf(`\\(?:A|[1-3][0-7]{2})`, `$0`), ruleOf(`\\([1-9]\d?)`, `\k<$1>`),
		ruleOf(`\(\?P<`+groupName+`>`, `(?<$1>`),
		ruleOf(`\(\?P=`+groupName+`\)`, `\k<$1>`),
		ruleOf(`\(\?#[^)]*\)`, ``),
		ruleOf(`\(\?(?:[:>=!]|<[=!]|\((?:[1-9]\d*|`+groupName+`)\)|[imsx]*(?:-[imsx]+)?:)`, `$0`),
		ruleOf(`\(\?[imsxau]+\)`, `no global flags not at the start of the expression`),
		ruleOf(`(?s)\(\?([P<]?.?)`, `no unknown extension ?$1`),
	}
	inside := []rule{
		ruleOf(`\\[dsw]-[^\]]`, `no bad character range $0`),
		ruleOf(`\\d`, digits), ruleOf(`\\s`, spaces), ruleOf(`\\w`, letters),
		ruleOf(`\\[1-3]?[0-7]{1,2}`, `$0`),
		ruleOf(`\\b`, `\x08`),
		ruleOf(`\[`, `\[`),
	}
	return &spelling{
		outside: append(outside, character...),
		inside:  append(inside, character...),
		others:  map[byte]string{'D': `[^` + digits + `]`, 'S': `[^` + spaces + `]`, 'W': `[^` + letters + `]`},
	}
}

var (
	unicodeRules = sync.OnceValue(func() *spelling {
		return rulesFor(`\p{Nd}`, `\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`, `\p{L}\p{N}_`)
	})
	asciiRules  = sync.OnceValue(func() *spelling { return rulesFor(`0-9`, `\t-\r `, `0-9A-Za-z_`) })
	globalFlags = regexp.MustCompile(`^\(\?([aimsux]+)\)`)
	condition   = regexp.MustCompile(`^\(\?\(([^)]+)\)`)
)

// start reads the flags at the start, which hold for all of the pattern, and
// returns them as regexp2 reads them.
func (p *respelling) start() string {
	flags := ""
	for found := globalFlags.FindStringSubmatch(p.rest); found != nil; found = globalFlags.FindStringSubmatch(p.rest) {
		flags += found[1]
		p.rest = p.rest[len(found[0]):]
	}
	p.spelling = unicodeRules()
	if strings.Contains(flags, "a") {
		p.spelling = asciiRules()
	}
	if strings.Contains(flags, "x") {
		with := *p.spelling
		with.outside = append([]rule{ruleOf(`#[^\n]*`, ``)}, with.outside...)
		p.spelling = &with
	}
	if flags = strings.NewReplacer("a", "", "u", "").Replace(flags); flags == "" {
		return ""
	}
	return "(?" + flags + ")"
}

// apply takes what the first fitting rule finds at the start, and returns what is
// written for it. What no rule fits stays as it is.
func (p *respelling) apply(rules []rule) string {
	for _, r := range rules {
		found := r.shape.FindStringSubmatchIndex(p.rest)
		if found == nil {
			continue
		}
		written := string(r.shape.ExpandString(nil, r.written, p.rest, found))
		if strings.HasPrefix(r.written, "no ") {
			p.err = errors.New(written[len("no "):])
		}
		p.rest = p.rest[found[1]:]
		return written
	}
	_, size := utf8.DecodeRuneInString(p.rest)
	if p.rest[0] == '\\' {
		size = min(len(p.rest), 2) // the rules leave signs of ASCII
	}
	first := p.rest[:size]
	p.rest = p.rest[size:]
	return first
}

// class reads a class. In it \D, \S and \W are choices of their own beside the
// rest, because regexp2 misreads [^\W\d].
func (p *respelling) class() {
	rest, negated := strings.CutPrefix(p.rest[1:], "^")
	p.rest = rest
	members, choices := "", []string(nil)
	for first := true; first || !strings.HasPrefix(p.rest, "]"); first = false {
		switch {
		case p.err != nil:
			return
		case p.rest == "":
			p.err = errors.New("unterminated character set")
			return
		case first && p.rest[0] == ']':
			members, p.rest = `\]`, p.rest[1:]
		case len(p.rest) > 1 && p.rest[0] == '\\' && p.others[p.rest[1]] != "":
			choices = append(choices, p.others[p.rest[1]])
			p.rest = p.rest[2:]
		default:
			members += p.apply(p.inside)
		}
	}
	p.rest = p.rest[1:]
	switch {
	case negated && choices == nil:
		p.WriteString("[^" + members + "]")
		return
	case members != "":
		choices = append(choices, "["+members+"]")
	}
	either := "(?:" + strings.Join(choices, "|") + ")"
	if negated {
		either = "(?:(?!" + either + ")(?s:.))"
	}
	p.WriteString(either)
}

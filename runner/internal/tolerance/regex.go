package tolerance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dlclark/regexp2/v2"
	"github.com/dlclark/regexp2/v2/syntax"

	"chaosworkshop.example/runner/internal/problem"
	"chaosworkshop.example/runner/internal/value"
)

// regex is a tolerance of type regex: text in which a regular expression matches somewhere.
type regex struct{ mapping }

func (t regex) Check() []problem.Finding {
	pattern, found := t.text("pattern", "pattern", "pattern: ^ok$")
	if found != nil {
		return found
	}
	if found := t.surroundings.tooMany(pattern, "pattern"); found != nil {
		return found
	}
	if _, err := compile(pattern); err != nil {
		return wrong("hypothesis probe tolerance pattern "+brief(pattern)+" seems invalid: "+err.Error(),
			"correct the regular expression: the rules are Python's, except what docs/differences.md names", "pattern")
	}
	return nil
}

func (t regex) Warnings(provider string) []problem.Finding { return t.targetless(provider) }

func (t regex) Within(ctx context.Context, output any) (bool, error) {
	part, err := t.part(output)
	if err != nil {
		return false, err
	}
	pattern, err := t.replaced("pattern")
	if err != nil {
		return false, err
	}
	if len(pattern) > longestPattern { // too long to be repeated
		return false, unmeasured(fmt.Sprintf("the pattern of the tolerance is longer than %d KiB with its values", longestPattern>>10), "make it shorter")
	}
	rx, err := remembered(&t.surroundings.patterns, pattern, compile)
	if err != nil {
		return false, unmeasured("the pattern "+brief(pattern)+" of the tolerance seems invalid"+t.why("pattern", pattern, err), "correct it")
	}
	text, ok := part.(string)
	if !ok {
		do := "use a tolerance of another type, such as range for a number"
		if _, isMapping := part.(*value.Map); isMapping {
			do = "name a part that is text, as in target: stdout, stderr or body; for a JSON body there is the type jsonpath"
		}
		return false, unmeasured("the tolerance searches text, and the output is "+value.Kind(part), do)
	}
	met, err := rx.search(ctx, text)
	switch {
	case err == nil || ctx.Err() != nil:
		return met, err
	case err == errLong:
		return false, unmeasured(fmt.Sprintf("a text of more than %d MiB cannot be searched for the pattern %s", longestText>>20, brief(pattern)),
			`let the program write less, or write a pattern without look-around, references, \b and (?i)`)
	case errors.Is(err, regexp2.ErrBacktrackingStackLimit):
		return false, unmeasured("searching for the pattern "+brief(pattern)+" took too much memory", simpler)
	}
	return false, unmeasured(fmt.Sprintf("searching for the pattern %s took longer than %s", brief(pattern), limitOf(err)), simpler)
}

const (
	// longestPattern bounds a pattern, in bytes: to read a very long one takes minutes.
	longestPattern = 64 << 10
	// mostFolded bounds the wide ranges in a pattern that ignores case: each takes 2 ms, as all letters
	// in it are looked at one by one.
	mostFolded = 100
)

var (
	ignoresCase = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\(\?[a-z]*i`) })
	wideRange   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`-(?:\\[uUN]|\\?[^\x00-\x7f])`) })
)

const simpler = "write a simpler pattern; a repetition within another one often takes this long"

func (t regex) Wanted(any) string { return `a match for "` + t.line("pattern") + `"` + t.where() }

// compile reads a regular expression of Python. Its error says what is wrong, in
// Python's words where it has some, as in "nothing to repeat".
func compile(pattern string) (*expression, error) {
	if len(pattern) > longestPattern {
		return nil, fmt.Errorf("it is longer than %d KiB", longestPattern>>10)
	}
	if ignoresCase().MatchString(pattern) && len(wideRange().FindAllStringIndex(pattern, -1)) > mostFolded {
		return nil, fmt.Errorf("it ignores case, and has more than %d ranges of letters beyond ASCII", mostFolded)
	}
	written, err := respelled(pattern)
	if err != nil {
		return nil, err
	}
	rx, err := regexp2.Compile(written, regexp2.OptionMaintainCaptureOrder(), regexp2.OptionMaxBacktrackingStackSize(searchMemory))
	if wrong := new(syntax.Error); errors.As(err, &wrong) {
		return nil, fmt.Errorf(cmp.Or(pythonsWords[wrong.Code], string(wrong.Code)), wrong.Args...)
	} else if err != nil {
		return nil, err
	}
	rx.MatchTimeout = searchLimit
	return &expression{usual: rx, plain: sync.OnceValue(func() *regexp.Regexp { return plain(written) })}, nil
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
	syntax.ErrIllegalEndEscape:       "bad escape (end of pattern)",
	syntax.ErrUnrecognizedEscape:     `bad escape \%v`,
}

// rule says what is written for a part of a pattern, with $1 for the first group of
// its shape. For what is refused it is "no" and the reason.
type rule struct {
	shape   *regexp.Regexp
	written string
}

// rulesOf makes rules of pairs: a shape, and what is written for it. What no other
// rule fits stays as it is.
func rulesOf(pairs ...string) []rule {
	var all []rule
	for pair := range slices.Chunk(append(pairs, `(?s:\\?.)`, `$0`), 2) {
		all = append(all, rule{regexp.MustCompile("^(?:" + pair[0] + ")"), pair[1]})
	}
	return all
}

const groupName = `([\pL_][\pL\pN_]*)`

var (
	// outside are the rules for what stands in no class, inside for the members of one.
	outside = sync.OnceValue(func() []rule {
		return rulesOf(
			`(?:[$^]|\\[AZbB])(?:[*+?]|\{(?:\d+|\d*,\d*)\})`, `no nothing to repeat`,
			`\{,(\d*)\}`, `{0,$1}`,
			`\\Z`, `\z`,
			`\\B`, `(?!\A\z)\B`, // in an empty text Python finds none
			`\\w`, `[\p{L}\p{N}_]`, `\\W`, `[^\p{L}\p{N}_]`,
			`\\s`, `[\s\x1c-\x1f]`, `\\S`, `[^\s\x1c-\x1f]`,
			`\\(?:[AbdDafnrtv]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|0|[1-3][0-7]{2})`, `$0`,
			`\\U([0-9A-Fa-f]{8})`, `\x{$1}`,
			`\\([1-9]\d?)`, `\k<$1>`,
			`\\([A-Za-z])`, `no bad escape \$1`,
			`\\([^\x00-\x7f]|[_<'])`, `$1`, // \<1> would be a reference
			`\(\?P<`+groupName+`>`, `(?<$1>`,
			`\(\?P=`+groupName+`\)`, `\k<$1>`,
			`\(\?#[^)]*\)`, ``,
			`\(\?(?:[:>=!]|<[=!]|[ims]*(?:-[ims]+)?:)`, `$0`,
			`\(\?[imsu]+\)`, `no global flags not at the start of the expression`,
			`\(\?[A-Za-z-]+[:)]`, `no the flags in $0 are not known here: use i, m and s`,
			`(?s)\(\?([P<]?.?)`, `no unknown extension ?$1`,
			`\[(\^?)\]`, `[$1\]`,
			`\[\^?`, `$0`,
		)
	})
	inside = sync.OnceValue(func() []rule {
		return rulesOf(
			`\\[dsw]-[^\]]`, `no bad character range $0`,
			`\\d`, `0-9\p{Nd}`, // regexp2 misreads \p{Nd} and \d beside \W
			`\\w`, `\p{L}\p{N}_`, `\\s`, `\s\x1c-\x1f`,
			`\\(?:[bDSWafnrtv]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[1-3]?[0-7]{1,2})`, `$0`,
			`\\U([0-9A-Fa-f]{8})`, `\x{$1}`,
			`\\-`, `\x2d`, // regexp2 misreads [\--x]
			`\\([A-Za-z])`, `no bad escape \$1`,
			`\\([^\x00-\x7f]|_)`, `$1`,
			`\[`, `\[`,
		)
	})
	globalFlags = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:\(\?[imsu]+\))+`) })
	withoutU    = strings.NewReplacer("(?u)", "", "u", "") // it says what is the rule anyway
)

// respelled writes a pattern of Python in the syntax of .NET, which regexp2 reads.
// Most of it is the same in both.
func respelled(pattern string) (string, error) {
	var b strings.Builder
	if flags := globalFlags().FindString(pattern); flags != "" {
		b.WriteString(withoutU.Replace(flags))
		pattern = pattern[len(flags):]
	}
	isClass := false
	for pattern != "" {
		rules := outside()
		if isClass {
			rules = inside()
		}
		var found []int
		i := slices.IndexFunc(rules, func(r rule) bool {
			found = r.shape.FindStringSubmatchIndex(pattern)
			return found != nil
		})
		written := string(rules[i].shape.ExpandString(nil, rules[i].written, pattern, found))
		if reason, refused := strings.CutPrefix(written, "no "); refused {
			return "", errors.New(reason)
		}
		switch pattern[0] {
		case '[':
			isClass = true
		case ']':
			isClass = false
		}
		b.WriteString(written)
		pattern = pattern[found[1]:]
	}
	return b.String(), nil
}

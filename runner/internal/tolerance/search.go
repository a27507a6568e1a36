package tolerance

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"

	"chaosworkshop.example/runner/internal/clock"
)

const (
	// searchLimit is how long one search may take. A pattern such as ^(a+)+$
	// can need longer than anyone waits.
	searchLimit = 2 * time.Second
	// plainLimit is the same for Go's regexp, which needs a time that grows with the text alone.
	plainLimit = 8 * time.Second
	// longText is the size in bytes from which on regexp2, which needs four bytes for each letter, is
	// asked only where Go's regexp cannot be.
	longText = 16 << 20
	// longestText is the size in bytes of the longest text that regexp2 searches.
	longestText = 32 << 20
	// searchMemory bounds the memory of one search, in steps to go back to.
	searchMemory = 2 << 20
)

var (
	errSearch = errors.New("the search takes too long")
	errLong   = errors.New("the text is too long for this pattern")
)

// expression is a compiled regular expression.
type expression struct {
	usual *regexp2.Regexp
	plain func() *regexp.Regexp // see plain
}

// search tells whether there is a match, until ctx ends. Its error is errSearch, errLong, one of regexp2, or ctx's.
func (x *expression) search(ctx context.Context, text string) (bool, error) {
	if plain := x.plainFor(text); plain != nil {
		bounded, end := context.WithTimeoutCause(ctx, plainLimit, errSearch)
		defer end()
		met := plain.MatchReader(&untilDone{Reader: strings.NewReader(text), ctx: bounded})
		if bounded.Err() != nil {
			return false, context.Cause(bounded)
		}
		return met, nil
	}
	if len(text) > longestText {
		return false, errLong
	}
	type matching struct {
		met bool
		err error
	}
	found, err := clock.Until(ctx, false, func() (found matching) {
		found.met, found.err = x.usual.MatchString(text)
		return found
	})
	if err == nil {
		err = found.err
	}
	return found.met, err
}

// plainFor is Go's regexp where it finds in a text what regexp2 should. It is asked first, because
// it is right more often: of 100,000 searches with random patterns, regexp2 answered two unlike
// Python, and Go's regexp none of the 63,000 that it can take over.
func (x *expression) plainFor(text string) *regexp.Regexp {
	if len(text) <= longText && !utf8.ValidString(text) {
		return nil // half of a surrogate pair is one letter for Python and regexp2
	}
	return x.plain()
}

// limitOf is the limit that a search has met.
func limitOf(err error) time.Duration {
	if errors.Is(err, errSearch) {
		return plainLimit
	}
	return searchLimit
}

// untilDone reads a text, which ends early where ctx does.
type untilDone struct {
	*strings.Reader
	ctx  context.Context
	read int
}

func (r *untilDone) ReadRune() (rune, int, error) {
	if r.read++; r.read&0xfff == 0 && r.ctx.Err() != nil {
		return 0, 0, io.EOF
	}
	return r.Reader.ReadRune()
}

// goClasses are the classes of respelled as Go's regexp has them, which knows ASCII alone.
var (
	goClasses = strings.NewReplacer(`\\`, `\\`, `\d`, `\p{Nd}`, `\D`, `\P{Nd}`, `\s\x1c-\x1f`, `\t-\r\x1c-\x20\x85\p{Z}`)
	goTokens  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)\\.|\(\?.|.`) })
	goLiteral = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[{,]0\d`) }) // a{01} is no repetition there
	goFlags   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:\(\?[ms]+\))*`) })
)

// plain is a pattern of respelled for Go's regexp; nil where that would not find the same.
func plain(pattern string) *regexp.Regexp {
	if goLiteral().MatchString(pattern) {
		return nil
	}
	pattern = goClasses.Replace(pattern)
	flags := goFlags().FindString(pattern)
	var written strings.Builder
	written.WriteString(flags)
	tokens := goTokens().FindAllString(pattern[len(flags):], -1)
	for i, token := range tokens {
		switch {
		case token == "$" && strings.Contains(flags, "m"):
		case token == "$" && i == len(tokens)-1:
			token = `\n?\z` // Python's $ is there before a last line end, too
		case token == "$", strings.HasPrefix(token, "(?") && token[2] != ':' && token[2] != '<':
			return nil
		case token[0] == '\\' && isWord(token[1]) && !strings.Contains("AafnrtvzpPx", token[1:]):
			return nil
		}
		written.WriteString(token)
	}
	x, err := regexp.Compile(written.String())
	if err != nil {
		return nil
	}
	return x
}

func isWord(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

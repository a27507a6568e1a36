package pattern

// op says what a node of the tree stands for.
type op int

const (
	opLiteral   op = iota // one character
	opSet                 // one character out of a set
	opTextStart           // \A, and ^ without m
	opTextEnd             // \Z
	opEnd                 // $ without m: the end, or before a last line break
	opLineStart           // ^ with m
	opLineEnd             // $ with m
	opEdge                // \b
	opNoEdge              // \B
	opSequence
	opChoice
	opGroup  // captures where number is not 0
	opRepeat // from min to max times
	opLook   // ahead or behind, for being there or not
	opAtomic // (?>…)
	opBack   // a back-reference
	opIf     // (?(1)yes|no)
)

// node is a part of a pattern.
type node struct {
	op     op
	subs   []*node
	char   rune  // opLiteral
	set    runes // opSet: one of these, or with not none of these
	number int   // opGroup, opBack, opIf
	fold   bool  // opGroup, opBack: the case of letters does not count
	ascii  bool  // opEdge, opNoEdge
	min    int   // opRepeat
	max    int
	style  style
	behind bool  // opLook
	not    bool  // opLook, opSet
	width  width // set once the parts are complete
}

// style says how eagerly a repetition takes.
type style int

const (
	greedy style = iota
	lazy
	possessive
)

// endless is the maximum of a repetition without one.
const endless = 1<<32 - 1

// width is how many characters a node can take.
type width struct{ min, max uint64 }

// widest stands for every width from there on.
const widest = 1 << 62

func (a width) plus(b width) width {
	return width{min(a.min+b.min, widest), min(a.max+b.max, widest)}
}

func (a width) or(b width) width {
	return width{min(a.min, b.min), max(a.max, b.max)}
}

func (a width) times(low, high int) width {
	return width{product(a.min, uint64(low)), product(a.max, uint64(high))}
}

func product(a, b uint64) uint64 {
	if b != 0 && a > widest/b {
		return widest
	}
	return a * b
}

// sequence makes one node of several.
func sequence(subs []*node) *node {
	n := &node{op: opSequence, subs: subs}
	for _, sub := range subs {
		n.width = n.width.plus(sub.width)
	}
	return n
}

// choice makes one node of alternatives.
func choice(subs []*node) *node {
	if len(subs) == 1 {
		return subs[0]
	}
	n := &node{op: opChoice, subs: subs, width: subs[0].width}
	for _, sub := range subs[1:] {
		n.width = n.width.or(sub.width)
	}
	return n
}

func literal(r rune) *node { return &node{op: opLiteral, char: r, width: width{1, 1}} }

func oneOf(set runes) *node { return &node{op: opSet, set: set, width: width{1, 1}} }

// noneOf keeps what is left out, instead of what is left: without regard to case
// the two differ.
func noneOf(set runes) *node { return &node{op: opSet, set: set, not: true, width: width{1, 1}} }

// isPlace tells that a node is a place between characters, which Python lets
// nobody repeat.
func (n *node) isPlace() bool { return n.op >= opTextStart && n.op <= opNoEdge }

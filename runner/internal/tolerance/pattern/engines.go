package pattern

import "strconv"

// linearWriter writes for the standard library's engine.
type linearWriter struct {
	writer
	ascii, nonempty bool
	refused         bool
}

// write returns false for a tree that needs more than choices and repetitions.
func (w *linearWriter) write(tree *node) (string, bool) {
	w.special = w.own
	w.node(tree, true)
	return w.String(), !w.refused
}

func (w *linearWriter) own(n *node, last bool) {
	switch n.op {
	case opLineEnd:
		w.WriteString(`(?m:$)`)
	case opEnd:
		// Where nothing comes behind it may take the line break as well.
		w.refused = w.refused || !last
		w.WriteString(`(?:\n?\z)`)
	case opEdge:
		w.ascii = w.ascii || !n.ascii
		w.WriteString(`\b`)
	case opNoEdge:
		w.ascii = w.ascii || !n.ascii
		w.nonempty = true
		w.WriteString(`\B`)
	case opGroup:
		w.node(n.subs[0], last)
	default:
		w.refused = true
	}
}

// fullWriter writes for the engine that goes back.
type fullWriter struct{ writer }

func writeFull(tree *node) string {
	w := fullWriter{}
	w.special = w.own
	w.node(tree, true)
	return w.String()
}

func (w *fullWriter) own(n *node, _ bool) {
	switch n.op {
	case opLineEnd:
		w.WriteString(`(?=\n|\z)`)
	case opEnd:
		w.WriteString(`(?=\n?\z)`)
	case opEdge, opNoEdge:
		w.edge(n)
	case opGroup: // numbered, because this engine would count unnamed ones first
		w.wrap("(?<"+strconv.Itoa(n.number)+">", n.subs[0])
	case opRepeat:
		w.WriteString("(?>")
		w.quantified(n, false)
		w.WriteByte(')')
	case opLook:
		w.wrap(lookMark(n), n.subs[0])
	case opAtomic:
		w.wrap("(?>", n.subs[0])
	case opBack:
		w.back(n)
	case opIf:
		w.WriteString("(?(" + strconv.Itoa(n.number) + ")(?:")
		w.node(n.subs[0], false)
		w.WriteString(")|(?:")
		w.node(n.subs[1], false)
		w.WriteString("))")
	}
}

func (w *fullWriter) wrap(mark string, inner *node) {
	w.WriteString(mark)
	w.node(inner, false)
	w.WriteByte(')')
}

func (w *fullWriter) back(n *node) {
	mark := "(?-i:"
	if n.fold {
		mark = "(?i:"
	}
	w.WriteString(mark + `\k<` + strconv.Itoa(n.number) + ">)")
}

func lookMark(n *node) string {
	mark := "(?"
	if n.behind {
		mark += "<"
	}
	if n.not {
		return mark + "!"
	}
	return mark + "="
}

// edge asks what lies on both sides, because the engine's own \b takes other
// characters for letters than Python. In an empty text Python finds neither.
func (w *fullWriter) edge(n *node) {
	letter := set(words(n.ascii).normal(), false)
	if n.op == opEdge {
		w.WriteString("(?:(?<=" + letter + ")(?!" + letter + ")|(?<!" + letter + ")(?=" + letter + "))")
		return
	}
	w.WriteString(`(?:(?!\A\z)(?:(?<=` + letter + ")(?=" + letter + ")|(?<!" + letter + ")(?!" + letter + ")))")
}

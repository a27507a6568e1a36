package conformance

// hypothesis makes probes that are within their tolerance for the most part.
func (g *generator) hypothesis() []any {
	list := []any{}
	for range g.IntN(4) {
		list = append(list, g.steadyProbe())
	}
	return list
}

func (g *generator) steadyProbe() object {
	if g.calm && !g.one(8) {
		return g.calmProbe()
	}
	switch g.IntN(6) {
	case 0:
		a := g.anyProcess("probe")
		a["tolerance"] = g.statusTolerance()
		return a
	case 1:
		return g.speaking()
	case 2:
		a := g.call("probe", pick(g, "/get/service", "/get/service", "/status/200", "/counter/c?ok=1"), object{})
		a["tolerance"] = pick[any](g, 200, []any{200, 503}, []any{200, 404, 500}, "${codes}", object{"type": "range", "range": []any{200, 299}, "target": "status"})
		return a
	case 3:
		return g.documented()
	case 4:
		return g.functional()
	}
	a := g.process("probe", "test", []any{"-f", "f"})
	a["tolerance"] = 0
	return a
}

// calmProbe is met until an activity of the method takes away what it asks for.
func (g *generator) calmProbe() object {
	var a object
	switch g.IntN(5) {
	case 0:
		a = g.call("probe", "/get/service", object{})
		a["tolerance"] = pick[any](g, 200, []any{200, 503}, []any{200, 404, 503})
	case 1:
		a = g.python1("probe", "os.path", "exists", object{"path": "f"})
		a["tolerance"] = true
	case 2:
		a = g.process("probe", "cat", []any{"f"})
		a["tolerance"] = object{"type": "regex", "target": "stdout", "pattern": "^content"}
	case 3:
		a = g.call("probe", "/json", object{})
		a["tolerance"] = object{"type": "jsonpath", "target": "body", "path": "$.list[*]", "count": 3}
	default:
		a = g.process("probe", "test", []any{"-f", "f"})
		a["tolerance"] = 0
	}
	return a
}

func (g *generator) statusTolerance() any {
	return pick[any](g, 0, 0, 0, 1, []any{0, 1}, []any{0, 1, 2, 3}, true, "0", "${code}", "${codes}", "${unknown}")
}

// speaking judges what a process says.
func (g *generator) speaking() object {
	a := g.process("probe", "echo", []any{"the service is up and ", pick[any](g, 42, "${count}", "fine", 41.5)})
	regex := func(pattern string) object {
		return object{"type": "regex", "pattern": pattern, "target": "stdout"}
	}
	a["tolerance"] = pick[any](g, regex("up and"), regex(`\d+$`), regex("(?!down)^the"), regex("^${word}"), regex("(?<=and )fine"),
		object{"type": "regex", "pattern": "up"}, object{"type": "range", "range": []any{1, 50}, "target": "stdout"})
	if g.one(3) {
		a = g.process("probe", "echo", []any{pick[any](g, 42, "${count}", "41.5", "none")})
		a["tolerance"] = object{"type": "range", "range": pick(g, []any{1, 50}, []any{1.5, 41.5}, []any{50, 1}), "target": "stdout"}
	}
	return a
}

// documented judges a JSON body by a path.
func (g *generator) documented() object {
	a := g.call("probe", pick(g, "/json", "/json", "/json-charset"), object{})
	t := object{"type": "jsonpath", "target": "body", "path": pick(g, "$.a", "$.list[*]", "$.list[0,1]", "$..name", "$.list[-1]",
		"$.list[*][?(@ > 1)]", "$.nope", "$.list.length()", "$.list[1:]", "$[?(@.a = 1)]", "$.*")}
	switch g.IntN(3) {
	case 0:
		t["expect"] = pick[any](g, 1, []any{1, 2, 3}, []any{1, 2}, "x", 3, []any{2, 3}, nil, "${count}")
	case 1:
		t["count"] = pick(g, 1, 2, 3)
	}
	a["tolerance"] = t
	return a
}

// functional judges what a function of Python returns.
func (g *generator) functional() object {
	switch g.IntN(3) {
	case 0:
		a := g.python1("probe", "os.path", "exists", object{"path": pick(g, "f", "f", "made", "nope")})
		a["tolerance"] = pick[any](g, true, true, false, 1, 0, []any{0, 1}, "${yes}")
		return a
	case 1:
		a := g.python1("probe", "os", "getenv", object{"key": "FROM_ENV"})
		a["tolerance"] = pick[any](g, "from the environment", "${env}", "other", []any{"a", "z"}, []any{1, 2}, object{"type": "regex", "pattern": "^from"})
		return a
	}
	a := g.python1("probe", "os", "listdir", object{"path": pick(g, "d", "d", "made")})
	a["tolerance"] = pick[any](g, []any{[]any{"x"}}, []any{"x"}, object{"type": "jsonpath", "path": "$[*]", "expect": "x"})
	return a
}

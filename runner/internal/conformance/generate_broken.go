package conformance

// breakIt makes one mistake that validation should find, or that nobody minds.
func (g *generator) breakIt(e object) {
	activities := g.somewhere(e)
	if len(activities) == 0 || g.one(3) {
		g.breakTop(e)
		return
	}
	a := asMap(activities[g.IntN(len(activities))])
	if a["ref"] != nil {
		a["ref"] = pick[any](g, "nobody", "", 5)
		return
	}
	g.breakActivity(a)
}

// somewhere is the list of activities in which the mistake is made.
func (g *generator) somewhere(e object) []any {
	probes, _ := asMap(e["steady-state-hypothesis"])["probes"].([]any)
	method, _ := e["method"].([]any)
	rollbacks, _ := e["rollbacks"].([]any)
	return pick(g, probes, method, rollbacks)
}

func (g *generator) breakTop(e object) {
	key := pick(g, "title", "description", "method", "tags", "extensions", "steady-state-hypothesis", "rollbacks", "configuration", "unknown")
	switch g.IntN(3) {
	case 0:
		delete(e, key)
	case 1:
		e[key] = nil
	default:
		e[key] = pick[any](g, object{"a": 1}, []any{object{}}, []any{nil}, 0, false)
	}
	if _, mapping := e[key].(object); mapping && (key == "tags" || key == "rollbacks") { // nobody looks closely
		delete(e, key)
	}
	if key == "title" || key == "description" { // any value that is something passes for one
		e[key] = pick[any](g, "", nil, 0, false)
	}
}

func (g *generator) breakActivity(a object) {
	provider := asMap(a["provider"])
	switch g.IntN(12) {
	case 0:
		delete(a, pick(g, "type", "name", "provider", "tolerance"))
	case 1:
		a["type"] = pick[any](g, "attack", "", nil, "Probe")
	case 2:
		a["background"] = pick[any](g, nil, 1, "true")
	case 3:
		a["timeout"] = pick[any](g, "5", []any{}, object{"a": 1})
	case 4:
		a["pauses"] = pick[any](g, object{"before": "a while"}, object{"after": "${"}, object{})
	case 5:
		delete(provider, pick(g, "type", "url", "path", "module", "func"))
	case 6:
		provider["type"] = pick[any](g, "docker", nil, "HTTP")
	case 7:
		provider["headers"] = pick[any](g, []any{"a"}, object{}, "x")
	case 8:
		provider["path"] = pick[any](g, "no-such-program", "./d", "")
	case 9:
		provider["func"] = pick[any](g, "no_such_function", "")
	case 10:
		if provider["type"] == "python" {
			provider["arguments"] = pick(g, object{"zzz": 1}, object{})
		}
	default:
		if a["tolerance"] == nil { // outside the hypothesis nobody checks it
			return
		}
		a["tolerance"] = pick[any](g, 0.5, nil, object{"type": "equal"}, object{"type": "regex", "pattern": "["},
			object{"type": "range", "range": []any{1}}, object{"type": "jsonpath", "path": "$["}, object{"a": 1})
	}
}

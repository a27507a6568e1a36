package conformance

import "maps"

import "strings"

type object = map[string]any

func (g *generator) method() []any {
	list := []any{}
	for range g.IntN(5) {
		a := g.activity(pick(g, "action", "action", "probe"))
		if g.one(6) {
			g.methodTolerance(a)
		}
		if g.one(12) {
			a = g.background()
		}
		list = append(list, a)
		if g.one(8) {
			list = append(list, object{"ref": a["name"]})
		}
	}
	if g.calm && g.one(3) {
		list = append(list, g.process("action", "rm", []any{"f"}), g.call("action", "/set/service?status=500", object{}))
	}
	return list
}

// background is an activity that others neither see nor disturb.
func (g *generator) background() object {
	g.threads = true
	a := g.call("action", pick(g, "/status/200", "/status/500", "/text", "/bad-json"), object{})
	if g.one(2) {
		a = g.process("probe", "echo", []any{"behind the others", g.argument()})
	}
	a["background"] = true
	return a
}

// methodTolerance gives a process or a call a tolerance; judge knows no others.
func (g *generator) methodTolerance(a object) {
	if asMap(a["provider"])["type"] != "python" {
		a["tolerance"] = pick[any](g, 0, 200, []any{0, 1, 200}, []any{500, 3})
	}
}

func (g *generator) rollbacks() []any {
	list := []any{}
	for range g.IntN(3) {
		switch g.IntN(4) {
		case 0:
			list = append(list, g.python1("action", "os", "remove", object{"path": pick(g, "f", "nope", "made")}))
		case 1:
			list = append(list, g.call("action", "/status/200", object{}))
		default:
			list = append(list, g.process("action", "touch", []any{"f"}))
		}
	}
	return list
}

// activity is one that succeeds, fails, or ends in an unexpected error.
func (g *generator) activity(kind string) object {
	var a object
	if g.calm && !g.one(8) {
		return g.calmActivity(kind)
	}
	switch g.IntN(4) {
	case 0:
		a = g.anyProcess(kind)
	case 1:
		a = g.anyCall(kind)
	case 2:
		a = g.anyFunction(kind)
	default:
		a = g.process(kind, "touch", []any{pick(g, "made", "f", "d/x")})
	}
	if g.one(10) {
		a["pauses"] = object{pick(g, "before", "after"): pick[any](g, 0.01, 0, "${code}")}
	}
	return a
}

// calmActivity works, and now and then takes away what the hypothesis asks for.
func (g *generator) calmActivity(kind string) object {
	switch g.IntN(7) {
	case 0:
		return g.process(kind, "echo", []any{"all is said:", g.argument()})
	case 1:
		return g.call(kind, "/set/service?status="+pick(g, "200", "500", "503"), object{})
	case 2:
		return g.python1(kind, "os", "makedirs", object{"name": "made/a", "exist_ok": true})
	case 3:
		return g.python1(kind, "os", "rename", object{"src": "d/x", "dst": pick(g, "d/y", "f")})
	case 4:
		return g.process(kind, "sh", []any{"-c", pick(g, "rm -f f", "touch f", "echo more >> f")})
	}
	return g.call(kind, pick(g, "/status/200", "/text", "/echo"), object{})
}

func (g *generator) shape(kind string, provider object) object {
	return object{"type": kind, "name": g.name(kind), "provider": provider}
}

func (g *generator) process(kind, path string, arguments any) object {
	provider := object{"type": "process", "path": path}
	if arguments != nil {
		provider["arguments"] = arguments
	}
	return g.shape(kind, provider)
}

func (g *generator) anyProcess(kind string) object {
	switch g.IntN(7) {
	case 0:
		return g.process(kind, "sh", []any{"-c", pick(g, "exit 0", "exit 1", "exit 3", "kill -9 $$", "echo problems >&2; exit 2")})
	case 1:
		return g.process(kind, "echo", []any{"the whole text is:", g.argument(), g.argument(), "and that was it"})
	case 2:
		return g.process(kind, "echo", "the shell says "+pick(g, "'${word}'", "\"$word\"", "$FROM_ENV", "yes; exit 4", "${count} | cat"))
	case 3:
		return g.process(kind, pick(g, "true", "false"), nil)
	case 4:
		return g.process(kind, "test", []any{pick(g, "-f", "-d", "-e"), pick(g, "f", "d", "made", "nope")})
	case 5:
		return g.process(kind, "rm", []any{pick(g, "f", "nope")})
	}
	return g.process(kind, "printf", []any{"a value in a sentence: %s, then the next one\\n", g.argument()})
}

// argument is a value as it may stand in a list of arguments.
func (g *generator) argument() any {
	return pick[any](g, "plain", 5, 1.5, true, nil, "", "two words", "${word}", "${count}", "${share}", "${yes}",
		"${list}", "${map}", "in ${list} and ${nothing}", "$word twice $word", "${unknown}", "$$", "${number}", "${env}",
		"x${count}y", "${ word }", "${default} by default")
}

func (g *generator) call(kind, route string, more object) object {
	provider := object{"type": "http", "url": "http://SERVER" + route}
	maps.Copy(provider, more)
	return g.shape(kind, provider)
}

func (g *generator) anyCall(kind string) object {
	switch g.IntN(8) {
	case 0:
		return g.call(kind, pick(g, "/status/200", "/status/404", "/status/500", "/status/204"), object{})
	case 1:
		return g.call(kind, pick(g, "/json", "/json-charset", "/text", "/redirect", "/latin1"), object{})
	case 2:
		return g.call(kind, "/echo", object{
			"method":    pick(g, "POST", "PUT", "delete", "Patch"),
			"headers":   pick(g, object{"Content-Type": "application/json"}, object{"X-Word": "${word}"}, object{}),
			"arguments": object{"a": g.argument(), "b": []any{g.argument(), "x"}, "c": object{"${word}": g.argument()}},
		})
	case 3:
		return g.call(kind, "/echo?q=1", object{"arguments": object{"a": g.argument(), "l": []any{1, "b", g.argument()}}})
	case 4:
		return g.call(kind, pick(g, "/counter/a?ok=2", "/counter/b?bad=1", "/get/service"), object{})
	case 5:
		return g.call(kind, "/set/service?status="+pick(g, "200", "500", "503"), object{})
	case 6:
		a := g.call(kind, "", object{})
		asMap(a["provider"])["url"] = pick(g, "http://127.0.0.1:1/", "${base}/status/201", "${bad}/x", "$base/text")
		return a
	}
	return g.call(kind, pick(g, "/bad-json", "/empty-json", "/loop", "/json"), object{"timeout": pick[any](g, 20, 20.5, []any{20, 20})})
}

func (g *generator) python1(kind, module, function string, arguments object) object {
	return g.shape(kind, object{"type": "python", "module": module, "func": function, "arguments": arguments})
}

func (g *generator) anyFunction(kind string) object {
	switch g.IntN(9) {
	case 0:
		return g.python1(kind, "os", "remove", object{"path": pick(g, "f", "nope", "d", "${word}")})
	case 1:
		return g.python1(kind, "os", "rename", object{"src": pick(g, "f", "nope"), "dst": pick(g, "made", "no/such")})
	case 2:
		return g.python1(kind, "os", pick(g, "mkdir", "rmdir", "listdir"), object{"path": pick(g, "made", "d", "nope", "f")})
	case 3:
		return g.python1(kind, "os", "getenv", object{"key": pick(g, "FROM_ENV", "NOT_SET_AT_ALL"), "default": g.argument()})
	case 4:
		return g.python1(kind, "os.path", pick(g, "exists", "isfile", "isdir"), object{pick(g, "path", "path", "s"): pick(g, "f", "d", "nope")})
	case 5:
		return g.python1(kind, "shutil", pick(g, "copy", "move", "copyfile"), object{"src": pick(g, "f", "nope"), "dst": pick(g, "made", "d")})
	case 6:
		return g.python1(kind, "os", "makedirs", object{"name": pick(g, "made/a/b", "d"), "exist_ok": pick(g, true, false)})
	}
	if g.one(6) {
		g.needs["python-bridge"] = true
		return g.own(kind)
	}
	return g.python1(kind, "os", "getcwd", object{})
}

// own is a function of own.py, for which a real interpreter has to start.
func (g *generator) own(kind string) object {
	function := pick(g, "give", "give", "fail", "settings")
	arguments := object{}
	switch function {
	case "give":
		arguments["v"] = pick[any](g, g.argument(), []any{g.argument()}, object{"k": g.argument()})
	case "fail":
		arguments["text"] = strings.Repeat("no ", g.IntN(3))
	}
	return g.python1(kind, "own", function, arguments)
}

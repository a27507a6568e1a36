package conformance

import "github.com/rogpeppe/go-internal/txtar"

// extras adds what a run has beside its activities, each seldom.
func (g *generator) extras(e object) {
	for _, add := range []func(object){g.secrets, g.varFile, g.dynamic, g.control, g.settings} {
		if g.one(24) {
			add(e)
		}
	}
}

// appendActivity adds to the method, whatever it is.
func appendActivity(e, a object) {
	if list, ok := e["method"].([]any); ok {
		e["method"] = append(list, a)
	}
}

// secrets are used where nothing shows them, for ours would hide them.
func (g *generator) secrets(e object) {
	g.needs["secrets"] = true
	e["secrets"] = object{"group": object{"token": "s3cr3t-token", "hidden": "never found"}, "other": object{"token": "s3cr3t-too", "second": "s3cr3t-second"}}
	appendActivity(e, g.process("action", "test", []any{"${token}", "=", pick(g, "s3cr3t-token", "s3cr3t-too")}))
	appendActivity(e, g.call("action", "/status/200", object{"headers": object{"Authorization": "Bearer ${second}"}}))
}

func (g *generator) varFile(object) {
	g.needs["var-file"] = true
	file := pick(g,
		txtar.File{Name: "vars.yaml", Data: []byte("configuration:\n  word: from the file\n  count: 010\n  unknown: 3\n")},
		txtar.File{Name: "vars.json", Data: []byte(`{"configuration": {"list": ["from", "the", "file"], "yes": null}}` + "\n")},
		txtar.File{Name: "vars.env", Data: []byte("# set\nFROM_ENV=from the file\nNUMBER=6\n")})
	g.more = append(g.more, file)
	g.args = append(g.args, "--var-file", file.Name)
}

func (g *generator) dynamic(e object) {
	g.needs["dynamic-config"] = true
	e["configuration"] = g.config
	g.config["word"] = pick(g,
		g.process("probe", "echo", []any{"  measured while starting  "}),
		g.call("probe", "/text", object{}),
		g.python1("probe", "os", "getenv", object{"key": pick(g, "FROM_ENV", "NOT_SET_AT_ALL")}),
		g.python1("probe", "os", "listdir", object{"path": "nope"}),
		g.process("probe", "false", nil))
}

const watchModule = `def note(*words):
    with open("calls.txt", "a") as f:
        f.write(" ".join(str(w) for w in words) + "\n")


def before_experiment_control(context, configuration, **rest):
    note("before experiment", context["title"], sorted(configuration))


def after_experiment_control(context, state, **rest):
    note("after experiment", state["status"], state["deviated"])


def before_hypothesis_control(context, **rest):
    note("before hypothesis", context["title"])


def after_hypothesis_control(context, state, **rest):
    note("after hypothesis", state["steady_state_met"])


def before_method_control(context, **rest):
    note("before method")


def after_method_control(context, state, **rest):
    note("after method", len(state))


def after_rollback_control(context, state, **rest):
    note("after rollback", [run["status"] for run in state])


def before_activity_control(context, tag=None, **rest):
    note("before activity", context["name"], tag)


def after_activity_control(context, state, **rest):
    note("after activity", context["name"], state.get("status"), state.get("output"))
`

// control watches the whole experiment or one activity; more than one would be
// called more than once by the toolkit.
func (g *generator) control(e object) {
	g.needs["controls"] = true
	g.more = append(g.more, txtar.File{Name: "watch.py", Data: []byte(watchModule)})
	control := object{"name": "watcher", "provider": object{"type": "python", "module": "watch", "arguments": object{"tag": g.argument()}}}
	if g.one(3) {
		control["scope"] = pick(g, "before", "after")
	}
	method, _ := e["method"].([]any)
	if len(method) > 0 && g.one(3) && asMap(method[0])["ref"] == nil {
		asMap(method[0])["controls"] = []any{control}
		return
	}
	if g.threads || g.one(4) { // nobody knows in which order threads call it
		control["automatic"] = false
	}
	e["controls"] = []any{control}
}

func (g *generator) settings(object) {
	g.needs["settings"] = true
	g.set = "settings.yaml"
	g.more = append(g.more, txtar.File{Name: "settings.yaml", Data: []byte("runtime:\n  rollbacks: {strategy: " +
		pick(g, "always", "never", "deviated") + "}\n  hypothesis: {strategy: " + pick(g, "default", "after-method-only", "before-method-only") + "}\n")})
}

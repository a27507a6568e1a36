# The part of the worker that does what the runner asks for: it calls functions,
# examines them and applies controls.


def attempt(request):
    try:
        return TASKS[request["do"]](request)
    except (SystemExit, KeyboardInterrupt) as x:
        return {"stop": stopped(x)}
    except BaseException as x:
        return {"error": dict(raised(x), text=brief(x))}


def call(request):
    function = getattr(load(request["module"]), request["func"])
    arguments, names = request["arguments"], parameters(function)
    if request["groups"] is not None and "secrets" in names:
        arguments["secrets"] = {}
        for group in request["groups"]:
            arguments["secrets"].update(request["secrets"].get(group, {}))
    if "configuration" in names:
        arguments["configuration"] = request["configuration"]
    try:
        output = function(**arguments)
    except Exception as x:
        return {"raised": raised(x)}
    return Output(request["judged"]).answer(output)


def load(name):
    Records.attach()
    return importlib.import_module(name)


def parameters(function):
    inspect = importlib.import_module("inspect")
    try:
        return inspect.signature(function).parameters
    except ValueError:  # some functions in C do not tell
        return {}


def examine(request):
    return {"value": json.dumps([examine_one(r) for r in request["references"]])}


def examine_one(r):
    """What is wrong: each time the kind of mistake, and what it is about."""
    try:
        module = load(r["module"])
    except ImportError as x:
        return [["missing", brief(x)]]
    except BaseException as x:
        return [["broken", brief(x)]]
    if r["kind"] == "control":
        return []
    inspect = importlib.import_module("inspect")
    function = getattr(module, r["func"], None) if r["func"] in dir(module) else None
    if not (inspect.isfunction(function) or inspect.isbuiltin(function)):
        return [["unexposed", "" if function is None else type(function).__name__]]
    try:
        return list(mismatches(inspect.signature(function), r["arguments"]))
    except ValueError:
        return []


def mismatches(signature, arguments):
    for name in ("secrets", "configuration"):
        if name in signature.parameters:
            arguments[name] = None
    while True:
        try:
            signature.bind(**arguments)
            return
        except TypeError as x:
            text = str(x)
        name = text.rsplit(":" if "missing" in text else " ", 1)[-1].strip().strip("'\"")
        if "missing" in text and name not in arguments:
            yield ["required", name]
            arguments[name] = None
        elif "unexpected" in text and name in arguments:
            yield ["unknown", name]
            del arguments[name]
        else:
            yield ["unbound", text]
            return


def control(request):
    try:
        function = getattr(load(request["module"]), request["func"], None)
    except ImportError as x:
        return {"missing": brief(x)}
    except Exception as x:
        return {"raised": raised(x)}
    if not function:
        return {"missing": ""}
    things, answer = request["things"], {}
    if request["path"] is not None:  # so that a change of the one is a change of the other
        things["context"] = things["experiment"]
        for step in request["path"]:
            things["context"] = things["context"][step]
    before = {name: json.dumps(v) for name, v in things.items()}
    try:
        apply(function, request["func"], request["arguments"], things)
    except (SystemExit, KeyboardInterrupt) as x:
        answer["stop"] = stopped(x)
    except BaseException as x:
        if interrupts(x) and "context" in things:
            answer["stop"] = ["InterruptExecution", str(x)]
        else:
            answer["raised"] = raised(x)
    output = Output(False)
    after = {name: output.encode(v) for name, v in things.items()}
    changed = [json.dumps(name) + ": " + text for name, text in after.items() if text != before[name]]
    answer["value"], answer["noted"] = "{" + ", ".join(changed) + "}", output.noted
    return answer


def interrupts(x):
    return any(c.__module__ == "chaoslib.exceptions" and c.__name__ == "InterruptExecution" for c in type(x).__mro__)


def apply(function, name, arguments, things):
    if name == "cleanup_control":
        return function()
    if name == "validate_control":
        return function(things["control"])
    known = dict(things, extensions=(things.get("experiment") or {}).get("extensions"), event_registry=Events())
    names, wanted = parameters(function), ["experiment", "configuration", "secrets", "settings"]
    wanted += ["event_registry"] if name == "configure_control" else ["state", "extensions"]
    for each in wanted:
        if each in names:
            arguments[each] = known.get(each)
    if name != "configure_control":
        arguments["context"] = things["context"]
    function(**arguments)


class Events:
    """Stands where the toolkit passes its registry of event handlers."""

    def register(self, _):
        line.send({"log": ["WARNING", "a control wants to hear of the run's events, which this runner does not send"]})


TASKS = {"call": call, "examine": examine, "control": control}
line, jobs = Line(), Jobs()
begin()

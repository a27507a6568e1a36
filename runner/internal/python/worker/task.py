# The part of the worker that does what the runner asks for: it calls functions,
# examines them, applies controls and tells them of events.


def attempt(request):
    try:
        return TASKS[request["do"]](request)
    except (SystemExit, KeyboardInterrupt) as x:
        return {"stop": stopped(x)}
    except TooMuch:
        return {"raised": {"class": "ValueError", "message": "the function returned too much: more than "
                           "64 MiB, or more than 2,000,000 values and keys", "traceback": []}}
    except BaseException as x:
        return {"error": dict(raised(x), text=brief(x))}


def call(request):
    function = getattr(importlib.import_module(request["module"]), request["func"])
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


def is_plain(function):
    """Whether the code of a function tells its parameters: inspect takes longer
    to import than the worker to start."""
    return type(function) is types.FunctionType and not {"__wrapped__", "__signature__"} & function.__dict__.keys()


def parameters(function):
    if is_plain(function):
        code = function.__code__
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        return code.co_varnames[:count]
    try:
        return importlib.import_module("inspect").signature(function).parameters
    except ValueError:  # some functions in C do not tell
        return {}


def examine(request):
    return {"value": json.dumps([examine_one(r) for r in request["references"]])}


def examine_one(r):
    """What is wrong, in the toolkit's words."""
    module, func, name, kind = r["module"], r["func"], r["name"], r["kind"]
    try:
        loaded = importlib.import_module(module)
    except ImportError as x:
        says = "Python says " + brief(x)
        if kind == "control":
            return [finding(["module"], f"Could not find Python module '{module}' in control '{name}'. Did you install the Python "
                            "module? The experiment will carry on running nonetheless.", says, modules(module))]
        return [finding(["module"], f"could not find Python module '{module}' in activity '{name}'", module_advice(module) or
                        "install it where Python looks, or have PYTHONPATH name its folder; " + says, modules(module))]
    except (KeyboardInterrupt, SignalExit):
        raise
    except BaseException as x:
        place = "control" if kind == "control" else "activity"
        return [finding(["module"], f"the Python module '{module}' cannot be imported, in {place} '{name}': {brief(x)}", "correct the module")]
    if kind == "control":
        return [finding(["func", f], f"the control '{name}' has a function '{f}', which is no function of a control", "check the name", HOOKS)
                for f in functions(loaded) if f not in HOOKS]
    function = getattr(loaded, func, None) if func in dir(loaded) else None
    if not isinstance(function, (types.FunctionType, types.BuiltinFunctionType)):
        advice, known = "check the name", functions(loaded)
        if function is not None:
            advice, known = f"{func} is of type {type(function).__name__} there: name a function", []
        elif "." in func:
            advice = "write the module {}.{} and the func {}".format(module, *func.rsplit(".", 1))
        return [finding(["func"], f"The python module '{module}' does not expose a function called '{func}' in {kind} '{name}'", advice, known)]
    if is_plain(function) and fits(function, r["arguments"]):
        return []
    try:
        return list(mismatches(importlib.import_module("inspect").signature(function), r))
    except ValueError:
        return []


# The functions of a control that the toolkit calls.
HOOKS = ["configure_control", "cleanup_control", "validate_control"] + [
    f"{when}_{level}_control" for when in ("before", "after")
    for level in ("loading_experiment", "experiment", "hypothesis", "method", "rollback", "activity")]


def finding(path, what, advice, known=()):
    """One mistake. The path leads to it from the provider; the known names are those that may be meant."""
    return {"path": path, "what": what, "do": advice, "known": list(known)}


def functions(module):
    return [name for name, v in vars(module).items() if isinstance(v, (types.FunctionType, types.BuiltinFunctionType))]


def modules(name):
    """What the name of a missing module may be meant for: the modules beside the first part of it that is missing."""
    head, path = "", None
    for part in name.split("."):
        found = [head + m.name for m in importlib.import_module("pkgutil").iter_modules(path)]
        found += [m for m in {*sys.modules, *sys.builtin_module_names} if m.startswith(head) and "." not in m[len(head):] and m[:1] != "_"]
        if head + part not in found:
            return [m + name[len(head + part):] for m in found]
        head += part + "."
        try:
            path = getattr(importlib.import_module(head[:-1]), "__path__", [])
        except Exception:
            break
    return []


def module_advice(name):
    """For the name of a file, or of a function with its module, in the place of a module's."""
    module, _, last = name.rpartition(".")
    if last == "py":
        return f"write the name of the module, not of its file: {module}"
    if last in functions(sys.modules.get(module, types)):
        return f"write the module {module} and the func {last}"
    return ""


def fits(function, arguments):
    """Whether the arguments surely fit, so that nothing needs to be put into words."""
    code = function.__code__
    names = code.co_varnames[:code.co_argcount]
    if code.co_kwonlyargcount or code.co_flags & 12 or getattr(code, "co_posonlyargcount", 0):
        return False
    given = {*arguments, *({"secrets", "configuration"} & set(names))}
    return given <= set(names) and given >= set(names[:len(names) - len(function.__defaults__ or ())])


def mismatches(signature, r):
    arguments, func = r["arguments"], r["func"]
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
            yield finding(["arguments", name], f"required argument {name!r} is missing from activity '{func}'", "give it in the provider's arguments")
            arguments[name] = None
        elif "unexpected" in text and name in arguments:
            yield finding(["arguments", name], f"argument {name!r} is not part of the function signature in activity '{func}'",
                          "leave it out, or check its name", signature.parameters)
            del arguments[name]
        else:
            yield finding(["func"], f"the arguments of '{r['name']}' do not fit the function {func}: {text}", "see how the function wants to be called")
            return


def control(request):
    try:
        function = getattr(importlib.import_module(request["module"]), request["func"], None)
    except ImportError as x:
        return {"missing": brief(x)}
    except Exception as x:
        return {"raised": raised(x)}
    if not function:
        return {"missing": "the module " + request["module"] + " has no function " + request["func"]}
    things, answer = request["things"], {}
    if request["path"] is not None:  # so that a change of the one is a change of the other
        things["context"] = things["experiment"]
        for step in request["path"]:
            things["context"] = things["context"][step]
    before = {name: Output(False).json(v) for name, v in things.items()}
    lists, known = lists_of(things.get("experiment")), containers(things.get("experiment"), {})
    items = {name: list(each) for name, each in lists.items()}
    try:
        apply(function, request["func"], request["arguments"], things)
    except (SystemExit, KeyboardInterrupt) as x:
        answer["stop"] = stopped(x)
    except BaseException as x:
        if interrupts(x) and "context" in things:
            answer["stop"] = {"class": "InterruptExecution", "text": str(x)}
        else:
            answer["raised"] = raised(x)
    output = Output(False)
    after = {name: (SecretOutput(False) if name == "secrets" else output).encode(v, len(before[name])) for name, v in things.items()}
    now = things.get("experiment")
    gone = {name: each for name, each in lists.items() if each is not lists_of(now).get(name)}
    changed = [json.dumps(name) + ": " + text for name, text in after.items() if text != before[name] or name == "experiment" and gone]
    answer.update(value="{" + ", ".join(changed) + "}", noted=output.noted, listening=bool(events.handlers))
    if gone or after.get("experiment") != before.get("experiment"):
        fresh = list(renewed(now, known, []))
        answer["order"] = order(items, lists_of(now))
        answer["replaced"] = {name: [at if at >= 0 else {"new": json.loads(output.encode(item))} for at, item in zip(places(items[name], each), each)]
                              for name, each in gone.items()}
        answer["renewed"] = [path for path in fresh if path not in PLACES.values()]
    return answer


# The lists of an experiment whose items are things that go on living when they move.
PLACES = {"method": ["method"], "rollbacks": ["rollbacks"], "probes": ["steady-state-hypothesis", "probes"]}


def lists_of(experiment):
    """These lists as they are now."""
    found = {}
    for name, path in PLACES.items():
        at = experiment
        for key in path:
            at = at.get(key) if isinstance(at, dict) else None
        if isinstance(at, list):
            found[name] = at
    return found


def containers(v, found):
    """All mappings and lists within v by their identity, which they keep while found holds them."""
    if isinstance(v, (dict, list)) and id(v) not in found:
        found[id(v)] = v
        for item in v.values() if isinstance(v, dict) else v:
            containers(item, found)
    return found


def renewed(v, known, path):
    """The paths of mappings and lists that a function has put in the place of something else."""
    if not isinstance(v, (dict, list)):
        return
    if id(v) not in known:
        yield path
        return
    if known[id(v)] is None:
        return  # it stands at another place too
    known[id(v)] = None
    for key, item in list(v.items() if isinstance(v, dict) else enumerate(v)):
        if isinstance(key, (str, int)):
            yield from renewed(item, known, path + [key])


def order(before, now):
    """For each list whose items moved, where each item of it was."""
    moved = {name: places(before.get(name, []), items) for name, items in now.items()}
    return {name: was for name, was in moved.items() if was != list(range(len(before.get(name, []))))}


def places(before, now):
    """Where each item of a list was; -1: nowhere."""
    was = {id(item): i for i, item in reversed(list(enumerate(before)))}
    return [was.get(id(item), -1) for item in now]


def interrupts(x):
    return any(c.__module__ == "chaoslib.exceptions" and c.__name__ == "InterruptExecution" for c in type(x).__mro__)


def apply(function, name, arguments, things):
    if name == "cleanup_control":
        return function()
    if name == "validate_control":
        return function(things["control"])
    known = dict(things, extensions=(things.get("experiment") or {}).get("extensions"), event_registry=events)
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

    def __init__(self):
        self.handlers = []

    def register(self, handler):
        self.handlers.append(handler)


def event(request):
    """Tells the handlers. What one of them raises stops nothing."""
    name, arguments = request["name"], request["arguments"]
    if name == "running" and isinstance(arguments[4], dict):
        arguments[4] = types.SimpleNamespace(**arguments[4])  # the toolkit's Schedule
    if name == "continuous_hypothesis_completed" and isinstance(arguments[2], str):
        arguments[2] = Exception(arguments[2])
    for handler in list(events.handlers):
        try:
            getattr(handler, name)(*arguments)
        except Exception:
            logger = importlib.import_module("logging").getLogger("chaostoolkit")
            logger.debug("Handler " + type(handler).__name__ + " failed", exc_info=True)
    return {}


TASKS = {"call": call, "examine": examine, "control": control, "event": event}
line, jobs, events = Line(), Jobs(), Events()
begin()

# Calls Python functions for the runner, which starts this with python -c and
# speaks with it in lines of JSON: requests come in on standard input, answers go
# out on standard output, and what the functions print goes to standard error.
# Nothing here may keep an old Python from reading as far as the next lines.
import sys

if sys.version_info < (3, 7):
    sys.exit("Python 3.7 or later is needed, and this is " + sys.version.split()[0])
if sys.path and sys.path[0] == "":
    del sys.path[0]  # -c put the working folder there, where the toolkit has none

import importlib
import json
import os
import signal
import threading
import types

HOME = os.getpid()
SPECIAL = "\0"  # the key that marks a value which JSON does not have


class Line:
    """The runner's two pipes, moved away from where functions read and print."""

    def __init__(self):
        self.requests, self.answers, self.marks = os.fdopen(os.dup(0), "rb"), os.dup(1), os.dup(2)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        self.writing = threading.Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forget)

    def forget(self):
        """A copy of this process that a function makes must not speak for it."""
        for number in (self.requests.fileno(), self.answers, self.marks):
            os.close(number)

    def send(self, message):
        rest = memoryview(json.dumps(message).encode() + b"\n")
        with self.writing:
            while rest:
                rest = rest[os.write(self.answers, rest):]

    def printed(self, number):
        """All that was printed so far comes before this mark."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass  # a function closed it, or put something else in its place
        os.write(self.marks, b"\0%d\n" % number)


class Jobs:
    """What is being done. The main thread takes a job when it is free, because
    some functions work nowhere else; others get a thread each."""

    def __init__(self):
        self.free = threading.Lock()  # held while the main thread has a job
        self.given, self.handed = None, threading.Semaphore(0)
        self.main = None  # the number of the main thread's job while it can be interrupted
        self.wanted = None  # the job that an interrupt is meant for
        self.threads, self.guard = {}, threading.Lock()
        self.folder = os.getcwd()

    def listen(self):
        try:
            for text in line.requests:
                self.accept(json.loads(text.decode(), object_hook=unmark if b"\\u0000" in text else None))
        finally:
            self.hand(None)

    def accept(self, request):
        if "cancel" in request:
            self.cancel(request["cancel"])
        elif request.get("background") or not self.free.acquire(blocking=False):
            threading.Thread(target=self.in_thread, args=(request,)).start()
        else:
            self.hand(request)

    def hand(self, request):
        self.given = request
        self.handed.release()

    def in_main(self):
        while True:
            self.handed.acquire()
            if self.given is None:
                return
            request = self.given
            self.main = request["id"]
            self.work(request, self.leave_main)

    def leave_main(self, _):
        self.main = None
        if self.free.locked():
            self.free.release()

    def in_thread(self, request):
        with self.guard:
            self.threads[request["id"]] = threading.get_ident()
        self.work(request, self.leave_thread)

    def leave_thread(self, number):
        with self.guard:
            self.threads.pop(number, None)

    def work(self, request, leave):
        number = request["id"]
        try:
            answer = attempt(request)
            leave(number)
            breathe()
        except BaseException as x:  # an interrupt between the function's end and here
            leave(number)
            answer = {"stop": [type(x).__name__, str(x)]}
        if os.getpid() != HOME:
            os._exit(0)  # a copy that fell through
        self.note_folder(answer)
        line.printed(number)
        answer["id"] = number
        line.send(answer)

    def note_folder(self, answer):
        try:
            folder = os.getcwd()
        except OSError:
            return
        if folder != self.folder:
            answer["folder"] = self.folder = folder

    def cancel(self, number):
        if number == self.main:
            self.wanted = number
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            else:
                importlib.import_module("_thread").interrupt_main()
            return
        with self.guard:
            if number in self.threads:
                api = importlib.import_module("ctypes").pythonapi
                raiser = api.PyThreadState_SetAsyncExc
                raiser(types_of_c().c_ulong(self.threads[number]), types_of_c().py_object(KeyboardInterrupt))

    def signalled(self, number, _):
        """Once for each job, so that nothing interrupts what puts it into words."""
        wanted, self.wanted = self.wanted, None
        if wanted is not None and wanted != self.main:
            return
        job, self.main = self.main, None
        if job is not None:
            raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(EXITS[number])
        if number != signal.SIGINT:
            report = {"signal": signal.Signals(number).name}
            threading.Thread(target=line.send, args=(report,)).start()  # line.send may be what it interrupted


def types_of_c():
    return importlib.import_module("ctypes")


def breathe():
    """Where an interrupt arrives that was on its way."""


def attempt(request):
    try:
        return TASKS[request["do"]](request)
    except (SystemExit, KeyboardInterrupt) as x:
        return {"stop": [type(x).__name__, str(x)]}
    except BaseException as x:
        return {"error": raised(x)}


def raised(x):
    """An exception in the words in which the toolkit shows it, and its traceback."""
    traceback = importlib.import_module("traceback")
    own = type(x)
    name = own.__qualname__ if own.__module__ in ("builtins", "__main__") else own.__module__ + "." + own.__qualname__
    text = traceback.format_exception_only(own, x)[0].strip()
    frames = x.__traceback__
    while frames and frames.tb_frame.f_globals is globals():
        frames = frames.tb_next
    return {"class": name, "text": text, "traceback": traceback.format_exception(own, x, frames)}


def interrupts(x):
    return any(c.__module__ == "chaoslib.exceptions" and c.__name__ == "InterruptExecution" for c in type(x).__mro__)


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
    module = importlib.import_module(name)
    if "logging" in sys.modules:
        Records.attach()
    return module


def parameters(function):
    inspect = importlib.import_module("inspect")
    try:
        return inspect.signature(function).parameters
    except ValueError:  # some functions in C do not tell
        return {}


class Output:
    """What a function returned, as JSON. What has no place in JSON becomes text,
    and is noted, because otherwise the whole journal would be lost."""

    def __init__(self, judged):
        self.judged, self.noted = judged, []

    def answer(self, value):
        never = self.never_ran(value)
        if never:
            return {"raised": {"class": "TypeError", "text": "TypeError: " + never, "traceback": []}}
        plain = self.plain(value, ())
        if self.judged and self.noted and isinstance(plain, str):
            text = "TypeError: the function returned " + self.noted[0] + ", which no tolerance can be compared with"
            return {"raised": {"class": "TypeError", "text": text, "traceback": []}}
        return {"value": plain, "noted": self.noted}

    def never_ran(self, value):
        name = type(value).__name__
        if name == "coroutine":
            value.close()  # it would complain later that nobody awaited it
        if name in ("coroutine", "generator", "async_generator"):
            return "the function returned a " + name + ": nothing in it has run yet"

    def plain(self, v, within):
        if v is None or isinstance(v, (bool, str)):
            return v
        if isinstance(v, int):
            return int(v) if v.bit_length() < 2048 else {SPECIAL: "int", "is": hex(v)}
        if isinstance(v, float):
            return v if v - v == 0 else {SPECIAL: "float", "is": float.__repr__(v)}
        if isinstance(v, bytes):
            return {SPECIAL: "bytes", "is": v.hex()}
        if not isinstance(v, (dict, list, tuple)):
            return self.other(v)
        if id(v) in within or len(within) > 500:
            return self.text(v)
        within += (id(v),)
        if isinstance(v, dict):
            return {self.key(k): self.plain(item, within) for k, item in v.items()}
        return [self.plain(item, within) for item in v]

    def key(self, k):
        if isinstance(k, str):
            return k
        if k is None or isinstance(k, (bool, int, float)):
            return json.dumps(k)
        return self.text(k)

    def other(self, v):
        """The toolkit's journal knows dates, decimals and UUIDs."""
        if is_a(v, "datetime", "date"):
            return v.isoformat()
        if is_a(v, "uuid", "UUID"):
            return str(v)
        if is_a(v, "decimal", "Decimal"):
            return self.number(v) if self.judged else str(v)
        if is_a(v, "numbers", "Integral"):
            return int(v)
        if is_a(v, "numbers", "Real"):
            return self.plain(float(v), ())
        return self.text(v)

    def number(self, v):
        return int(v) if v.is_finite() and v == v.to_integral_value() else self.plain(float(v), ())

    def text(self, v):
        self.noted.append("a value of type " + type(v).__name__)
        try:
            return repr(v)
        except Exception:
            return object.__repr__(v)


def is_a(v, module, name):
    """Whether v is of a class that, if it is, has been loaded."""
    return module in sys.modules and isinstance(v, getattr(sys.modules[module], name))


def unmark(mapping):
    return bytes.fromhex(mapping["is"]) if mapping.get(SPECIAL) == "bytes" else mapping


def examine(request):
    return {"value": [examine_one(r) for r in request["references"]]}


def examine_one(r):
    """What is wrong: each time the argument it is about, what, and why."""
    place = "control" if r["kind"] == "control" else "activity"
    try:
        module = load(r["module"])
    except ImportError as x:
        return [["", "missing", raised(x)["text"]]]
    except BaseException as x:
        return [["", "broken", raised(x)["text"]]]
    if place == "control":
        return []
    function = getattr(module, r["func"], None) if r["func"] in dir(module) else None
    inspect = importlib.import_module("inspect")
    if not (inspect.isfunction(function) or inspect.isbuiltin(function)):
        return [["", "unexposed", type(function).__name__ if function is not None else ""]]
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
            yield [name, "required", ""]
            arguments[name] = None
        elif "unexpected" in text and name in arguments:
            yield [name, "unknown", ""]
            del arguments[name]
        else:
            yield ["", "unbound", text]
            return


def control(request):
    try:
        function = getattr(load(request["module"]), request["func"], None)
    except ImportError as x:
        return {"value": {"missing": raised(x)["text"]}}
    except Exception as x:
        return {"value": {"raised": raised(x)}}
    if not function:
        return {"value": {"missing": ""}}
    things = request["things"]
    if request["path"] is not None:
        things["context"] = things["experiment"]
        for step in request["path"]:
            things["context"] = things["context"][step]
    before, answer = {name: json.dumps(v) for name, v in things.items()}, {}
    try:
        apply(function, request["func"], request["arguments"], things)
    except Exception as x:
        answer["interrupt" if interrupts(x) and "context" in things else "raised"] = raised(x)
    except BaseException as x:
        answer["stop"] = [type(x).__name__, str(x)]
    output = Output(False)
    after = {name: output.plain(v, ()) for name, v in things.items()}
    answer["changed"] = {name: v for name, v in after.items() if json.dumps(v) != before[name]}
    return {"value": answer, "noted": output.noted}


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


class Records:
    """Hands the toolkit's logger's records to the runner."""

    level, attached = 0, False

    @classmethod
    def attach(cls):
        if cls.attached:
            return
        cls.attached = True
        logging = importlib.import_module("logging")
        handler = logging.Handler()
        handler.emit = lambda record: cls.emit(handler, record)
        logger = logging.getLogger("chaostoolkit")
        logger.propagate = False
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)

    @staticmethod
    def emit(handler, record):
        try:
            text = handler.format(record)
        except Exception:
            return handler.handleError(record)
        if os.getpid() == HOME:
            line.send({"log": [record.levelname, text]})
        else:
            print(text, file=sys.stderr)


def logzero():
    """The toolkit gives its logger to those who ask for it by this old name."""
    module = types.ModuleType("logzero")
    module.__path__ = []
    module.__getattr__ = logzero_attribute
    return module


def logzero_attribute(name):
    if name != "logger":
        raise AttributeError(name)
    return importlib.import_module("logging").getLogger("chaostoolkit")


TASKS = {"call": call, "examine": examine, "control": control}
EXITS = {}
line, jobs = Line(), Jobs()
sys.modules["logzero"] = logzero()
signal.signal(signal.SIGINT, jobs.signalled)
for each, code in (("SIGUSR1", 20), ("SIGUSR2", 30)):  # what chaoslib.exit sends to its own process
    if hasattr(signal, each):
        EXITS[getattr(signal, each)] = code
        signal.signal(getattr(signal, each), jobs.signalled)
line.send({"ready": list(sys.version_info[:3])})
threading.Thread(target=jobs.listen, daemon=True).start()
jobs.in_main()

# The part of the worker that puts into JSON what functions return and raise.
from itertools import chain

SPECIAL = "\0"  # the key that marks a value which JSON does not have
PLAIN = json.JSONEncoder(allow_nan=False).encode  # made once: json.dumps makes one each time that it is told anything
MOST_VALUES, MOST_LETTERS = 2000000, 64 << 20  # of an answer, as the runner reads it
MOST_SAID = 1 << 20  # letters of what is raised or logged


class TooMuch(Exception):
    """No answer has room for what was returned."""


def weigh(value, more):
    """Raises TooMuch, before there are copies of it, for what is too large or has no end."""
    letters = values = 0
    stack, within = [(iter([value]), 0)], set()
    while stack:
        items, own = stack[-1]
        for v in items:
            values += 1
            if isinstance(v, str):
                letters += sum(len(PLAIN(v[i:i + 65536])) for i in range(0, len(v), 65536))
            elif isinstance(v, bytes):
                letters += 2 * len(v)
            if values > MOST_VALUES + more or letters > MOST_LETTERS + more:
                raise TooMuch
            if isinstance(v, (dict, list, tuple)) and id(v) not in within and len(stack) < 1000:
                within.add(id(v))
                stack.append((chain.from_iterable(v.items()) if isinstance(v, dict) else iter(v), id(v)))
                break
        else:
            within.discard(own)
            stack.pop()


class Output:
    """What has no place in JSON becomes text and is noted: the toolkit would lose
    the whole journal over it."""

    def __init__(self, judged):
        self.judged, self.noted = judged, []

    def answer(self, value):
        refusal = self.never_ran(value)
        text = self.encode(value)
        if self.judged and self.noted and not isinstance(value, (dict, list, tuple)):
            refusal = refusal or "the function returned " + self.noted[0] + ", which no tolerance can be compared with"
        if refusal:
            return {"raised": {"class": "TypeError", "message": refusal, "traceback": []}}
        return {"value": text, "noted": self.noted} if self.noted else {"value": text}

    def never_ran(self, value):
        name = type(value).__name__
        if name == "coroutine":
            value.close()  # it would complain later that nobody awaited it
        if name in ("coroutine", "generator", "async_generator"):
            return "the function returned a " + name + ", and nothing of it has run"

    def encode(self, value, more=0):
        """The JSON of a value that is not too large, or has at most so much more."""
        weigh(value, more)
        text = self.json(value)
        if len(text) > MOST_LETTERS + more:
            raise TooMuch
        return text

    def json(self, value):
        try:
            return PLAIN(value)
        except (TypeError, ValueError, RecursionError):
            pass  # something in it is not plain
        try:
            return json.dumps(value, allow_nan=False, default=self.other)
        except (TypeError, ValueError, RecursionError):
            self.noted = []
            return json.dumps(self.plain(value, ()))

    def plain(self, v, within):
        """Slower than json, and stopped by nothing."""
        if v is None or isinstance(v, (bool, str)):
            return v
        if isinstance(v, int):
            return int(v) if v.bit_length() < 10000 else {SPECIAL: "int", "is": hex(v)}
        if isinstance(v, float):
            return v if v - v == 0 else {SPECIAL: "float", "is": float.__repr__(v)}
        if not isinstance(v, (dict, list, tuple)):
            return self.other(v)
        if id(v) in within or len(within) > 200:
            return self.text(v)
        within += (id(v),)
        if isinstance(v, dict):
            return {self.key(k): self.plain(item, within) for k, item in v.items()}
        return [self.plain(item, within) for item in v]

    def key(self, k):
        if isinstance(k, str):
            return k
        return json.dumps(k) if k is None or isinstance(k, (bool, int, float)) else self.text(k)

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
        return {SPECIAL: "bytes", "is": v.hex()} if isinstance(v, bytes) else self.text(v)

    def number(self, v):
        return int(v) if v.is_finite() and v == v.to_integral_value() else self.plain(float(v), ())

    def text(self, v):
        note = "a value of type " + type(v).__name__
        if note not in self.noted:
            self.noted.append(note)
        try:
            text = repr(v)
        except Exception:
            return object.__repr__(v)
        if len(text) > MOST_LETTERS:
            raise TooMuch
        return text


class SecretOutput(Output):
    """Each item of a set is a secret of its own."""

    def text(self, v):
        return [self.plain(item, ()) for item in v] if isinstance(v, (set, frozenset)) else super().text(v)


def is_a(v, module, name):
    """Whether v is of a class which has been loaded, if v is one."""
    return module in sys.modules and isinstance(v, getattr(sys.modules[module], name))


def unmark(mapping):
    special = len(mapping) == 2 and mapping.get(SPECIAL) == "bytes"
    return bytes.fromhex(mapping["is"]) if special else mapping


def stopped(x):
    """An exception that ends the run: its class, its exit code or text, and the
    signal that it stands for, if any."""
    if isinstance(x, SignalExit):
        return {"class": "SystemExit", "text": short(str(x.code)), "signal": x.signal.name, "number": int(x.signal)}
    return {"class": type(x).__name__, "text": short(str(x.code if isinstance(x, SystemExit) else x))}


def raised(x):
    """An exception in the words in which the toolkit shows it, and its traceback."""
    traceback = importlib.import_module("traceback")
    frames = x.__traceback__
    while frames and frames.tb_frame.f_globals is globals():
        frames = frames.tb_next
    x, rest = shown(x)
    text = traceback.format_exception_only(type(x), x)[0].strip()
    name, message = name_of(type(x)), ""
    if text.startswith(name + ": "):
        message = text[len(name) + 2:]
    elif text != name:
        name = text  # as of a SyntaxError, whose first line is the place
    return {"class": name, "message": message, "traceback": traceback.format_exception(type(x), x, frames) + rest}


def shown(x):
    """The exception, or one in its place where it and those that led to it are too long, and what says so."""
    letters, rest, known = 0, [x], {id(None)}
    while rest and letters <= MOST_SAID:
        each = rest.pop()
        if id(each) in known:
            continue
        known.add(id(each))
        parts = [each, getattr(each, "__notes__", ""), each.text if isinstance(each, SyntaxError) else ""]
        letters += 100 + sum(len(said(part)) for part in parts)
        rest += [each.__cause__, each.__context__]
        if isinstance(each, getattr(__builtins__, "BaseExceptionGroup", ())):
            rest += each.exceptions
    if letters <= MOST_SAID:
        return x, []
    names = {"__module__": type(x).__module__, "__qualname__": type(x).__qualname__}
    return type(type(x).__name__, (Exception,), names)(short(said(x))), ["(the rest is left out, because it is too long)\n"]


def said(x):
    try:
        return str(x)
    except Exception:
        return ""


def short(text):
    """A text that is not too long. A piece of one could have half a secret in it."""
    return text if len(text) <= MOST_SAID else "(a text of %d characters is left out)" % len(text)


def name_of(own):
    return own.__qualname__ if own.__module__ in ("builtins", "__main__") else own.__module__ + "." + own.__qualname__


def brief(x):
    """An exception on one line, also one of syntax, of which the toolkit's words tell only the place."""
    try:
        return name_of(type(x)) + ": " + " ".join(short(str(x)).split())
    except Exception:
        return name_of(type(x))


class Records:
    """Hands the records of the toolkit's logger to the runner, from the moment
    that logging is imported: to import it takes long, and not all modules do."""

    def find_spec(self, name, path=None, target=None):
        """Called by Python before it looks for a module."""
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in sys.meta_path)))
        execute = spec.loader.exec_module

        def then_attach(module):
            execute(module)
            self.attach(module)

        spec.loader.exec_module = then_attach
        return spec

    def attach(self, logging):
        handler = logging.Handler()
        handler.emit = lambda record: self.emit(handler, record)
        logger = logging.getLogger("chaostoolkit")
        logger.propagate = False
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)

    @staticmethod
    def emit(handler, record):
        try:
            text = short(handler.format(record))
        except Exception:
            return handler.handleError(record)
        if os.getpid() == HOME:
            line.send({"log": [record.levelname, text], "id": getattr(jobs.local, "number", 0)})
        else:
            sys.stderr.write(text + "\n")


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

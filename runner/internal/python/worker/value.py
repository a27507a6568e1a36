# The part of the worker that puts into JSON what functions return and raise.
SPECIAL = "\0"  # the key that marks a value which JSON does not have
PLAIN = json.JSONEncoder(allow_nan=False).encode  # made once: json.dumps makes one each time that it is told anything


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

    def encode(self, value):
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
            return repr(v)
        except Exception:
            return object.__repr__(v)


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
        return {"class": "SystemExit", "text": str(x.code), "signal": x.signal.name, "number": int(x.signal)}
    return {"class": type(x).__name__, "text": str(x.code if isinstance(x, SystemExit) else x)}


def raised(x):
    """An exception in the words in which the toolkit shows it, and its traceback."""
    traceback = importlib.import_module("traceback")
    frames = x.__traceback__
    while frames and frames.tb_frame.f_globals is globals():
        frames = frames.tb_next
    text = traceback.format_exception_only(type(x), x)[0].strip()
    name, message = name_of(type(x)), ""
    if text.startswith(name + ": "):
        message = text[len(name) + 2:]
    elif text != name:
        name = text  # as of a SyntaxError, whose first line is the place
    return {"class": name, "message": message, "traceback": traceback.format_exception(type(x), x, frames)}


def name_of(own):
    return own.__qualname__ if own.__module__ in ("builtins", "__main__") else own.__module__ + "." + own.__qualname__


def brief(x):
    """An exception on one line, also one of syntax, of which the toolkit's words tell only the place."""
    try:
        return name_of(type(x)) + ": " + " ".join(str(x).split())
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
            text = handler.format(record)
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

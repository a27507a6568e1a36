"""Functions for the tests of the worker, each of which shows one thing."""
import atexit
import collections
import datetime
import decimal
import enum
import functools
import gc
import itertools
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import uuid

logger = logging.getLogger("chaostoolkit")
Pair = collections.namedtuple("Pair", "left right")
remembered = []


class Level(enum.IntEnum):
    LOW = 1


class Thing:
    def __repr__(self):
        return "<a thing>"


class Endless(dict):
    def items(self):
        return ((str(i), i) for i in itertools.count())


class Wordy(Exception):
    def __str__(self):
        return "w" * (100 << 20)


class Trouble(Exception):
    class Inner(Exception):
        pass


def echo(value=None):
    return value


def values(which):
    circle = []
    circle.append(circle)
    return {
        "big": 2 ** 70, "floats": [0.1, 1e300, -0.0, 1e16, 5e-324], "not finite": [float("nan"), float("inf"), -float("inf")],
        "order": {"z": 1, "a": {"c": None, "b": True}}, "tuple": (1, (2, [3])), "pair": Pair(1, "x"),
        "keys": {1: "a", 1.5: "b", True: "c", None: "d"}, "words": "Z\u00fcrich \u2603 \U0001f600 \x00 \u2028 </script>",
        "date": datetime.date(2024, 2, 29), "decimal": decimal.Decimal("1.50"), "whole": decimal.Decimal("3"),
        "moment": {"at": datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone.utc)},
        "uuid": [uuid.UUID(int=5)], "level": Level.LOW, "half surrogate": "\ud800", "set": {1}, "bytes": b"\x00caf\xc3\xa9",
        "thing": Thing(), "nested thing": {"status": 200, "raw": Thing()}, "circle": circle, "tuple key": {(1, 2): "a"},
        "exception": ValueError("x"), "span": datetime.timedelta(seconds=1), "array": bytearray(b"x"),
    }[which]


def configured(configuration):
    return configuration


def maybe_configured(x, configuration=None, secrets=None):
    return [x, configuration, secrets]


def anything(**rest):
    return rest


def decorated(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return ["inner", function(*args, **kwargs)]
    return inner


@decorated
def wrapped(x, configuration):
    return [x, configuration]


@functools.lru_cache()
def cached(x):
    return x


partial = functools.partial(echo, 1)


def keyword_only(*, x, y=2):
    return [x, y]


def fail(how):
    if how == "chained":
        try:
            return {}["missing"]
        except KeyError as x:
            raise ValueError("second") from x
    if how == "syntax":
        compile("a b", "file.py", "exec")
    if how == "chaoslib":
        from chaoslib.exceptions import ActivityFailed
        raise ActivityFailed("it said no")
    if how == "interrupt":
        from chaoslib.exceptions import InterruptExecution
        raise InterruptExecution("enough")
    if how == "cancelled":
        import asyncio
        raise asyncio.CancelledError("bye")
    raise {"value": ValueError("boom"), "own": Trouble("own"), "inner": Trouble.Inner("deep"), "empty": ValueError(),
           "lines": ValueError("one\ntwo"), "key": KeyError("k"), "system": OSError(2, "No such file", "f"),
           "exit": SystemExit(3), "exit without": SystemExit(), "exit with text": SystemExit("stop it"),
           "ctrl-c": KeyboardInterrupt("x")}[how]


async def asynchronous():
    logger.error("never")


def generator():
    logger.error("never")
    yield 1


def leave_gracefully():
    os.kill(os.getpid(), signal.SIGUSR1)  # as chaoslib.exit does
    time.sleep(5)


def leave_later(seconds):
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGUSR2)).start()


def die(code):
    sys.stderr.write("last words\n")
    os._exit(code)


def crash():
    os.kill(os.getpid(), signal.SIGSEGV)


def read():
    return sys.stdin.read()


def ask():
    return input("really? ")


def say(x):
    print("out", x)
    sys.stderr.write("err %s\n" % x)
    subprocess.run([sys.executable, "-c", "print('from a child')"])
    os.write(1, b"raw \xff\n")
    logger.warning("logged %s", x)
    logger.debug("more\nlines")
    print("unfinished", end="")


def change_folder(to):
    os.chdir(to)
    return os.getcwd()


def folder():
    return os.getcwd()


def remember(x):
    remembered.append(x)
    return list(remembered)


def main_thread():
    return threading.current_thread() is threading.main_thread()


def sleep(seconds, mark=None):
    try:
        if mark:
            open(mark, "w").close()
        time.sleep(seconds)
    finally:
        if mark:
            os.remove(mark)


def doze(steps, mark):
    try:
        open(mark, "w").close()
        for _ in range(steps):
            time.sleep(0.01)
    finally:
        os.remove(mark)


def wait_for_child(mark, child):
    process = subprocess.Popen(["sleep", "60"])
    with open(child, "w") as f:
        f.write(str(process.pid))
    open(mark, "w").close()
    process.communicate()


def stubborn(mark, child):
    process = subprocess.Popen(["sleep", "60"])
    with open(child, "w") as f:
        f.write(str(process.pid))
    while True:
        try:
            open(mark, "w").close()
            time.sleep(60)
        except KeyboardInterrupt:
            pass


def start_child():
    return subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid


def start_daemon():
    return subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid


def fork():
    if os.fork() == 0:
        logger.warning("from the copy")
        return "copy"
    return "original"


def thread(mark):
    def later():
        time.sleep(0.3)
        open(mark, "w").close()
    threading.Thread(target=later).start()


def long_thread():
    atexit.register(print, "at exit")
    threading.Thread(target=time.sleep, args=(600,)).start()


def babble():
    for number in range(3, 64):
        try:
            os.write(number, b"what is this?\n")
        except OSError:
            pass
    return "babbled"


def huge(size):
    return "x" * size


def large(what):
    """Returns, raises or logs more than there is room for."""
    gc.collect()  # what a call before has left
    text = '"\n' * (8 << 20)
    if what == "endless":
        return Endless(a=1)
    if what == "a text":
        return [text] * 4
    if what == "bytes":
        return text.encode() * 3
    if what == "a bomb":
        bomb = []
        for _ in range(30):
            bomb = [bomb] * 2
        return bomb
    if what == "a description":
        return Wordy.__new__(type("Wordy", (Wordy,), {"__repr__": Wordy.__str__}))
    if what == "logged":
        return logger.info(text)
    if what == "left":
        sys.exit(text)
    if what == "wordy":
        raise Wordy
    if what == "arguments":
        raise Trouble(text, {"a": text})
    x = Trouble(text)
    if what == "led to":
        raise KeyError("short") from x
    for i in range(20000 if what == "a chain" else 0):
        x, before = Trouble.Inner(i), x
        x.__cause__ = x.__context__ = before
    raise x


def memory():
    """The most that this process had, in MiB. (getrusage counts what its parent had, too.)"""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) >> 10 for line in status if line.startswith("VmHWM:"))


def environment(name):
    return os.environ.get(name)


def old_logger():
    from logzero import logger as old
    old.info("through logzero")


def path():
    return sys.path[0] != "" and os.getcwd() not in sys.path


def needs_a_value(value):
    return bool(value)


def set_environment(name, value):
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def leave_from_a_thread(seconds):
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGUSR2)).start()
    time.sleep(60)

"""A control each of whose functions blocks, and functions that cannot be interrupted."""
import re
import time


def block(mark=None, **_):
    if mark:
        open(mark, "w").close()
    time.sleep(3600)


def __getattr__(name):
    if name.endswith("_control"):
        return (lambda: block(MARK)) if name == "cleanup_control" else (lambda control: block(MARK)) if name == "validate_control" else block
    raise AttributeError(name)


def marked(mark):
    global MARK
    MARK = mark


def hold(mark):
    open(mark, "w").close()
    return bool(re.match(r"(a+)+$", "a" * 64 + "b"))  # for hours, and nothing else runs meanwhile

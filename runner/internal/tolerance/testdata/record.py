"""Fills in what the Chaos Toolkit says of a tolerance and of an output: the message
of its validation, and whether the tolerance is met. A traceback is "crash"."""
import contextlib
import copy
import io
import json
import logging
import sys
import types

from chaoslib import substitute
from chaoslib.exceptions import ActivityFailed, InvalidActivity
from chaoslib.hypothesis import ensure_hypothesis_tolerance_is_valid, within_tolerance

logging.disable(logging.CRITICAL)


def decode(value):
    """JSON has neither NaN nor bytes: {"$float": "nan"} and {"$bytes": "text"} stand for them."""
    if isinstance(value, dict):
        if "$float" in value:
            return float(value["$float"])
        if "$bytes" in value:
            return value["$bytes"].encode("latin-1")
        return {k: decode(v) for k, v in value.items()}
    return [decode(v) for v in value] if isinstance(value, list) else value


def fail(value):
    raise ValueError("no")


answers = types.ModuleType("answers")
answers.same = lambda value: value
answers.above = lambda value, limit: value > limit
answers.fail = fail
sys.modules["answers"] = answers


def validate(tolerance):
    try:
        ensure_hypothesis_tolerance_is_valid(tolerance)
    except InvalidActivity as x:
        return str(x)
    except Exception:
        return "crash"


def judge(tolerance, output, configuration):
    try:
        if isinstance(tolerance, str):
            tolerance = substitute(tolerance, configuration, {})
        return bool(within_tolerance(tolerance, output, configuration=configuration, secrets={}))
    except ActivityFailed:
        return "failed"
    except Exception:
        return "crash"


path = sys.argv[1]
with open(path, encoding="utf-8") as f:
    cases = json.load(f)
for case in cases:
    tolerance = decode(case["tolerance"])
    with contextlib.redirect_stderr(io.StringIO()):
        case["check"] = validate(tolerance)
        configuration = decode(case.get("configuration", {}))
        case["met"] = [judge(copy.deepcopy(tolerance), decode(o), configuration) for o in case["outputs"]]
with open(path, "w", encoding="utf-8") as f:
    f.write("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n")

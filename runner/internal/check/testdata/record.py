"""Replaces each part of an experiment in turn, and writes down what the Chaos
Toolkit's validation says where it does not accept: its message, or the class of the
exception that ends it."""
import copy
import json
import logging
import os
import sys

from chaoslib.exceptions import ChaosException
from chaoslib.experiment import ensure_experiment_is_valid

logging.disable(logging.CRITICAL)
os.environ.pop("KIT_UNSET", None)
os.environ.update(KIT_SET="9090", KIT_SECRET="hush")
nothing = object()
values = {"nothing": nothing, "null": None, "true": True, "0": 0, "5": 5, "1.5": 1.5, '""': "", '"x"': "x", "[]": [], "{}": {},
          "[null]": [None], '["x"]': ["x"], '{"x": 1}': {"x": 1}}


def paths(value, here=()):
    yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, here + (key,))


def replaced(whole, path, value):
    if not path:
        return copy.deepcopy(value)
    result = copy.deepcopy(whole)
    inner = result
    for key in path[:-1]:
        inner = inner[key]
    if value is nothing:
        del inner[path[-1]]
    else:
        inner[path[-1]] = copy.deepcopy(value)
    return result


def verdict(experiment):
    try:
        ensure_experiment_is_valid(experiment)
    except ChaosException as x:
        return str(x).strip()
    except Exception as x:
        return "crash: " + type(x).__name__


with open(sys.argv[1]) as f:
    whole = json.load(f)
assert verdict(whole) is None, verdict(whole)
rows = []
for path in paths(whole):
    said = {name: verdict(replaced(whole, path, value)) for name, value in values.items() if path or value is not nothing}
    rows.append(json.dumps({"at": path, "said": {name: v for name, v in said.items() if v is not None}}, ensure_ascii=False))
with open(sys.argv[2], "w") as f:
    f.write("[\n" + ",\n".join(rows) + "\n]\n")

"""Fills in what the Chaos Toolkit makes of configuration, secrets, --var and ${name}.

substitute: the data with its names replaced. load: configuration and secrets, or the
message of the refusal; anything else that is raised is "crash"."""
import copy
import json
import logging
import os
import sys
import types

from chaoslib import convert_vars, substitute
from chaoslib.configuration import load_configuration, load_dynamic_configuration
from chaoslib.exceptions import InvalidExperiment
from chaoslib.secret import load_secrets

logging.disable(logging.CRITICAL)


def constant(value):
    return value


def fail():
    return 1 / 0


def known(configuration):
    return list(configuration)


def secret(secrets):
    return secrets


answers = types.ModuleType("answers")
for function in (constant, fail, known, secret):
    setattr(answers, function.__name__, function)
sys.modules["answers"] = answers


def encode(value):
    """JSON has neither NaN nor bytes: {"$float": "nan"} and {"$bytes": "text"} stand for them."""
    if isinstance(value, bytes):
        return {"$bytes": value.decode("utf-8")}
    if isinstance(value, float) and value - value != 0:
        return {"$float": repr(value)}
    if isinstance(value, dict):
        return {k: encode(v) for k, v in value.items()}
    return [encode(v) for v in value] if isinstance(value, list) else value


def replaced(case):
    try:
        return encode(substitute(case["data"], case.get("configuration", {}), case.get("secrets", {})))
    except Exception:
        return "crash"


def loaded(case, env):
    os.environ.clear()
    os.environ.update(env)
    written = copy.deepcopy(case)
    try:
        given = dict(written.get("document", {}).get("configuration", {}))
        given.update(convert_vars(written.get("vars", [])))
        configuration = load_configuration(written.get("configuration", {}), given)
        overrides = written.get("document", {}).get("secrets", {})
        secrets = load_secrets(written.get("secrets", {}), configuration, overrides)
        return encode([load_dynamic_configuration(configuration, secrets), secrets])
    except InvalidExperiment as x:
        return str(x)
    except Exception:
        return "crash"


path = sys.argv[1]
with open(path, encoding="utf-8") as f:
    table = json.load(f)
for case in table["substitute"]:
    case["want"] = replaced(case)
for case in table["load"]:
    case["want"] = loaded(case, table["env"])


def lines(cases):
    return ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases)


with open(path, "w", encoding="utf-8") as f:
    f.write('{"env": ' + json.dumps(table["env"], ensure_ascii=False))
    f.write(',\n"substitute": [\n' + lines(table["substitute"]) + '\n],\n"load": [\n' + lines(table["load"]) + "\n]}\n")

"""Makes one call, as it stands in JSON on standard input, and prints in JSON
what came of it, worded as the Chaos Toolkit words it."""

import importlib
import json
import sys
import traceback


def bytes_back(mapping):
    return mapping["bytes"].encode() if set(mapping) == {"bytes"} else mapping


call = json.load(sys.stdin, object_hook=bytes_back)
function = getattr(importlib.import_module(call["module"]), call["function"])
arguments = call["arguments"]
try:
    if call["function"] == "sleep":  # takes no keywords
        result = function(*arguments.values())
    else:
        result = function(**arguments)
    if isinstance(result, list):
        result.sort()
    outcome = {"returned": repr(result)}
except Exception as x:
    outcome = {"raised": traceback.format_exception_only(type(x), x)[0].strip()}
outcome["version"] = "%d.%d" % sys.version_info[:2]
json.dump(outcome, sys.stdout)

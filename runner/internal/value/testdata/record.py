"""Fills in what Python says of values: ==, bool(), str(), repr() and json.dumps()."""
import json
import sys


def decode(value):
    """JSON has neither NaN nor bytes: {"$float": "nan"} and {"$bytes": "text"} stand for them."""
    if isinstance(value, dict):
        if "$float" in value:
            return float(value["$float"])
        if "$bytes" in value:
            return value["$bytes"].encode("latin-1")
        return {k: decode(v) for k, v in value.items()}
    return [decode(v) for v in value] if isinstance(value, list) else value


path = sys.argv[1]
with open(path, encoding="utf-8") as f:
    table = json.load(f)
for case in table["values"]:
    value = decode(case["value"])
    case.update(text=str(value), repr=repr(value), true=bool(value))
    try:
        case["json"] = json.dumps(value, indent=2, ensure_ascii=False)
        case["line"] = json.dumps(value, ensure_ascii=False)
    except TypeError:
        pass  # bytes
for case in table["pairs"]:
    case["equal"] = decode(case["a"]) == decode(case["b"])
with open(path, "w", encoding="utf-8") as f:
    def lines(cases):
        return ",\n".join(json.dumps(c) for c in cases)
    f.write('{"values": [\n' + lines(table["values"]) + '\n],\n"pairs": [\n' + lines(table["pairs"]) + "\n]}\n")

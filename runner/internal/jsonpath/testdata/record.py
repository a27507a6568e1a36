"""Fills in what jsonpath2 finds in a document, or that it refuses the path."""
import contextlib
import io
import json
import sys

from jsonpath2.path import Path

path = sys.argv[1]
with open(path, encoding="utf-8") as f:
    table = json.load(f)
for case in table["cases"]:
    case.pop("found", None)
    case.pop("error", None)
    document = table["documents"][case["document"]]
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            parsed = Path.parse_str(case["path"])
    except ValueError:
        case["error"] = "syntax"
        continue
    try:
        case["found"] = [m.current_value for m in parsed.match(document)]
    except ValueError:
        case["error"] = "search"
with open(path, "w", encoding="utf-8") as f:
    def line(value):
        return json.dumps(value, ensure_ascii=False)
    documents = ",\n".join(f"{line(k)}: {line(v)}" for k, v in table["documents"].items())
    cases = ",\n".join(line(c) for c in table["cases"])
    f.write('{"documents": {\n' + documents + '\n},\n"cases": [\n' + cases + "\n]}\n")

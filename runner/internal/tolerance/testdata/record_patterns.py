"""Fills in what Python answers: search(pattern, text), or why the pattern is refused."""
import json
import re
import sys
import warnings

warnings.simplefilter("ignore")
path = sys.argv[1]
with open(path, encoding="utf-8") as f:
    cases = json.load(f)
for case in cases:
    case.pop("found", None)
    case.pop("error", None)
    try:
        rx = re.compile(case["pattern"])
        case["found"] = [rx.search(text) is not None for text in case["texts"]]
    except re.error as x:
        case["error"] = x.msg
    except (ValueError, OverflowError) as x:
        case["error"] = str(x)
with open(path, "w", encoding="utf-8") as f:
    f.write("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n")

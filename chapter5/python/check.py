"""Looks for errors in a program without running it, and shows them as Python does."""

import sys
import traceback

name = sys.argv[1]
try:
    with open(name, "rb") as program:
        compile(program.read(), name, "exec")
except (SyntaxError, ValueError) as error:
    lines = traceback.format_exception_only(type(error), error)
    sys.exit("".join(lines).rstrip())

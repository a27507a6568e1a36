"""Runs the Chaos Toolkit many times without starting Python as often.

Each line of standard input is a JSON object with args, dir, env, stdout and
stderr. A fork of this process, in which the toolkit is already loaded, runs the
command there and then; the answer is one line, {"exit": N}, negative where a
signal ended it.
"""

import json
import os
import sys
import threading
import traceback

import chaoslib.control.python
import chaoslib.experiment
import chaoslib.provider.http
import chaoslib.provider.process
import chaoslib.provider.python
import charset_normalizer
import jsonpath2.path
import requests
from chaostoolkit.__main__ import cli

jsonpath2.path.Path.parse_str("$.a[*][?(@.b = 1)]")  # the parser builds its tables once
charset_normalizer.detect(b"once for the tables")


def become(job):
    os.setpgid(0, 0)
    os.chdir(job["dir"])
    os.environ.clear()
    os.environ.update(job["env"])
    for number, name in ((1, "stdout"), (2, "stderr")):
        file = os.open(job[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(file, number)
        os.close(file)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for path in reversed(os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        if path:
            sys.path.insert(1, os.path.abspath(path))
    sys.argv = ["chaos"] + job["args"]


def run(job):
    code = 1
    try:
        become(job)
        cli()
        code = 0
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else int(leave.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        threading._shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main():
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            run(job)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"exit": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()

"""The flags of the two services, as Go reads those of the services in Go."""

import json
import re
import sys

USAGE = """Usage: {program} [flags]

Answers every request with the contents of the exchange file, and updates
the file in the background. Ctrl-C stops it.

Flags:
  --port PORT       the port to listen on; 0 for any free one (default 8080)
  --host HOST       the address to listen on (default localhost: both addresses
                    of this computer, 127.0.0.1 and ::1)
  --file PATH       the exchange file (default ./exchange.dat)
  --interval TIME   time between two updates, such as 500ms or 1h (default 10s)
"""


def read(program, arguments):
    """Returns the flags. It ends the program with exit code 0 after --help, and with 2 when
    the command line is wrong.
    """
    try:
        flags = parse(arguments)
    except ValueError as error:
        sys.stderr.write(f"{program}: {error}\n\n{USAGE.format(program=program)}")
        sys.exit(2)
    if not flags:
        sys.stdout.write(USAGE.format(program=program))
        sys.exit(0)
    return flags


def parse(arguments):
    """Reads the command line; empty when help is requested. Its ValueError says what is wrong."""
    flags = {"port": "8080", "host": "localhost", "file": "./exchange.dat", "interval": "10s"}
    rest = list(arguments)
    while rest and len(rest[0]) > 1 and rest[0].startswith("-"):
        argument = rest.pop(0)
        if argument == "--":
            break
        name, equals, text = re.sub("^--?", "", argument).partition("=")
        if name in ("h", "help"):
            return {}
        if not re.match("[^-]", name):
            raise ValueError(f"bad flag syntax: {argument}")
        if name not in flags:
            raise ValueError(f"flag provided but not defined: -{name}")
        if not equals and not rest:
            raise ValueError(f"flag needs an argument: -{name}")
        flags[name] = text if equals else rest.pop(0)
        wrong = f"invalid value {quoted(flags[name])} for flag -{name}: must be "
        if name == "port" and not (re.fullmatch("0*[0-9]{1,5}", flags[name]) and int(flags[name]) < 1 << 16):
            raise ValueError(wrong + "a number from 0 to 65535")
        if name == "interval" and seconds(flags[name]) <= 0:
            raise ValueError(wrong + "more than zero and have a unit, such as 500ms, 10s or 1h")
    if not flags["host"] or not flags["file"]:
        raise ValueError("--host and --file must not be empty")
    if rest:
        raise ValueError(f"unexpected argument {quoted(rest[0])}: there are only flags")
    return flags


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def seconds(interval):
    """Is a time with units, such as 1m30s or 500ms, in seconds; 0 if it is none."""
    units = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
    part = r"(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|μs|ns)"
    if not re.fullmatch(rf"\+?(?:{part})+", interval, re.ASCII):
        return 0
    return sum(float(number) * units[unit] for number, unit in re.findall(part, interval, re.ASCII))

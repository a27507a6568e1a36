#!/bin/sh
# Runs the Python that is found: scripts/python.sh ARGUMENT...
for name in python3 python; do
	if command -v "$name" >/dev/null; then
		exec "$name" "$@"
	fi
done
echo "Python is not installed, or not in the PATH: get it from https://www.python.org/downloads/" >&2
exit 1

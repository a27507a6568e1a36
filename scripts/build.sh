#!/bin/sh
# Builds a program: scripts/build.sh NAME PACKAGE FILE. The Go tool decides what there is to
# do.
set -eu
cd "$(dirname "$0")/.."

if ! command -v go >/dev/null; then
	echo "Go is not installed, or not in the PATH: get it from https://go.dev/dl/" >&2
	exit 1
fi

# CGO_ENABLED=0: the runner needs no C, and it starts faster without it. The services are built
# as their targets build them, or the one would build anew what the other has built.
if [ "$2" = ./runner ]; then
	export CGO_ENABLED=0
fi
# -buildvcs=false: without it, a clone that belongs to another user does not build.
code=0
scripts/timed.sh "building $1 (the first time: a minute or two)" go build -buildvcs=false -o "$3" "$2" || code=$?
if [ $code -ne 0 ] && [ "${2#./chapter5/}" != "$2" ]; then
	echo "$1 does not build: correct the lines above; or get the file back as it came: make reset" >&2
fi
exit $code

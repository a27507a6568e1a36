#!/bin/sh
# Builds a program: scripts/build.sh NAME PACKAGE FILE. The Go tool decides what there is to
# do.
set -eu
cd "$(dirname "$0")/.."

if ! command -v go >/dev/null; then
	echo "Go is not installed, or not in the PATH: get it from https://go.dev/dl/" >&2
	exit 1
fi

# -buildvcs=false: without it, a clone that belongs to another user does not build.
# CGO_ENABLED=0: our programs need no C, and they start faster without it.
export CGO_ENABLED=0
exec scripts/timed.sh "building $1 (the first time: a minute or two)" go build -buildvcs=false -o "$3" "$2"

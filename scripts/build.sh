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
# -buildvcs=false: without it, a clone that belongs to another user does not build. What git knows goes into the runner
# here, for "runner version".
said=
if [ "$2" = ./runner ]; then
	export CGO_ENABLED=0
	cli=chaosworkshop.example/runner/internal/cli
	if [ -e .git ]; then # not the history of another project, in which this folder may lie
		release=$(git describe --tags --match 'v*' 2>/dev/null) || release=
		said=$(git log -1 --format="-X $cli.release=$release -X $cli.commit=%H -X $cli.committed=%cI" 2>/dev/null) || said=
	fi
fi
code=0
scripts/timed.sh "building $1 (the first time: a minute or two)" go build -buildvcs=false -ldflags "$said" -o "$3" "$2" || code=$?
if [ $code -ne 0 ] && [ $code -ne 3 ] && [ $code -lt 128 ]; then # otherwise all is said, or a signal has stopped it
	echo "$1 does not build. Do one of these, and try again:"
	echo "  correct what the lines above name"
	test "$2" = ./runner || echo "  make reset    gets the file back as it came"
	test ! -f "$(dirname "$3")/runner" || echo "  make doctor   examines this computer"
fi >&2
exit $code

#!/bin/sh
# Builds a program: scripts/build.sh NAME PACKAGE FILE. The Go tool decides what there is to
# do. When it takes longer than a second, this says what is built and how long so far.
set -eu
cd "$(dirname "$0")/.."

if ! command -v go >/dev/null; then
	echo "Go is not installed, or not in the PATH: get it from https://go.dev/dl/" >&2
	exit 1
fi

# tick extends one line every two seconds, until it is told to end.
tick() {
	said=
	trap 'test -z "$said" || echo >&2; exit 0' TERM
	seconds=0 pause=1
	while :; do
		sleep $pause >/dev/null 2>&1 &
		wait $!
		seconds=$((seconds + pause)) pause=2
		test -n "$said" || printf 'building %s (the first time: a minute or two):' "$1" >&2
		said=yes
		printf ' %d s' $seconds >&2
	done
}
tick "$1" &
ticking=$!
trap 'kill $ticking 2>/dev/null; wait $ticking 2>/dev/null || :' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# -buildvcs=false: without it, a clone that belongs to another user does not build.
# CGO_ENABLED=0: our programs need no C, and they start faster without it.
code=0
output=$(CGO_ENABLED=0 go build -buildvcs=false -o "$3" "$2" 2>&1) || code=$?
if [ $code -ne 0 ]; then
	kill $ticking
	wait $ticking || :
	echo "$output" >&2
fi
exit $code

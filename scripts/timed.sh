#!/bin/sh
# Runs a command of Go: scripts/timed.sh WORDS COMMAND... When it takes longer than a second,
# this says what is being done and how long so far. It shows the command's output only if the
# command fails.
set -eu

# tick extends one line every two seconds, and begins another where it is full, until it is told to end.
tick() {
	width=0
	trap 'test $width -eq 0 || echo >&2; exit 0' TERM
	seconds=0 pause=1
	while :; do
		sleep $pause >/dev/null 2>&1 &
		wait $!
		seconds=$((seconds + pause)) pause=2
		text=" $seconds s"
		if [ $width -eq 0 ]; then
			text="$1:$text"
		elif [ $((width + ${#text})) -gt 80 ]; then
			printf '\n ' >&2
			width=1
		fi
		printf '%s' "$text" >&2
		width=$((width + ${#text}))
	done
}
tick "$1" &
ticking=$!
trap 'kill $ticking 2>/dev/null || :; wait $ticking 2>/dev/null || :' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
shift

code=0
output=$("$@" 2>&1) || code=$?
if [ $code -ne 0 ]; then
	kill $ticking
	wait $ticking 2>/dev/null || :
	case $output in
	*'no space left on device'*) output=$(echo "$output" | grep -m 1 'no space left on device') ;; # one of very many
	esac
	case $output in
	*'creating work dir'*) # of Go alone: nothing is wrong with the program
		echo "Nothing can be written into the folder for temporary files, TMPDIR='${TMPDIR-}' GOTMPDIR='${GOTMPDIR-}': type 'unset TMPDIR GOTMPDIR', and try again" >&2
		exit 3
		;;
	esac
	echo "$output" >&2
	test -d "${HOME-}" || output="no home: $output"
	case $output in
	'no home: '*) echo "There is no folder HOME='${HOME-}', in which Go keeps its caches: set HOME to a folder that exists" >&2 ;;
	'failed to initialize build cache'* | */go-build/*'read-only file system'* | */go-build/*'permission denied'*) echo "Go cannot write its cache: set HOME to your home folder, or GOCACHE to a folder that can be written" >&2 ;;
	*'dial tcp'*) echo "Is there a network? It is needed once: connect, and type: make prepare" >&2 ;;
	*'no space left on device'* | *'quota exceeded'*) echo "The disk is full: delete what you do not need there, and try again" >&2 ;;
	*'read-only file system'* | *'permission denied'*) echo "Nothing can be written there: copy the project to a folder of your own" >&2 ;;
	*'requires go >='*) echo "Go is too old: get a newer one from https://go.dev/dl/" >&2 ;;
	esac
fi
exit $code

#!/bin/sh
# Runs the tests of both modules, with the race detector where it can be built.
# Arguments go to go test: scripts/test.sh -run Verdict
set -eu
cd "$(dirname "$0")/.."

race=
if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null 2>&1; then
	race=-race
else
	echo "no C compiler here: testing without the race detector"
fi
# Go's cache of results does not know what a built program and the docs say.
set -- -count=1 "$@"
echo "testing (the first time everything is built, which takes a minute or two)"
go test $race "$@" work

#!/bin/sh
# Runs the tests of both modules, with the race detector where it can be built.
# Arguments go to go test: scripts/test.sh -run Verdict
# scripts/test.sh compile only compiles them; they are linked when they run.
set -eu
cd "$(dirname "$0")/.."

race=
if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null 2>&1; then
	race=-race
fi
# What learners change may not compile. The tests look at it as it came.
packages=$(go list -e work | grep -v -e '/chapter5/service$' -e '/chapter5/exercises/')
if [ "${1-}" = compile ]; then
	go list -e -export -deps work # the programs, as the tests build them
	exec go list -export -deps -test $race $packages
fi
test -n "$(command -v python3 || command -v python)" || echo "no Python here: NOT testing the services in Python"
test -n "$race" || echo "no C compiler here: testing without the race detector"
# -count=1: Go's cache of test results does not notice changes in built programs and docs.
set -- -count=1 -timeout 30m "$@"
echo "testing (the first time everything is built, which takes a minute or two)"
go test $race "$@" $packages

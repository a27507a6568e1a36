#!/bin/sh
# Fetches all modules and builds everything, the tests too. After this, the kit needs no
# network. `make` has built the programs already.
set -eu
cd "$(dirname "$0")/.."

scripts/timed.sh "fetching modules" go mod download
scripts/timed.sh "building the tests (the first time: a few minutes)" scripts/test.sh compile
(cd scripts/bundle && GOWORK=off ../timed.sh "fetching a module" go mod download) || echo "without it, 'make bundle' does not work" >&2
for tool in staticcheck govulncheck actionlint; do
	if ! (cd scripts/tools && GOWORK=off ../timed.sh "building $tool (the first time: a minute or two)" go tool -n "$tool"); then
		echo "$tool is missing: only 'make lint', for developers, needs it" >&2
	fi
done
echo "The kit is ready, and needs no network now. Try: make demo"

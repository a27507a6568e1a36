#!/bin/sh
# Looks at the runner's pages in a real browser: needs the package chromium, and the network once.
set -eu
cd "$(dirname "$0")/browser"
GOWORK=off exec go test -count=1 "$@" .

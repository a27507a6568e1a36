#!/bin/sh
# Fuzzes each function that is made for it, and prints a table. Arguments: how long each of them
# takes (10m), and a part of their names (all). An input that fails is kept in the package's folder
# testdata/fuzz: mend what it shows, and commit it, because `go test` plays it from then on.
# What only leads further stays in Go's cache: the next time begins there.
set -eu
cd "$(dirname "$0")/.."

time=${1:-10m}
part=${2:-}
table='' failures=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

all=$(grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z]*' runner | sed 's|/[^/]*:func |:|' | grep "$part" | sort)
for one in $all; do
	package=${one%:*} name=${one#*:}
	echo "fuzzing ${package#runner/internal/} $name for $time"
	begun=$(date +%s) failed=0
	if ! go test "./$package" -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 1s >"$said" 2>&1; then
		# Go sometimes says no more than that the time is over.
		if ! grep -q '^ *context deadline exceeded$' "$said" || grep -q 'Failing input\|_test\.go:' "$said"; then
			failed=1 failures=$((failures + 1))
			grep -v '^fuzz: ' "$said" || :
		fi
	fi
	seconds=$(($(date +%s) - begun))
	executions=$(sed -n 's/.*execs: \([0-9]*\).*/\1/p' "$said" | tail -n 1)
	table=$table$(printf '%-14s %-15s %12s %8s %9s' "${package#runner/internal/}" "$name" "${executions:-0}" "$seconds" "$failed")'
'
done
printf '\n%-14s %-15s %12s %8s %9s\n%s' package what executions seconds failures "$table"
exit $((failures > 0))

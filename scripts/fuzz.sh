#!/bin/sh
# Fuzzes each function that is made for it, two at once, and prints a table. Arguments: how long
# each of them takes (10m), and a part of their names (all). A function for whose inputs that are kept the time was too
# short is untried, which is no failure. An input that fails is kept in the
# package's folder testdata/fuzz: mend what it shows, and commit it, because `go test` plays it
# from then on. What only leads further stays in Go's cache: the next time begins there.
set -eu
cd "$(dirname "$0")/.."

time=${1:-10m}
case $time in
*[!0-9smh]* | [!0-9]* | *[0-9])
	echo "'$time' is no time; write it as in FUZZTIME=20s or FUZZTIME=10m" >&2
	exit 2
	;;
esac
part=${2:-}
workers=$((($(getconf _NPROCESSORS_ONLN) + 1) / 2))
cache=$(go env GOCACHE)/fuzz/chaosworkshop.example
rows=$(mktemp -d)
first='' second=''
trap 'rm -rf "$rows"' EXIT
trap 'kill $first $second; wait; exit 143' TERM HUP
trap 'kill $first $second; wait; exit 130' INT

# fuzz PACKAGE:NAME writes the function's row to the folder $rows.
fuzz() {
	package=${1%:*} name=${1#*:} said=$rows/$1.said
	mkdir -p "${said%/*}"
	echo "fuzzing ${package#runner/internal/} $name for $time"
	failed=0
	# Where it is ended early, go test would leave its program behind.
	(
		cd "$package"
		go test -c -fuzz "^$name\$" -o "${said%.said}.test" .
		date +%s >"${said%.said}.begun"
		exec "${said%.said}.test" -test.run '^$' -test.fuzz "^$name\$" -test.fuzztime "$time" -test.fuzzminimizetime 1s \
			-test.parallel "$workers" -test.fuzzcachedir "$cache/$package"
	) >"$said" 2>&1 &
	trap 'kill $!; wait; exit' TERM
	if ! wait $!; then
		# Go sometimes says no more than that the time is over.
		if ! grep -q '^ *context deadline exceeded$' "$said" || grep -q 'Failing input\|_test\.go:' "$said"; then
			failed=1
			grep -v '^fuzz: ' "$said" || :
		fi
	fi
	executions=$(sed -n 's/.*execs: \([0-9]*\).*/\1/p' "$said" | tail -n 1)
	if [ "${executions:-0}" -eq 0 ] && [ "$failed" -eq 0 ]; then
		echo "$name: in $time only what is kept from earlier was tried, and nothing new. Give it more time."
		failed=untried
	fi
	begun=$(cat "${said%.said}.begun" || date +%s) # a package that does not build has not begun
	printf '%-14s %-15s %12s %8s %9s\n' \
		"${package#runner/internal/}" "$name" "${executions:-0}" $(($(date +%s) - begun)) "$failed" >"${said%.said}.row"
}

# shellcheck disable=SC2046 # a word each
set -- $(grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z]*' runner | sed 's|/[^/]*:func |:|' | grep "$part" | sort)
if [ $# -eq 0 ]; then
	echo "no function that is fuzzed has '$part' in its name; without FUZZ, all are fuzzed" >&2
	exit 2
fi
while [ $# -gt 0 ]; do
	fuzz "$1" &
	first=$!
	shift
	if [ $# -gt 0 ]; then
		fuzz "$1" &
		second=$!
		shift
	fi
	wait
done
table=$(find "$rows" -name '*.row' | sort | xargs cat)
printf '\n%-14s %-15s %12s %8s %9s\n%s\n' package what executions seconds failures "$table"
! echo "$table" | grep -q '[1-9]$'

#!/bin/sh
# Checks the code: gofmt, go vet, go fix, staticcheck, and whether the tests compile, for each system; shellcheck, actionlint, govulncheck.
set -eu
cd "$(dirname "$0")/.."

echo "gofmt"
unformatted=$(gofmt -l chapter5 runner scripts)
if [ -n "$unformatted" ]; then
	echo "not formatted (run: gofmt -w chapter5 runner scripts):"
	echo "$unformatted"
	exit 1
fi

echo "go fix"
case $(go env GOVERSION) in
go1.25*) echo "  skipped: 'go fix -diff' needs Go 1.26" ;;
*) go fix -diff work ;;
esac

echo "for each system (the first time staticcheck is built, and all packages, which takes minutes):"
staticcheck=$(cd scripts/tools && GOWORK=off go tool -n staticcheck)
for platform in linux/amd64 windows/amd64 darwin/amd64 darwin/arm64 freebsd/amd64; do
	echo "go vet, staticcheck and compiled tests for $platform"
	export GOOS="${platform%/*}" GOARCH="${platform#*/}" CGO_ENABLED=0
	go vet work
	"$staticcheck" ./chapter5/... ./runner/...
	go list -export -test -f '{{""}}' work >/dev/null
done
echo "go vet and staticcheck for scripts/soak and scripts/bundle"
export GOOS=linux GOARCH=amd64
for module in soak bundle; do
	(cd scripts/$module && GOWORK=off go vet . && GOWORK=off "$staticcheck" .)
done
unset GOOS GOARCH CGO_ENABLED

echo "shellcheck"
if command -v shellcheck >/dev/null; then
	shellcheck --severity=warning scripts/*.sh .ci/kubernetes .ci/published
else
	echo "  skipped: shellcheck is not installed"
fi

echo "actionlint"
actionlint=$(cd scripts/tools && GOWORK=off go tool -n actionlint)
"$actionlint" .github/workflows/*.yml

echo "govulncheck"
govulncheck=$(cd scripts/tools && GOWORK=off go tool -n govulncheck)
database=${GOVULNDB:-https://vuln.go.dev}
for module in chapter5 runner; do
	if ! said=$("$govulncheck" -C "$module" -db "$database" ./... 2>&1); then
		case $said in
		*"fetching vulnerabilities"*)
			echo "  skipped: the database $database cannot be reached"
			break
			;;
		esac
		echo "$said"
		exit 1
	fi
done

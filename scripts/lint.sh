#!/bin/sh
# Checks the code: gofmt, go vet for three systems, go fix, staticcheck, actionlint, govulncheck.
set -eu
cd "$(dirname "$0")/.."

echo "gofmt"
unformatted=$(gofmt -l chapter5 runner scripts)
if [ -n "$unformatted" ]; then
	echo "not formatted (run: gofmt -w chapter5 runner scripts):"
	echo "$unformatted"
	exit 1
fi

for system in linux darwin windows; do
	echo "go vet for $system"
	GOOS=$system go vet work
done
echo "go vet for scripts/soak"
(cd scripts/soak && GOWORK=off GOOS=linux go vet .)

echo "go fix"
case $(go env GOVERSION) in
go1.25*) echo "  skipped: 'go fix -diff' needs Go 1.26" ;;
*) go fix -diff work ;;
esac

echo "staticcheck (the first time it is built, which takes a minute or two)"
staticcheck=$(cd scripts/tools && GOWORK=off go tool -n staticcheck)
"$staticcheck" ./chapter5/... ./runner/...
(cd scripts/soak && GOWORK=off GOOS=linux "$staticcheck" .)

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

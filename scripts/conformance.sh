#!/bin/sh
# Compares the runner with the real Chaos Toolkit: every case, and random
# experiments. Arguments: the number of random experiments (500), and the seed of
# the first one (1). A failure prints its seed.
set -eu
cd "$(dirname "$0")/.."

count=${1:-500}
seed=${2:-1}

# installed NAME: the Chaos Toolkit in .workshop/NAME, with what scripts/NAME-requirements.txt lists.
installed() {
	if ! ".workshop/$1/bin/chaos" --version >/dev/null 2>&1; then
		echo "installing the Chaos Toolkit into .workshop/$1"
		rm -rf ".workshop/$1"
		python3 -m venv ".workshop/$1"
		".workshop/$1/bin/pip" install --quiet -r "scripts/$1-requirements.txt"
	fi
}
installed toolkit
chaos=$PWD/.workshop/toolkit/bin/chaos

echo "running every case with the Chaos Toolkit: it must do what was recorded"
go test chaosworkshop.example/runner/internal/conformance -count=1 -run TestReplay -conformance.program "$chaos"
echo "validating what init writes"
go test chaosworkshop.example/runner/internal/conformance -count=1 -run TestDrafts -chaos "$chaos"
echo "playing the solved exercises"
go test chaosworkshop.example/runner/internal/conformance -count=1 -run TestExercises -chaos "$chaos"
echo "making a report of our journals with chaos report"
installed reporting # apart: its many libraries make each start slower
go test chaosworkshop.example/runner/internal/conformance -count=1 -run TestChaosReport -chaos "$PWD/.workshop/reporting/bin/chaos"
echo "running $count random experiments with both programs, from seed $seed"
go test chaosworkshop.example/runner/internal/conformance -count=1 -timeout 60m -run TestRandom -chaos "$chaos" -random "$count" -seed "$seed"

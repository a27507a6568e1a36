#!/bin/sh
# Compares the runner with the real Chaos Toolkit: every case, and random
# experiments. Arguments: the number of random experiments (500), and the seed of
# the first one (1). A failure prints its seed.
set -eu
cd "$(dirname "$0")/.."

count=${1:-500}
seed=${2:-1}
toolkit=.workshop/toolkit

if ! "$toolkit/bin/chaos" --version >/dev/null 2>&1; then
	echo "installing the Chaos Toolkit into $toolkit"
	rm -rf "$toolkit"
	python3 -m venv "$toolkit"
	"$toolkit/bin/pip" install --quiet -r scripts/toolkit-requirements.txt
fi
chaos=$PWD/$toolkit/bin/chaos

echo "running every case with the Chaos Toolkit: it must do what was recorded"
go test chaosworkshop.example/runner/internal/conformance -count=1 -run TestReplay -conformance.program "$chaos"
echo "validating what init writes"
go test chaosworkshop.example/runner/internal/conformance -count=1 -run TestDrafts -chaos "$chaos"
echo "playing the solved exercises"
go test chaosworkshop.example/runner/internal/conformance -count=1 -run TestExercises -chaos "$chaos"
echo "running $count random experiments with both programs, from seed $seed"
go test chaosworkshop.example/runner/internal/conformance -count=1 -timeout 60m -run TestRandom -chaos "$chaos" -random "$count" -seed "$seed"

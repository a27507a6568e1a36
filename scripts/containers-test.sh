#!/bin/sh
# Plays the demos in containers on the engine of DOCKER_HOST, kills a runner meanwhile, and looks for what is left.
set -eu
cd "$(dirname "$0")/.."
runner=.workshop/bin/runner kinds=targets/containers port=${PORT:-18480}

left() {
	docker ps --all --quiet --filter label=com.docker.compose.project
	docker network ls --quiet --filter label=com.docker.compose.project
	find .workshop -maxdepth 2 -name 'down-*.json' -o -name 'compose-*.yaml'
}
nothing_left() {
	for _ in $(seq 300); do
		test -z "$(left)" && return
		sleep 0.1
	done
	echo "left after $1: $(left)"
	exit 1
}

for way in weak-container resilient-container weak-killed resilient-killed; do
	$runner demo "$kinds/$way.yaml"
	nothing_left "$way"
done

# kill -9 while it comes up, and while it runs: its watchdog takes it down.
for when in 'ls .workshop/down-*.json' 'docker ps --quiet | grep .'; do
	$runner start "$kinds/weak-container.yaml" --port "$port" &
	pid=$!
	until sh -c "$when" >/dev/null 2>&1; do kill -0 "$pid"; done
	kill -9 "$pid"
	wait "$pid" || :
	nothing_left "kill -9"
done

# The runner in a container finds the weakness of the service in the other one, in the folder of its run.
scripts/containers.sh image runner
$runner start "$kinds/weak-container.yaml" --port "$port" &
pid=$!
until test -e chapter5/exchange.dat; do kill -0 "$pid"; done
code=0
said=$(docker run --rm --user "$(id -u):$(id -g)" --network host --env EXCHANGE_PORT="$port" --volume "$PWD/chapter5:/data" \
	chaosworkshop/runner run --journal-path journal.containers.json experiment.json) || code=$?
echo "$said"
kill -INT "$pid"
wait "$pid" || :
nothing_left "Ctrl-C"
rm chapter5/journal.containers.json chapter5/exchange.dat.old
case $said in
*"runner start"* | *make*) echo "the runner in a container names what is not there" && exit 1 ;;
*" runner run --var port=$port experiment.json"*) ;;
*) echo "the runner in a container does not name itself as its user does" && exit 1 ;;
esac
test "$code" = 1 || { echo "the runner in a container ended with exit code $code; a weakness is 1"; exit 1; }

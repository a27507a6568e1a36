#!/bin/sh
# Plays the demos in the cluster of the context CONTEXT, in which the images are: kubernetes-test.sh [MORE]. Then it kills
# a runner, plays the experiment as a job, and looks for what is left. A Python with chaosk8s plays that, too.
set -eu
cd "$(dirname "$0")/.."
: "${CONTEXT:?the context of kubectl}"
label=chaosworkshop.example/run

left() {
	kubectl --context="$CONTEXT" get namespaces --selector="$label" --output=name
	find .workshop -maxdepth 1 -name 'down-*.json'
}
nothing_left() {
	for _ in $(seq 300); do
		test -z "$(left)" && return
		sleep 0.2
	done
	echo "left after $1: $(left)"
	exit 1
}

said=$(make demo-kubernetes CONTEXT="$CONTEXT")
echo "$said"
case $said in
*"(deviated), as this demo should"*"HELD, as this demo should"*) ;;
*) exit 1 ;;
esac
nothing_left "make demo-kubernetes"
for time in $(seq "${1:-0}"); do
	scripts/kubernetes.sh demo "$CONTEXT"
	nothing_left "demo $time"
done
if "${PYTHON:-python3}" -c 'import chaosk8s' 2>/dev/null; then
	WITH=chaosk8s scripts/kubernetes.sh demo "$CONTEXT"
	nothing_left chaosk8s
else
	echo "NOT PROVEN with chaosk8s: this Python does not have it"
fi

# kill -9 while it is brought up: the watchdog takes it down.
scripts/kubernetes.sh demo "$CONTEXT" &
pid=$!
until kubectl --context="$CONTEXT" get namespaces --selector="$label" --output=name | grep -q .; do kill -0 "$pid"; done
kill -9 "$pid"
wait "$pid" || :
nothing_left "kill -9"

# As a job: it fails where the service is weak. Then as the cron job would.
play() { # APP JOB WANTED
	for _ in $(seq 300); do
		ended=$(kubectl --context="$CONTEXT" --namespace="$NAMESPACE" get job "$2" --output='jsonpath={.status.conditions[*].type}')
		case $ended in
		*Complete* | *Failed*) break ;;
		esac
		sleep 0.2
	done
	case $ended in
	*"$3"*) echo "the job $2 for the $1 service: $3" ;;
	*)
		kubectl --context="$CONTEXT" --namespace="$NAMESPACE" logs "job/$2"
		echo "the job $2 for the $1 service ended as '$ended', wanted $3"
		exit 1
		;;
	esac
}
for app in weak resilient; do
	wanted=$(test $app = weak && echo Failed || echo Complete) word=$(test $app = weak && echo deviated || echo held)
	RUN=$(mktemp -d) NAMESPACE=chaosworkshop-test-$app-$$
	export RUN NAMESPACE
	trap 'scripts/kubernetes.sh down $app; rm -r "$RUN"' EXIT
	scripts/kubernetes.sh up $app
	scripts/kubernetes.sh job $app
	play $app pod-dies "$wanted"
	scripts/kubernetes.sh keep pod-dies
	kubectl --context="$CONTEXT" --namespace="$NAMESPACE" get configmap journal-pod-dies --output='jsonpath={.data.journal\.json}' >"$RUN/journal.json"
	.workshop/bin/runner report "$RUN/journal.json" >"$RUN/report.html"
	grep -q "\"word\": \"$word\"" "$RUN/journal.json" || { echo "the journal has another verdict than $word"; exit 1; }
	scripts/kubernetes.sh cronjob $app
	kubectl --context="$CONTEXT" --namespace="$NAMESPACE" create job now --from=cronjob/pod-dies
	play $app now "$wanted"
	trap - EXIT
	scripts/kubernetes.sh down $app
	rm -r "$RUN"
	nothing_left "$app"
done
echo "all verdicts are right, and nothing is left"

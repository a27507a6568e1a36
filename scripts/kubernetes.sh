#!/bin/sh
# The services in a cluster, with the kubectl of the user: see docs/kubernetes.md.
#   kubernetes.sh images           the images of both services and of the runner, in the local Docker
#   kubernetes.sh demo "CONTEXT"   both demos; without a context (and in a terminal) it asks whether the current one is meant
#   kubernetes.sh up|down APP      APP is weak or resilient, in the namespace NAMESPACE; RUN is the folder of the demo
#   kubernetes.sh job|cronjob APP  the runner in a cluster, in the namespace NAMESPACE, where APP runs
#   kubernetes.sh keep JOB         the journal of a job that has ended, into the ConfigMap journal-JOB
# CONTEXT is the context of kubectl; IMAGES is what the names of the images begin with (default: chaosworkshop).
# With WITH=chaosk8s a demo uses the extension chaosk8s of the Chaos Toolkit.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
kinds=$here/targets/kubernetes

fail() {
	echo "$*" >&2
	exit 1
}
# Where a job is, somebody must have said.
named() {
	if [ -z "${CONTEXT:-}" ] || [ -z "${NAMESPACE:-}" ]; then
		fail "set CONTEXT to the context of kubectl, and NAMESPACE to the namespace in which the service runs: see docs/kubernetes.md"
	fi
}
cluster() { kubectl --context="$CONTEXT" --request-timeout=10s "$@"; }
manifest() { sed "s|image: chaosworkshop/|image: ${IMAGES:-chaosworkshop}/|" "$kinds/$1.yaml"; }

context() {
	command -v kubectl >/dev/null || fail "kubectl is not installed: the demo needs it, and a cluster"
	if [ -n "${1:-}" ]; then
		kubectl config get-contexts "$1" >/dev/null 2>&1 || fail "kubectl knows no context '$1'; 'kubectl config get-contexts' lists them"
		echo "the context is '$1'" >&2
		echo "$1"
		return
	fi
	current=$(kubectl config current-context 2>/dev/null) || fail "kubectl has no current context; name one: make demo-kubernetes CONTEXT=NAME ('kubectl config get-contexts' lists them)"
	[ -t 0 ] || fail "without a terminal the context must be named: make demo-kubernetes CONTEXT=$current"
	printf "The demo makes a namespace in the cluster of the context '%s', and removes it afterwards. Go on? [y/N] " "$current" >&2
	read -r answer || answer=
	case $answer in
	y | Y | yes) echo "$current" ;;
	*) fail "nothing was done; another context: make demo-kubernetes CONTEXT=NAME" ;;
	esac
}

# Which cluster a context means: it may be another one in another terminal.
which_cluster() { cluster get namespaces --field-selector=metadata.name=kube-system --output='jsonpath={.items[0].metadata.uid}'; }

# The paths in KUBECONFIG begin in the folder of the user, and up is called in another one.
whole_paths() {
	printf '%s\n' "$1" | tr ':' '\n' | while IFS= read -r file; do
		case $file in
		'' | /*) echo "$file" ;;
		*) echo "$PWD/$file" ;;
		esac
	done | paste -sd: -
}

demo() {
	if [ -n "${KUBECONFIG:-}" ]; then
		KUBECONFIG=$(whole_paths "$KUBECONFIG")
		export KUBECONFIG
	fi
	CONTEXT=$(context "$1")
	NAMESPACE=chaosworkshop-$(id -un | tr '[:upper:]' '[:lower:]' | tr -cd 'a-z0-9' | cut -c1-20)-$(date +%m%d%H%M%S)-$$
	export CONTEXT NAMESPACE KUBERNETES_CONTEXT="$CONTEXT" # the last for chaosk8s
	export CHAOSWORKSHOP_DEMO="make demo-kubernetes CONTEXT='$CONTEXT'" # how to play it again
	export CHAOSWORKSHOP_MAKE= # a script sees the exit code, under make too
	shift
	exec "$here/.workshop/bin/runner" demo "$@" "$kinds/weak-${WITH:-pod}.yaml" "$kinds/resilient-${WITH:-pod}.yaml"
}

# What keeps a pod from starting, in the words of Kubernetes; empty for nothing.
waiting() {
	cluster --namespace="$1" get pods --output='jsonpath={range .items[*]}{.status.containerStatuses[*].state.waiting.reason}{" "}{end}' 2>/dev/null || :
}

up() {
	app=$1 name=${NAMESPACE:-}
	[ -n "${CONTEXT:-}" ] || name=
	[ -n "$name" ] || fail "no cluster is used by chance: make demo-kubernetes asks which one is meant, and sets CONTEXT and NAMESPACE"
	for right in 'create namespaces' 'list namespaces' 'delete namespaces' 'create deployments' 'create services' 'get services --subresource=proxy' 'list pods' 'delete pods'; do
		# shellcheck disable=SC2086 # words
		may=$(cluster auth can-i $right </dev/null 2>&1) || fail "with the context '$CONTEXT' you cannot $right, which the demo needs: $(printf '%s' "$may" | tail -n 1)"
	done
	run=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n') # marks what belongs to this run: two people may use the same cluster
	where=$(which_cluster)
	printf '%s\n' "$CONTEXT" "$run" "$where" >"$RUN/context"
	cluster create --filename=- >/dev/null <<-END
		apiVersion: v1
		kind: Namespace
		metadata:
		  name: "$name"
		  labels: {chaosworkshop.example/run: "$run", pod-security.kubernetes.io/enforce: restricted}
	END
	manifest "$app-manifest" | cluster --namespace="$name" apply --filename=- >/dev/null
	wanted=$(cluster --namespace="$name" get deployment "$app" --output='jsonpath={.spec.replicas}')
	for _ in $(seq 120); do
		available=$(cluster --namespace="$name" get deployment "$app" --output='jsonpath={.status.availableReplicas}' || :)
		if [ "$available" = "$wanted" ] && answer=$(cluster get --raw "/api/v1/namespaces/$name/services/$app:http/proxy/" 2>&1); then
			return
		fi
		case $(waiting "$name") in
		*ErrImage* | *ImagePull*) fail "the cluster has no image ${IMAGES:-chaosworkshop}/..., and cannot fetch it. Make the images (scripts/kubernetes.sh images), and load them into the cluster, or push them to a registry and name it with IMAGES=: see docs/kubernetes.md" ;;
		esac
		sleep 0.5
	done
	fail "the service was not available within a minute: $(waiting "$name") $(printf '%s' "${answer:-}" | tail -n 1)"
}

down() {
	[ -f "$RUN/context" ] || return 0 # up has made nothing
	{ read -r CONTEXT && read -r run && read -r where; } <"$RUN/context"
	here=$(which_cluster)
	[ "$here" = "$where" ] || fail "the context '$CONTEXT' means another cluster here than where the demo was played: type this in that terminal, or set KUBECONFIG as it was there"
	found=$(cluster get namespaces --selector="chaosworkshop.example/run=$run" --output=name)
	test -z "$found" || kubectl --context="$CONTEXT" delete "$found" --timeout=120s >/dev/null
	rm "$RUN/context"
}

images() {
	kubectl=${KUBECTL_LINUX:-$(command -v kubectl || :)} # for Linux, as in a cluster
	[ -f "$kubectl" ] || fail "there is no kubectl to copy into the image of the runner: name one with KUBECTL_LINUX=FILE"
	for program in service resilient-service; do "$here/scripts/containers.sh" image "$program"; done
	mkdir -p "$here/.workshop/containers"
	cp "$kubectl" "$here/.workshop/containers/kubectl"
	"$here/scripts/containers.sh" image runner
	docker build --quiet --file "$kinds/Dockerfile" --tag chaosworkshop/runner-kubectl "$here/.workshop/containers"
	rm "$here/.workshop/containers/kubectl"
}

# in_cluster KIND APP: the experiment, the rights, and the job.
in_cluster() {
	named
	cluster --namespace="$NAMESPACE" create configmap pod-dies --from-file="$kinds/pod-dies.json" --dry-run=client --output=yaml |
		cluster --namespace="$NAMESPACE" apply --filename=- >/dev/null
	kubectl --context="$CONTEXT" --namespace="$NAMESPACE" rollout status deployment "$2" --timeout=60s
	test "$1" != job || cluster --namespace="$NAMESPACE" delete job pod-dies --ignore-not-found
	for file in rights "$1"; do
		manifest "$file" | sed "s|value: weak|value: $2|" | cluster --namespace="$NAMESPACE" apply --filename=-
	done
}

# A journal begins and ends with a line that is a brace alone. Lines of the log may have got between, and begin with a bracket.
keep() {
	named
	journal=$(cluster --namespace="$NAMESPACE" logs "job/$1" | sed -n '/^{$/,/^}$/{/^\[/!p;}')
	[ -n "$journal" ] || fail "the log of the job $1 has no journal: has it ended?"
	printf '%s\n' "$journal" | cluster --namespace="$NAMESPACE" create configmap "journal-$1" --from-file=journal.json=/dev/stdin --dry-run=client --output=yaml |
		cluster --namespace="$NAMESPACE" apply --server-side --force-conflicts --filename=- # there may be one of an earlier job with this name
}

case ${1:-} in
demo)
	shift
	demo "$@"
	;;
images) images ;;
up | job | cronjob)
	case ${2:-} in
	weak | resilient) ;;
	*) fail "name the service: scripts/kubernetes.sh $1 weak, or $1 resilient" ;;
	esac
	if [ "$1" = up ]; then up "$2"; else in_cluster "$1" "$2"; fi
	;;
down) down ;;
keep)
	[ -n "${2:-}" ] || fail "name the job: scripts/kubernetes.sh keep pod-dies"
	keep "$2"
	;;
*) sed -n '2,/^set/s/^# //p' "$0" ;;
esac

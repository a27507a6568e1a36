#!/bin/sh
# The services in containers, with the Docker of the user: a demo calls it, see targets/containers.
#   containers.sh build SERVICE       the program, as one file without libraries (needs Go, and no Docker)
#   containers.sh image PROGRAM       the image chaosworkshop/PROGRAM: runner, service or resilient-service
#   containers.sh up|down SERVICE     with Docker Compose; RUN is the folder of the service, PORT its port
#   containers.sh ask|kill|gone|back SERVICE PORT   does it answer; crash its program; wait until it has, or answers again
set -eu
cd "$(dirname "$0")/.."
what=$1 service=$2 PORT=${3:-${PORT:-8080}}
export PORT
folder=.workshop/containers

compose() {
	USER_ID=$(id -u) GROUP_ID=$(id -g)
	export USER_ID GROUP_ID
	set -- --project-name "chaosworkshop-$service-$PORT" --project-directory targets "$@"
	if [ -n "${HOST_NETWORK:-}" ]; then # no ports can be published there
		mkdir -p "$folder"
		sed '/^    ports:/d' targets/compose.yaml >"$folder/compose-$PORT.yaml"
		set -- --file "$folder/compose-$PORT.yaml" --file targets/containers/host-network.yaml "$@"
	else
		set -- --file targets/compose.yaml "$@"
	fi
	if docker compose version >/dev/null 2>&1; then
		docker compose "$@"
	else
		docker-compose "$@"
	fi
}

container() { docker ps --all --quiet --filter "label=com.docker.compose.project=chaosworkshop-$service-$PORT"; }

# build_program FOLDER NAME: and its Dockerfile beside it.
build_program() {
	mkdir -p "$folder"
	said=
	if [ "$2" = runner ] && [ -e .git ]; then # as in build.sh
		said=$(git log -1 --format="-X chaosworkshop.example/runner/internal/cli.commit=%H -X chaosworkshop.example/runner/internal/cli.committed=%cI" 2>/dev/null) || said=
	fi
	CGO_ENABLED=0 GOOS=linux go build -trimpath -buildvcs=false -ldflags "$said" -o "$folder/$2" "./$1"
	cp "$1/Dockerfile" "$folder/$2.Dockerfile"
}

# until_true COMMAND...: for ten seconds at most.
until_true() {
	for _ in $(seq 100); do
		if "$@"; then return 0; fi
		sleep 0.1
	done
	return 1
}

has_crashed() { test "$(docker inspect --format '{{or (gt .RestartCount 0) (not .State.Running)}}' "$1")" = true; }
# The service has port 8080 in a network of its own.
answers() { docker exec "$1" /service --check "$(test -z "${HOST_NETWORK:-}" && echo 8080 || echo "$PORT")"; }

# An engine that does not answer is said in one line: Compose says it in very many.
engine() {
	docker version --format '{{.Server.Version}}' >/dev/null 2>&1 || {
		echo "no Docker engine answers: install Docker, or start it ('docker version' says what is wrong)" >&2
		exit 1
	}
	docker compose version >/dev/null 2>&1 || docker-compose version >/dev/null 2>&1 || {
		echo "Docker has no Compose: install its plugin docker-compose" >&2
		exit 1
	}
}

case $what in
build) build_program "chapter5/$service" "$service" ;;
image)
	source=$service
	test ! -d "chapter5/$service" || source=chapter5/$service
	build_program "$source" "$service"
	docker build --quiet --file "$folder/$service.Dockerfile" --tag "chaosworkshop/$service" "$folder"
	;;
up)
	engine
	docker info --format '{{.ID}}' >"$RUN/up"
	compose build --quiet "$service"
	compose up --detach "$service"
	;;
down)
	[ -f "$RUN/up" ] || exit 0 # up has made nothing
	engine
	[ "$(docker info --format '{{.ID}}')" = "$(cat "$RUN/up")" ] || {
		echo "this is another Docker engine than that in which the demo was played: type this in that terminal, or set DOCKER_HOST or DOCKER_CONTEXT as it was there" >&2
		exit 1
	}
	compose down --timeout 2
	rm -f "$folder/compose-$PORT.yaml" "$RUN/up"
	;;
ask) answers "$(container)" || answers "$(container)" && echo "it answers" ;; # twice: Docker itself may fail for a moment
kill) docker kill --signal ABRT "$(container)" ;; # a crash: after "docker kill" alone Docker restarts nothing
gone)
	until_true has_crashed "$(container)" && echo "the container has crashed"
	;;
back)
	if until_true answers "$(container)" 2>/dev/null; then echo "it answers again"; else echo "it does not answer"; fi
	;;
esac

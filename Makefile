# Every command of the workshop. `make` alone lists them.
.DEFAULT_GOAL := help
.SUFFIXES:

BIN := .workshop/bin
RUNNER := $(BIN)/runner
# $(call shell-word,TEXT) is a text as one word for the shell.
shell-word = '$(subst ','\'',$1)'
# $(call check-port,NAME) stops make where the variable of that name is not the number of a port.
check-port = $(if $(shell case $(call shell-word,$($1)) in (*[!0-9]*|0*) ;; (*) test $($1) -ge 1 -a $($1) -le 65535 2>/dev/null && echo yes ;; esac),,$(error $1 must be a number, 1 to 65535, and it is '$($1)'))
# $(call switched-on,NAME) is empty where STEP=0 or STEP=no, for example, switches something off.
switched-on = $(filter-out 0 no off false,$($1))
# PORT, IN, STEP, VERBOSE, FILE, SHARE, PLACES, CONTEXT, EXERCISE, FORCE, WRITE and RECORD count only as arguments of make:
# make demo-weak PORT=9090.
# Environment variables with these names belong to other programs.
ifeq ($(origin PORT),command line)
  ifneq ($(PORT),)
    $(call check-port,PORT)
    PORT_FLAG := --port $(PORT)
    PORT_VARIABLE := EXCHANGE_PORT=$(PORT)
  endif
endif
# Only PORT chooses a port here: both of the book's terminals use the same one.
unexport EXCHANGE_PORT
LANGUAGE :=
ifeq ($(origin IN),command line)
  ifneq ($(filter-out go python,$(IN)),)
    $(error IN must be go or python, and it is '$(IN)')
  endif
  export CHAOSWORKSHOP_IN := $(strip $(IN))
  ifeq ($(CHAOSWORKSHOP_IN),python)
    LANGUAGE := -python
  endif
endif
ifeq ($(origin STEP),command line)
  STEP_FLAG := $(if $(call switched-on,STEP),--step)
endif
ifeq ($(origin VERBOSE),command line)
  VERBOSE_FLAG := $(if $(call switched-on,VERBOSE),--verbose)
endif
ifeq ($(origin FILE),command line)
  FILE_ARGUMENT := $(call shell-word,$(FILE))
endif
ifeq ($(origin SHARE),command line)
  SHARE_FLAG := $(if $(call switched-on,SHARE),--share)
endif
ifeq ($(origin PLACES),command line)
  PLACES_FLAG := $(if $(call switched-on,PLACES),--places)
endif
ifeq ($(origin EXERCISE),command line)
  EXERCISE_FLAG := $(if $(EXERCISE),--exercise $(call shell-word,$(EXERCISE)))
endif
ifeq ($(origin FORCE),command line)
  FORCE_FLAG := $(if $(call switched-on,FORCE),--force)
endif
ifeq ($(origin WRITE),command line)
  WRITE_FLAG := $(if $(call switched-on,WRITE),--write)
endif
ifeq ($(origin CONTEXT),command line)
  CONTEXT_NAME := $(call shell-word,$(CONTEXT))
endif
ifeq ($(origin RECORD),command line)
  RECORD_FLAG := $(if $(RECORD),--record $(call shell-word,$(RECORD)))
endif
DEMO := $(RUNNER) demo $(PORT_FLAG) $(STEP_FLAG) $(VERBOSE_FLAG)
# How the services of the lesson are started in the folder chapter5; Python builds nothing.
ifneq ($(LANGUAGE),)
  WEAK := ../scripts/python.sh -uB python/service.py
  RESILIENT := ../scripts/python.sh -uB python/resilient_service.py
else
  WEAK := ../$(BIN)/service
  RESILIENT := ../$(BIN)/resilient-service
endif
# The runner and the services name commands in make's form.
export CHAOSWORKSHOP_MAKE := 1
# With it, the runner also ends well after a verdict, whatever it is, so that make adds no "Error
# n": the last line on the screen is the runner's. A script that needs the exit code calls the
# runner itself, as .ci/run does: .workshop/bin/runner demo weak. With exec there is no shell
# between make and the runner that would keep a signal to itself.

# The doctor gets the settings of Go as the user has them.
$(foreach name,GOFLAGS GOWORK GO111MODULE GOOS GOARCH HOME,$(eval doctor: export CHAOSWORKSHOP_$(name) := $$(value $(name))))
# Without a HOME that exists, Go does not find its caches.
ifeq ($(shell test -d "$$HOME" && echo yes),)
  export HOME := $(filter /%,$(shell eval echo "~$$(id -un)"))
endif
# Settings of Go that belong to other projects would make our builds fail, or build for another
# system. Only a value that is not empty counts more than what "go env -w" has written.
export GOFLAGS := -buildvcs=false
export GOWORK := auto
export GO111MODULE := on
GO_HOST := $(shell HOME='$(HOME)' GOENV=off GOFLAGS= GOWORK=off GO111MODULE= GOTOOLCHAIN=local go env GOHOSTOS GOHOSTARCH 2>/dev/null)
export GOOS := $(word 1,$(GO_HOST))
export GOARCH := $(word 2,$(GO_HOST))

##: For learners:
## demo             both demos, then compare them
.PHONY: demo
demo: $(RUNNER)
	@exec $(DEMO) weak$(LANGUAGE) resilient$(LANGUAGE)

## demo-weak        see the fragile service fail
.PHONY: demo-weak
demo-weak: $(RUNNER)
	@exec $(DEMO) weak$(LANGUAGE)

## demo-resilient   see the repaired service survive
.PHONY: demo-resilient
demo-resilient: $(RUNNER)
	@exec $(DEMO) resilient$(LANGUAGE)

## diff             the lines that repair the service
.PHONY: diff
diff: $(RUNNER)
	@$(RUNNER) diff weak$(LANGUAGE)

## exercises        list the exercises, and progress
.PHONY: exercises
exercises: $(RUNNER)
	@$(RUNNER) exercises

## exercise         play the current exercise
.PHONY: exercise
exercise: $(RUNNER)
	@exec $(RUNNER) exercise $(EXERCISE_FLAG)

## watch            play it each time you save your file
.PHONY: watch
watch: $(RUNNER)
	@exec $(RUNNER) watch $(EXERCISE_FLAG)

## hint             help with it, a step more each time
.PHONY: hint
hint: $(RUNNER)
	@exec $(RUNNER) hint $(EXERCISE_FLAG)

## solution         compare yours with ours
.PHONY: solution
solution: $(RUNNER)
	@exec $(RUNNER) solution $(EXERCISE_FLAG) $(FORCE_FLAG)

## reset            undo your change, and keep your file
.PHONY: reset
reset: $(RUNNER)
	@$(RUNNER) reset $(EXERCISE_FLAG)

## exercise EXERCISE=3   this one; also hint, reset

# With EXCHANGE_STARTED_BY a service whose port is taken says so in make's words.
## start-weak       first terminal: the fragile service
.PHONY: start-weak
start-weak: $(if $(LANGUAGE),,$(BIN)/service)
	@cd chapter5 && EXCHANGE_STARTED_BY="make $@$(if $(LANGUAGE), IN=python)" exec $(WEAK) $(PORT_FLAG)

## start-resilient  first terminal: the repaired service
.PHONY: start-resilient
start-resilient: $(if $(LANGUAGE),,$(BIN)/resilient-service)
	@cd chapter5 && EXCHANGE_STARTED_BY="make $@$(if $(LANGUAGE), IN=python)" exec $(RESILIENT) $(PORT_FLAG)

## experiment       second terminal: run the experiment
.PHONY: experiment
experiment: $(RUNNER)
	@exec $(RUNNER) experiment $(PORT_FLAG) $(FILE_ARGUMENT)

## demo IN=python   in Python; also exercise, doctor

## init             write an experiment of your own
.PHONY: init
init: $(RUNNER)
	@exec $(RUNNER) init $(FILE_ARGUMENT)

## experiment FILE=mine.yaml   run the one in this file

##: For instructors:
## prepare          fetch and build all (needs network)
.PHONY: prepare
prepare: $(RUNNER) $(BIN)/service $(BIN)/resilient-service
	@scripts/prepare.sh

# Without a Go that can build it, a runner that was built before tells why.
## doctor           examine this computer
## doctor SHARE=1   the same without names, to send it
## doctor PLACES=1  look at Docker and kubectl, too
.PHONY: doctor
doctor:
	@if ! scripts/build.sh "the runner" ./runner $(RUNNER); then \
		test -x $(RUNNER) || exit 0; export CHAOSWORKSHOP_OLD=1; \
		echo "Now the runner that was built before examines this computer:"; fi; \
		exec $(RUNNER) doctor $(strip $(SHARE_FLAG) $(PLACES_FLAG) $(PORT_FLAG))

## live             both services on a page
## live RECORD=lesson.html   keep what was answered
.PHONY: live
live: $(RUNNER)
	@exec $(RUNNER) live weak$(LANGUAGE) resilient$(LANGUAGE) $(PORT_FLAG) $(RECORD_FLAG)

## rehearse         play the whole workshop once
## rehearse WRITE=1 write the seconds into the docs
.PHONY: rehearse
rehearse: $(RUNNER)
	@$(PORT_VARIABLE) exec $(RUNNER) rehearse $(WRITE_FLAG)

## demo STEP=1      wait for Enter before each step
## demo VERBOSE=1   show the Chaos Toolkit's whole log
## demo PORT=9090   this port; also start-weak, doctor
## stop             stop what a killed demo left running
.PHONY: stop
stop: $(RUNNER)
	@$(RUNNER) stop

## recover          undo what a killed experiment left
## recover FILE=journal.json   the run of this journal
.PHONY: recover
recover: $(RUNNER)
	@exec $(RUNNER) recover $(or $(FILE_ARGUMENT),.workshop/journal.json)

# What is needed to undo a killed run stays until that is done. A runner that cannot tell stops nobody.
## clean            remove what was built and run
.PHONY: clean
clean:
	@test -n '$(FORCE_FLAG)' -o ! -x $(RUNNER) || { $(RUNNER) left; test $$? -ne 5; }
	@test ! -d .workshop || find .workshop -mindepth 1 -maxdepth 1 ! -name kept -exec rm -rf {} +
	@rmdir .workshop 2>/dev/null || :
	@rm -f chapter5/exchange.dat*

## bundle           a zip for a room without network
## release          the same, and a program archive each
.PHONY: bundle release
bundle release:
	@cd scripts/bundle && GOWORK=off go build -o ../../$(BIN)/bundle .
	@$(BIN)/bundle $(if $(filter release,$@),-release) . .workshop/release

# First the chapter's experiment, then a crash of each container. It needs Docker with Compose, and Linux.
## demo-docker      the services in containers
CONTAINERS := targets/containers/
.PHONY: demo-docker
demo-docker: $(RUNNER)
	@CHAOSWORKSHOP_MAKE= $(RUNNER) demo $(VERBOSE_FLAG) $(CONTAINERS)weak-container.yaml $(CONTAINERS)resilient-container.yaml
	@echo
	@CHAOSWORKSHOP_MAKE= exec $(RUNNER) demo $(VERBOSE_FLAG) $(CONTAINERS)weak-killed.yaml $(CONTAINERS)resilient-killed.yaml

# In the cluster of a context of kubectl: it asks which one is meant. See docs/kubernetes.md.
## demo-kubernetes  the services in a cluster
## demo-kubernetes CONTEXT=kind-kind   in this one
.PHONY: demo-kubernetes
demo-kubernetes: $(RUNNER)
	@exec scripts/kubernetes.sh demo $(or $(CONTEXT_NAME),'') $(VERBOSE_FLAG)

##: For developers:
## test             run all tests
.PHONY: test
test:
	@scripts/test.sh

## conformance      compare with the Chaos Toolkit (pip)
.PHONY: conformance
conformance:
	@scripts/conformance.sh $(RANDOM_EXPERIMENTS)

## fuzz             feed it anything (hours)
# Quick, and only some: make fuzz FUZZTIME=20s FUZZ=Mask.
.PHONY: fuzz
fuzz:
	@scripts/fuzz.sh "$(or $(FUZZTIME),10m)" "$(FUZZ)"

## lint             check the code
.PHONY: lint
lint:
	@scripts/lint.sh

## bench            measure the speed
# More runs: make bench BENCH_FLAGS="-benchtime 20x". Some rows: BENCH_FLAGS="-bench Chapter".
.PHONY: bench
bench:
	@echo "measuring (this takes a minute or two; the table comes at the end)"
	@go test chaosworkshop.example/runner/internal/bench -run '^$$' -bench . -benchtime 5x -timeout 60m $(BENCH_FLAGS)

## soak             kill and load everything (hours)
# A small cut, in two minutes: make soak SOAK_FLAGS=-short. It goes on where it left off; -again begins again.
.PHONY: soak
soak: $(RUNNER) $(BIN)/service $(BIN)/resilient-service
	@cd scripts/soak && GOWORK=off go build -o ../../$(BIN)/soak .
	@$(BIN)/soak $(SOAK_FLAGS) .

.PHONY: help
help:
	@sed -n 's/^##: //p; s/^## /  make /p' Makefile

# The Go tool finds out whether there is anything to build.
.PHONY: build
$(RUNNER): build
	@scripts/build.sh "the runner" ./runner $@

$(BIN)/service $(BIN)/resilient-service: $(BIN)/%: build
	@scripts/build.sh "the $*" ./chapter5/$* $@

.DEFAULT:
	$(error there is no 'make $@': type make alone)

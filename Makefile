# Every command of the workshop. `make` alone lists them.
.DEFAULT_GOAL := help
.SUFFIXES:

BIN := .workshop/bin
RUNNER := $(BIN)/runner
# PORT, STEP, VERBOSE, FILE, SHARE, EXERCISE, FORCE and WRITE count only as arguments of make:
# make demo-weak PORT=9090.
# Environment variables with these names belong to other programs.
ifeq ($(origin PORT),command line)
  REST := $(PORT)
  $(foreach digit,0 1 2 3 4 5 6 7 8 9,$(eval REST := $(subst $(digit),,$(REST))))
  ifneq ($(REST),)
    $(error PORT must be a number, as in PORT=9090, and it is '$(PORT)')
  endif
  PORT_FLAG := $(if $(PORT),--port $(PORT))
  PORT_VARIABLE := $(if $(PORT),EXCHANGE_PORT=$(PORT))
endif
ifeq ($(origin STEP),command line)
  STEP_FLAG := $(if $(STEP),--step)
endif
ifeq ($(origin VERBOSE),command line)
  VERBOSE_FLAG := $(if $(VERBOSE),--verbose)
endif
# The experiment of the chapter runs in the folder of its service, one of your own where make runs.
FOLDER := chapter5
EXPERIMENT := experiment.json
ifeq ($(origin FILE),command line)
  FOLDER := .
  EXPERIMENT := $(FILE)
  FILE_ARGUMENT := "$(FILE)"
endif
ifeq ($(origin SHARE),command line)
  SHARE_FLAG := $(if $(SHARE),--share)
endif
ifeq ($(origin EXERCISE),command line)
  EXERCISE_FLAG := $(if $(EXERCISE),--exercise $(EXERCISE))
endif
ifeq ($(origin FORCE),command line)
  FORCE_FLAG := $(if $(FORCE),--force)
endif
ifeq ($(origin WRITE),command line)
  WRITE_FLAG := $(if $(WRITE),--write)
endif
DEMO := $(RUNNER) demo $(PORT_FLAG) $(STEP_FLAG) $(VERBOSE_FLAG)
# The runner and the services name commands in make's form.
export CHAOSWORKSHOP_MAKE := 1
# With it, the runner also ends well after a verdict, whatever it is, so that make adds no "Error
# n": the last line on the screen is the runner's. A script that needs the exit code calls the
# runner itself, as .ci/run does: .workshop/bin/runner demo weak. With exec there is no shell
# between make and the runner that would keep a signal to itself.

# Settings of Go that belong to other projects would make our builds fail, or build for
# another system. Without HOME, Go does not find its caches. The doctor gets what the user has.
FOREIGN := GOFLAGS GOWORK GO111MODULE GOOS GOARCH
$(foreach name,$(FOREIGN) HOME,$(eval doctor: export CHAOSWORKSHOP_$(name) := $$(value $(name))))
unexport $(FOREIGN)
ifeq ($(HOME),)
  export HOME := $(filter /%,$(shell eval echo "~$$(id -un)"))
endif

##: For learners:
## demo             both demos, then compare them
.PHONY: demo
demo: $(RUNNER)
	@exec $(DEMO) weak resilient

## demo-weak        see the fragile service fail
.PHONY: demo-weak
demo-weak: $(RUNNER)
	@exec $(DEMO) weak

## demo-resilient   see the repaired service survive
.PHONY: demo-resilient
demo-resilient: $(RUNNER)
	@exec $(DEMO) resilient

## diff             the lines that repair the service
.PHONY: diff
diff: $(RUNNER)
	@$(RUNNER) diff

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

# With EXCHANGE_STARTED_BY a service whose port is taken says so in make's words.
## start-weak       first terminal: the fragile service
.PHONY: start-weak
start-weak: $(BIN)/service
	@cd chapter5 && EXCHANGE_STARTED_BY="make $@" exec ../$(BIN)/service $(PORT_FLAG)

## start-resilient  first terminal: the repaired service
.PHONY: start-resilient
start-resilient: $(BIN)/resilient-service
	@cd chapter5 && EXCHANGE_STARTED_BY="make $@" exec ../$(BIN)/resilient-service $(PORT_FLAG)

## experiment       second terminal: run the experiment
.PHONY: experiment
experiment: $(RUNNER)
	@cd $(FOLDER) && $(PORT_VARIABLE) exec "$(CURDIR)/$(RUNNER)" run --journal-path "$(CURDIR)/.workshop/journal.json" "$(EXPERIMENT)"

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
.PHONY: doctor
doctor:
	@if scripts/build.sh "the runner" ./runner $(RUNNER) || test -x $(RUNNER); then \
		exec $(RUNNER) doctor $(SHARE_FLAG); fi

## rehearse         play the whole workshop once
## rehearse WRITE=1 write the seconds into the docs
.PHONY: rehearse
rehearse: $(RUNNER)
	@exec $(RUNNER) rehearse $(WRITE_FLAG)

## demo STEP=1      wait for Enter before each step
## demo VERBOSE=1   show the Chaos Toolkit's whole log
## demo PORT=9090   use this port; also with start-weak
## stop             stop what a killed demo left running
.PHONY: stop
stop: $(RUNNER)
	@$(RUNNER) stop

## clean            remove what was built and run
.PHONY: clean
clean:
	@test ! -d .workshop || find .workshop -mindepth 1 -maxdepth 1 ! -name kept -exec rm -rf {} +
	@rmdir .workshop 2>/dev/null || :
	@rm -f chapter5/exchange.dat*

##: For developers:
## test             run all tests
.PHONY: test
test:
	@scripts/test.sh

## conformance      compare with the Chaos Toolkit (pip)
.PHONY: conformance
conformance:
	@scripts/conformance.sh $(RANDOM_EXPERIMENTS)

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

.PHONY: help
help:
	@sed -n 's/^##: //p; s/^## /  make /p' Makefile

# The Go tool finds out whether there is anything to build.
.PHONY: build
$(RUNNER): build
	@scripts/build.sh "the runner" ./runner $@

$(BIN)/service $(BIN)/resilient-service: $(BIN)/%: build
	@scripts/build.sh "the $*" ./chapter5/$* $@

# Every command of the workshop. `make` alone lists them.
.DEFAULT_GOAL := help
.SUFFIXES:

BIN := .workshop/bin
RUNNER := $(BIN)/runner
# $(call check-port,NAME) stops make where the variable of that name is not the number of a port.
check-port = $(if $(shell case '$(subst ','\'',$($1))' in (*[!0-9]*) ;; (*) test $($1) -ge 1 -a $($1) -le 65535 2>/dev/null && echo yes ;; esac),,$(error $1 must be a number from 1 to 65535, as in $1=9090, and it is '$($1)'))
# $(call switched-on,NAME) is empty where STEP=0 or STEP=no, for example, switches something off.
switched-on = $(filter-out 0 no off false,$($1))
# PORT, STEP and VERBOSE count only as arguments of make: make demo-weak PORT=9090.
# Environment variables with these names belong to other programs.
ifeq ($(origin PORT),command line)
  ifneq ($(PORT),)
    $(call check-port,PORT)
    PORT_FLAG := --port $(PORT)
    PORT_VARIABLE := EXCHANGE_PORT=$(PORT)
  endif
endif
ifneq ($(EXCHANGE_PORT),)
  $(call check-port,EXCHANGE_PORT)
endif
ifeq ($(origin STEP),command line)
  STEP_FLAG := $(if $(call switched-on,STEP),--step)
endif
ifeq ($(origin VERBOSE),command line)
  VERBOSE_FLAG := $(if $(call switched-on,VERBOSE),--verbose)
endif
DEMO := $(RUNNER) demo $(PORT_FLAG) $(STEP_FLAG) $(VERBOSE_FLAG)
# The runner and the services name commands in make's form.
export CHAOSWORKSHOP_MAKE := 1
# After a verdict, whatever it is, make ends without "Error n": the last line on the screen is
# the runner's. A script that needs the exit code calls the runner itself, as .ci/run does:
# .workshop/bin/runner demo weak. So does what a learner gets wrong most often, a file that does
# not compile (3). Other codes are errors: a wrong flag (2), a runner that does not start (126, 127).
# With the trap, the shell survives the Ctrl-C that ends a run.
VERDICT = trap : INT;
ANY_VERDICT = || { code=$$?; case $$code in [1345] | 129 | 1[3-9]?) ;; *) exit $$code ;; esac; }

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
	@$(VERDICT) $(DEMO) weak resilient $(ANY_VERDICT)

## demo-weak        see the fragile service fail
.PHONY: demo-weak
demo-weak: $(RUNNER)
	@$(VERDICT) $(DEMO) weak $(ANY_VERDICT)

## demo-resilient   see the repaired service survive
.PHONY: demo-resilient
demo-resilient: $(RUNNER)
	@$(VERDICT) $(DEMO) resilient $(ANY_VERDICT)

## diff             the lines that repair the service
.PHONY: diff
diff: $(RUNNER)
	@$(RUNNER) diff

## reset            undo your repair, and keep your file
.PHONY: reset
reset: $(RUNNER)
	@$(RUNNER) reset

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
	@$(VERDICT) cd chapter5 && $(PORT_VARIABLE) ../$(RUNNER) run --journal-path "$$OLDPWD/.workshop/journal.json" experiment.json $(ANY_VERDICT)

##: For instructors:
## prepare          fetch and build all (needs network)
.PHONY: prepare
prepare: $(RUNNER) $(BIN)/service $(BIN)/resilient-service
	@scripts/prepare.sh

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

.DEFAULT:
	$(error there is no command 'make $@': type make alone, which lists them all)

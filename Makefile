# Every command of the workshop. `make` alone lists them.
.DEFAULT_GOAL := help
.SUFFIXES:

BIN := .workshop/bin
RUNNER := $(BIN)/runner
# PORT counts only as an argument of make: make demo-weak PORT=9090.
# An environment variable with this name belongs to other programs.
ifeq ($(origin PORT),command line)
  PORT_FLAG := $(if $(PORT),--port $(PORT))
  PORT_VARIABLE := $(if $(PORT),EXCHANGE_PORT=$(PORT))
endif
# The runner and the services name commands in make's form.
export CHAOSWORKSHOP_MAKE := 1
# After a verdict, whatever it is, make ends without "Error n": the last line on the screen is
# the runner's. A script that needs the exit code calls the runner itself, as .ci/run does:
# .workshop/bin/runner demo weak. A wrong flag or file (2 or 3) is no verdict: make calls it an
# error. With the trap, the shell survives the Ctrl-C that ends a run.
VERDICT = trap : INT;
ANY_VERDICT = || { code=$$?; test $$code -ne 2 && test $$code -ne 3 || exit $$code; }
# -buildvcs=false: without it, a clone that belongs to another user does not build.
# CGO_ENABLED=0: our programs need no C, and they start faster without it.
BUILD := CGO_ENABLED=0 go build -buildvcs=false

## demo            run the experiment on both services, then compare them
.PHONY: demo
demo: $(RUNNER)
	@$(VERDICT) $(RUNNER) demo $(PORT_FLAG) weak resilient $(ANY_VERDICT)

## demo-weak       run the experiment on the fragile service, which fails
.PHONY: demo-weak
demo-weak: $(RUNNER)
	@$(VERDICT) $(RUNNER) demo $(PORT_FLAG) weak $(ANY_VERDICT)

## demo-resilient  run the experiment on the repaired service, which survives
.PHONY: demo-resilient
demo-resilient: $(RUNNER)
	@$(VERDICT) $(RUNNER) demo $(PORT_FLAG) resilient $(ANY_VERDICT)

## diff            show the lines that repair the service
.PHONY: diff
diff:
	@diff -u chapter5/service/main.go chapter5/resilient-service/main.go; test $$? -eq 1

## start-weak      as in the book, first terminal: start the fragile service
.PHONY: start-weak
start-weak: $(BIN)/service
	@cd chapter5 && exec ../$(BIN)/service $(PORT_FLAG)

## start-resilient as in the book, first terminal: start the repaired service
.PHONY: start-resilient
start-resilient: $(BIN)/resilient-service
	@cd chapter5 && exec ../$(BIN)/resilient-service $(PORT_FLAG)

## experiment      as in the book, second terminal: run the experiment
.PHONY: experiment
experiment: $(RUNNER)
	@$(VERDICT) cd chapter5 && $(PORT_VARIABLE) ../$(RUNNER) run --journal-path "$(CURDIR)/.workshop/journal.json" experiment.json $(ANY_VERDICT)

## stop            stop the processes that a killed demo left
.PHONY: stop
stop: $(RUNNER)
	@$(RUNNER) stop

## test            run all tests
.PHONY: test
test:
	@scripts/test.sh

## conformance     compare the runner with the real Chaos Toolkit (installed with pip)
.PHONY: conformance
conformance:
	@scripts/conformance.sh $(RANDOM_EXPERIMENTS)

## lint            check the code: gofmt, go vet, go fix, staticcheck
.PHONY: lint
lint:
	@scripts/lint.sh

## bench           measure the speed of the runner and the service
# More runs: make bench BENCH_FLAGS="-benchtime 20x". Some rows: BENCH_FLAGS="-bench Chapter".
.PHONY: bench
bench:
	@echo "measuring (this takes a minute or two; the table comes at the end)"
	@go test chaosworkshop.example/runner/internal/bench -run '^$$' -bench . -benchtime 5x -timeout 60m $(BENCH_FLAGS)

## clean           remove all built programs and everything that runs created
.PHONY: clean
clean:
	@rm -rf .workshop
	@rm -f chapter5/exchange.dat*

.PHONY: help
help:
	@echo "The commands of the workshop:"
	@sed -n 's/^## /  make /p' Makefile

# A program is built again when a file of its module changed.
RUNNER_FILES := $(shell find runner \( -name '*.go' -o -name '*.json' -o -name '*.py' \) ! -name '*_test.go' ! -path '*/testdata/*') runner/go.mod go.work
CHAPTER_FILES := $(shell find chapter5 -name '*.go' ! -name '*_test.go') chapter5/go.mod go.work

$(RUNNER): $(RUNNER_FILES)
	@echo "building the runner (the first time this downloads Go modules and takes a minute)"
	@$(BUILD) -o $@ ./runner

$(BIN)/service $(BIN)/resilient-service: $(BIN)/%: $(CHAPTER_FILES)
	@echo "building the service (the first time this takes up to a minute)"
	@$(BUILD) -o $@ ./chapter5/$*

# Every command of the workshop. `make` alone lists them.
.DEFAULT_GOAL := help
.SUFFIXES:

BIN := .workshop/bin
RUNNER := $(BIN)/runner
# PORT counts where it is given to make, as in `make demo-weak PORT=9090`; an
# environment variable of that name is somebody else's.
ifeq ($(origin PORT),command line)
  PORT_FLAG := $(if $(PORT),--port $(PORT))
  PORT_VARIABLE := $(if $(PORT),EXCHANGE_PORT=$(PORT))
endif
# A clone that belongs to somebody else has no version to stamp, and builds all the same.
BUILD := go build -buildvcs=false

## demo            both services under the same fault, then side by side
.PHONY: demo
demo: $(RUNNER)
	@$(RUNNER) demo $(PORT_FLAG) weak resilient

## demo-weak       the fragile service loses its exchange file, and fails
.PHONY: demo-weak
demo-weak: $(RUNNER)
	@$(RUNNER) demo $(PORT_FLAG) weak

## demo-resilient  the improved service loses its exchange file, and holds
.PHONY: demo-resilient
demo-resilient: $(RUNNER)
	@$(RUNNER) demo $(PORT_FLAG) resilient

## diff            what makes the one resilient
.PHONY: diff
diff:
	@diff -u chapter5/service/main.go chapter5/resilient-service/main.go; test $$? -eq 1

## start-weak      the book's way, first terminal: the fragile service
.PHONY: start-weak
start-weak: $(BIN)/service
	@cd chapter5 && exec ../$(BIN)/service $(PORT_FLAG)

## start-resilient the book's way, first terminal: the improved service
.PHONY: start-resilient
start-resilient: $(BIN)/resilient-service
	@cd chapter5 && exec ../$(BIN)/resilient-service $(PORT_FLAG)

## experiment      the book's way, second terminal: the experiment
# A deviation (1) is a result of the experiment, and no error of make's.
.PHONY: experiment
experiment: $(RUNNER)
	@cd chapter5 && $(PORT_VARIABLE) ../$(RUNNER) run --journal-path "$(CURDIR)/.workshop/journal.json" experiment.json || { code=$$?; test $$code -eq 1 || exit $$code; }

## stop            end what a killed demo has left behind
.PHONY: stop
stop: $(RUNNER)
	@$(RUNNER) stop

## test            all tests of both modules
.PHONY: test
test:
	@scripts/test.sh

## conformance     the runner against the real Chaos Toolkit, which pip installs here
.PHONY: conformance
conformance:
	@scripts/conformance.sh $(RANDOM_EXPERIMENTS)

## lint            format, vet, modern Go, staticcheck
.PHONY: lint
lint:
	@scripts/lint.sh

## bench           what the runner and the service cost, against bare loops and the toolkit
# More pairs: make bench BENCH_FLAGS="-benchtime 20x". Some rows: BENCH_FLAGS="-bench Chapter".
.PHONY: bench
bench:
	@echo "measuring in pairs (this takes a minute or two; the table comes last)"
	@go test chaosworkshop.example/runner/internal/bench -run '^$$' -bench . -benchtime 5x -timeout 60m $(BENCH_FLAGS)

## clean           remove all that was built and all that runs have left
.PHONY: clean
clean:
	@rm -rf .workshop
	@rm -f chapter5/exchange.dat*

.PHONY: help
help:
	@echo "The workshop's commands:"
	@sed -n 's/^## /  make /p' Makefile

# A program is built again when a file of its module is newer.
RUNNER_FILES := $(shell find runner \( -name '*.go' -o -name '*.json' -o -name '*.py' \) ! -name '*_test.go' ! -path '*/testdata/*') runner/go.mod go.work
CHAPTER_FILES := $(shell find chapter5 -name '*.go' ! -name '*_test.go') chapter5/go.mod go.work

$(RUNNER): $(RUNNER_FILES)
	@echo "building the runner (the first time this takes up to a minute)"
	@$(BUILD) -o $@ ./runner

$(BIN)/service $(BIN)/resilient-service: $(BIN)/%: $(CHAPTER_FILES)
	@echo "building the service (the first time this takes up to a minute)"
	@$(BUILD) -o $@ ./chapter5/$*

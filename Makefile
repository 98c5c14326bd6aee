# Streamscope. `make` alone lists what it can do.

# The program that ships is built with Fyne's threading checks compiled out; the race build
# keeps them. So Fyne is compiled twice in all: once for bin/streamscope and the linters,
# once for the tests.
TAGS      := migrated_fynedo
BUILD     := go build -tags $(TAGS)
RACE      := go build -race
TEST      := go test -race -vet=off -timeout 20m
LINTER    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.12.2

# What follows `make run`: make run ARGS='mqtt://localhost/plant/#'
ARGS      ?=
# Which packages `make test` and `make lint` look at.
PACKAGES  ?= ./...

.DEFAULT_GOAL := help
.PHONY: help demo run build race headless test lint bench screenshots fmt packages packages-window

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## open the window on a simulated plant
	bin/streamscope --demo

run: build ## open the window; ARGS='…' is its command line
	bin/streamscope $(ARGS)

build: packages-window ## build bin/streamscope
	$(BUILD) -o bin/streamscope .

race: packages-window ## build bin/streamscope-race, which watches for data races
	$(RACE) -o bin/streamscope-race .

headless: ## build bin/streamscope-headless: the command line alone, no screen libraries
	go build -tags headless -o bin/streamscope-headless .

# The real window comes last and alone: it is slow where other tests take the processor.
test: packages build race headless ## run all tests, with the race detector
	$(TEST) $$(go list $(PACKAGES) | grep -v '/app/journey$$')
	@if go list $(PACKAGES) | grep -q '/app/journey$$'; then set -x; $(TEST) ./app/journey; fi

# The linter keeps findings by their file's place on the disk: a cache shared by two clones
# judges one by the lines of the other.
lint: packages-window ## gofmt, go vet without a screen, golangci-lint for all
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
		test -z "$$unformatted" || { echo "gofmt would change: $$unformatted (make fmt)"; exit 1; }
	go vet -tags headless .
	GOLANGCI_LINT_CACHE=$(CURDIR)/bin/lint go run $(LINTER) run --build-tags $(TAGS) $(PACKAGES)

bench: headless build ## measure against bare libraries, in one run; ARGS='-only filter -into BENCHMARKS.md'
	$(BUILD) -o bin/bare-window ./app/window/bare
	go run ./app/bench $(ARGS)

screenshots: packages build ## take assets/screenshots from the real window
	go test -count=1 -timeout 10m ./app/journey -run TestScreenshots -screenshots $(CURDIR)/assets/screenshots

fmt: ## format all Go files
	gofmt -s -w $$(git ls-files '*.go')

packages:
	@.ci/install-packages

packages-window:
	@.ci/install-packages build window

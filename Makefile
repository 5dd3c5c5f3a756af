# Everything here sets up what it needs: a virtual environment in .venv, from a hashed lock.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
# Tests write thousands of small databases, each as durable as the real ones: in memory, where there is a place for it.
SCRATCH := $(shell test -w /dev/shm && echo TMPDIR=/dev/shm)
.DEFAULT_GOAL := help
.PHONY: help run demo test check fix bench lock clean

help:  ## what can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

$(STAMP): requirements.lock pyproject.toml
	@echo "→ setting up $(VENV) (once; about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Weft needs Python 3.11, 3.12 or 3.13; this is $$($(PYTHON) --version). Name another one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@echo "→ installing the locked dependencies"
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock \
	  | awk '/^Collecting/ { printf "  %s\n", $$2; fflush() } /^Installing/ { print "  … unpacking them"; fflush() }'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: $(STAMP)  ## run Weft: on Discord when WEFT_DISCORD_TOKEN is set, else as a demo in the browser
	@$(BIN)/weft run

demo: $(STAMP)  ## the simulated cluster in the browser, whatever is set
	@$(BIN)/weft demo

check: $(STAMP)  ## lint, formatting, types, import contracts
	@echo "→ ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "→ mypy" && $(BIN)/mypy
	@echo "→ import contracts" && $(BIN)/lint-imports

test: check  ## everything `make check` does, then the tests on SQLite and PostgreSQL
	@echo "→ pytest" && $(SCRATCH) $(BIN)/python -m pytest -n auto --dist load

fix: $(STAMP)  ## let ruff format and repair what it can
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: $(STAMP)  ## measurements, each a ratio against a yardstick in the same run
	@$(BIN)/python -m bench

lock: $(STAMP)  ## renew requirements.lock (needs uv)
	@$(LOCK) --group dev -o requirements.lock pyproject.toml
	@$(LOCK) --constraint requirements.lock --no-annotate -o deploy/requirements-run.lock pyproject.toml
	@printf 'hatchling\n' | $(LOCK) --constraint requirements.lock --no-annotate -o deploy/requirements-build.lock -

clean:  ## remove the virtual environment and caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

# Needs Python >= 3.11 and make; everything else goes into a local .venv, once.
#   make report PYTHON=/path/to/python3.12     uses another Python

PYTHON ?= python3
PYTEST_FLAGS ?= -n auto --maxprocesses 8

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := .bench-venv

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup report audit test lint format assurance bench clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## create .venv and install byzproof into it

report: $(READY) ## write the Krum report to reports/krum
	$(BIN)/byzproof report --out reports/krum --readme README.md

audit: $(READY) ## print the verdict of every line of the Krum proof
	$(BIN)/byzproof audit

test: $(READY) ## run all tests and doctests
	$(BIN)/python -m pytest -rs $(PYTEST_FLAGS)

lint: $(READY) ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## rewrite the code in the house format
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

assurance: $(READY) ## measure how safe PROVED is: mutants, calibration, attacks (an hour)
	$(BIN)/python -m tests.assurance --scale full --out reports/krum/assurance.json

bench: $(READY) $(BENCH)/.ready ## time Krum and experiments against byzfl, an audit against its check
	$(BENCH)/bin/python -m empirics.benchmark; krum=$$?; \
	  OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 \
	    $(BENCH)/bin/python -m empirics.long_benchmark; long=$$?; \
	  $(BIN)/python -m reports.benchmark && exit $$((krum + long))

clean: ## remove .venv and all caches
	rm -rf $(VENV) $(BENCH) .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist

# Done once, and again only when pyproject.toml changes or a set-up was interrupted.
$(READY): pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "error: '$(PYTHON)' not found. Install Python >= 3.11, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: '$(PYTHON)' is $$("$(PYTHON)" --version 2>&1); byzproof needs Python >= 3.11. Name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "error: '$(PYTHON)' has no working venv module. Install it (Debian, Ubuntu: apt install python3-venv), or name another Python: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up $(VENV) (once; a few minutes on a slow line)"
	@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || "$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -e '.[search,robustness,strategies,test,lint]'
	@touch $@

# numpy and scipy are all that byzfl's Krum calls; the rest of what byzfl wants are gigabytes.
$(BENCH)/.ready: Makefile
	"$(PYTHON)" -m venv --clear $(BENCH)
	$(BENCH)/bin/python -m pip install --disable-pip-version-check --quiet numpy scipy threadpoolctl
	$(BENCH)/bin/python -m pip install --disable-pip-version-check --quiet --no-deps byzfl==0.0.11
	@touch $@

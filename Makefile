# Every target makes the environment it needs. The environment is .venv; delete it and any target brings it back.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LITE_ENV := build/lite/environment/complete
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

export PATH := $(CURDIR)/$(BIN):$(PATH)
export MPLBACKEND := Agg

.PHONY: help demo test prove test-all lab build lite site check clean
.DEFAULT_GOAL := help

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: $(VENV)/base ## Grade a made-up class on chapter 02 and show the reason for every lost point
	grader demo

lab: $(VENV)/base ## Open your working copy of the course in JupyterLab (work/); LAB="--port 9000" for options
	grader update
	@[ "$$(id -u)" != 0 ] || echo "You are root, so JupyterLab is started with --allow-root." \
	  "In a container publish its port and give it an address: docker run -p 8888:8888 ..., make lab LAB=\"--ip 0.0.0.0\""
	jupyter lab work $$([ "$$(id -u)" != 0 ] || echo --allow-root --no-browser) $(LAB)

test: $(VENV)/dev ## The tests: tables, proofs of the checks, grading, every notebook; K=softmax for what has to do with it
	pytest -n auto --dist worksteal -m "not slow and not browser" $(if $(K),-k "$(K)")

prove: $(VENV)/dev ## Prove every check over a hundred seeds; `make test` then believes it until something changes
	python -m tests.course.proofs
	python -m tests.passed

test-all: $(VENV)/dev $(VENV)/browser $(VENV)/hub $(VENV)/site $(LITE_ENV) ## Everything: all proofs anew, slow tests, browser, a hub, the wheel, the lowest versions
	PROVE=1 pytest -n auto --dist worksteal
	python -m tests.elsewhere wheel
	python -m tests.elsewhere floors
	python -m tests.elsewhere colab
	python -m tests.elsewhere binder

build: $(VENV)/base ## Generate notebooks/ from solutions/
	grader build

lite: $(VENV)/base $(LITE_ENV) ## The course in a browser, without a server, in build/lite/page; LITE="--help" for options
	python -m docs.lite build/lite/page $(LITE)

site: $(VENV)/site $(LITE_ENV) ## The readers' edition in build/site, the course in a browser in it; SITE="--without-solutions" for a class
	python -m docs.lite build/lite/page $(LITE) $(filter --without-solutions,$(SITE))
	python -m docs.site --lite build/lite/page $(SITE)

check: $(VENV)/dev ## Format, lint, types, and that notebooks/ match solutions/
	ruff format --check .
	ruff check .
	mypy
	grader build --check

clean: ## Remove the environment and everything generated
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache *.egg-info

# An environment remembers where it was made: its commands would start another Python, or none.
MOVED := $(shell [ ! -e $(BIN)/pip ] || head -n 3 $(BIN)/pip | grep -qF "$$(cd $(BIN) && pwd -P)/" || echo yes)
ifneq ($(and $(MOVED),$(filter-out help clean,$(MAKECMDGOALS))),)
$(error This folder was moved or copied, and $(VENV) still belongs to the old place. Run: rm -rf $(VENV) && make $(MAKECMDGOALS))
endif

# ── the environment, in layers: base (course and grading), dev (tests), browser, hub, site; JupyterLite has its own ──

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/base: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing the course into .venv (once, about a minute) ..."
	$(PIP) --editable .
	@touch $@

$(VENV)/dev: $(VENV)/base
	@echo "Installing torch and the test tools into .venv (once) ..."
	$(PIP) --editable '.[dev,torch]'
	@touch $@

$(VENV)/browser: $(VENV)/base
	@command -v chromium >/dev/null || { \
	  echo "The browser tests need Chromium. On Debian or Ubuntu: sudo apt install chromium"; exit 1; }
	$(PIP) --editable '.[browser]'
	@touch $@

$(VENV)/hub: $(VENV)/base
	@command -v npm >/dev/null || { \
	  echo "The test of a JupyterHub needs npm. On Debian or Ubuntu: sudo apt install npm"; exit 1; }
	$(PIP) --editable '.[hub]'
	npm install --silent --global --prefix '$(CURDIR)/$(VENV)' configurable-http-proxy@5
	@touch $@

$(LITE_ENV): docs/lite/requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing JupyterLite into $(@D) (once) ..."
	$(BIN)/python -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement docs/lite/requirements.txt
	@touch $@

$(VENV)/site: $(VENV)/base
	@command -v npm >/dev/null || { \
	  echo "The site needs npm for its formulas. On Debian or Ubuntu: sudo apt install npm"; exit 1; }
	$(PIP) --editable '.[site,torch]'
	npm install --silent --no-audit --no-fund --prefix '$(CURDIR)/$(VENV)/node' temml@0.13 @fontsource/noto-sans-math@5
	@touch $@

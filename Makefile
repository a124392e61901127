# Two commands for a fresh machine with Python 3.11+: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
SEED ?= 7
SCALE ?= 1
BIN := .venv/bin
UV := $(BIN)/uv
export XIUHUA_HOME ?= $(CURDIR)/var
# An office network often has a certificate authority of its own, which the system knows.
export UV_SYSTEM_CERTS ?= true

.PHONY: help demo test lint types walls docs install words lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/installed ## bring up the demonstration city at http://127.0.0.1:8000 (PORT=…, SEED=…, SCALE=…)
	@$(BIN)/xiuhua demo --serve --host $(HOST) --port $(PORT) --seed $(SEED) --scale $(SCALE)

test: .venv/dev ## everything that this machine can test; what is left out is named with the reason
	@$(BIN)/python tests/run.py

lint: .venv/dev ## style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/dev ## types of the rooms below the doors
	@$(BIN)/mypy

walls: .venv/dev ## imports go down only
	@$(BIN)/lint-imports

docs: .venv/dev ## write the generated pages of docs/
	@$(BIN)/xiuhua docs --write

install: .venv/installed ## only install

.venv/bin/uv:
	@echo "· environment in .venv"
	@$(PYTHON) -c 'import sys; sys.exit("Xiuhua needs Python 3.11 or later; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

.venv/installed: .venv/bin/uv requirements/default.txt pyproject.toml hatch_build.py $(shell find frontend -path frontend/node_modules -prune -o -type f -print; find xiuhua/locale -name '*.po' 2>/dev/null)
	@echo "· packages of the default install (locked, with hashes)"
	@if [ -f .venv/dev ]; then $(UV) pip install --quiet --python $(BIN)/python -r requirements/dev.txt; else $(UV) pip install --quiet --python $(BIN)/python -r requirements/default.txt; fi
	@echo "· front end and the xiuhua command"
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --reinstall-package xiuhua --editable .
	@touch $@

.venv/dev: .venv/installed requirements/dev.txt
	@echo "· packages for tests (locked, with hashes)"
	@$(UV) pip install --quiet --python $(BIN)/python -r requirements/dev.txt
	@touch $@

words: .venv/dev ## enter new sentences into the English catalogue
	@$(BIN)/python -m tests.house.catalogue

LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
READ := import sys, tomllib; project = tomllib.load(open("pyproject.toml", "rb"));
lock: .venv/bin/uv ## compile requirements/ from pyproject.toml again
	@$(BIN)/python -c '$(READ) print("\n".join(project["project"]["dependencies"]))' | $(LOCK) - -o requirements/default.txt
	@$(BIN)/python -c '$(READ) print("\n".join(project["project"]["dependencies"] + project["dependency-groups"]["dev"]))' | $(LOCK) - -c requirements/default.txt -o requirements/dev.txt

clean: ## remove the environment and what was built (never the data in var/)
	rm -rf .venv frontend/node_modules xiuhua/doors/frame/static

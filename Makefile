.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup check format test translations screenshots demo bench clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## Install everything into .venv

$(VENV)/.installed: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12) and "Skypurser needs Python 3.12 or newer; set PYTHON=/path/to/python3")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

check: setup ## Format, lint, types, import contract, rules of shape
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m pytest --quiet tests/architecture

format: setup ## Put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: check ## All checks and all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/architecture

translations: setup ## Collect what is to be translated, and compile
	DJANGO_SETTINGS_MODULE=skypurser.config.settings $(BIN)/python -m tools.catalogues

screenshots: setup ## Draw docs/img from the demo's data; needs chromium
	$(BIN)/python -m pytest --quiet tests/browser/screenshots.py

demo: setup ## A real day of ticket sales through a real ledger
	$(BIN)/skypurser demo

bench: setup ## Measure the speeds that the README states
	$(BIN)/python -m bench.posting

clean: ## Remove what setup installed
	rm -rf $(VENV)

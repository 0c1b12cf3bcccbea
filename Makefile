# Everything here bootstraps by itself: python3 (3.11 or later), make and the package registries are enough.

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/pytest -q
PARALLEL ?= -n 2 --dist worksteal
# pytest gives 5 where a selection holds no test, which is no failure here.
OR_NONE := || [ $$? -eq 5 ]
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(LOCK_OPTIONS)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-full check format bench mutate lock assets wheel wheel-test clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## The environment in .venv, from the locked and hashed requirements
	@$(PYTHON) scripts/setup.py

demo: setup ## Five desks with people and tickets, in one process
	@exec $(BIN)/reglament demo

test: setup ## All tests but the slow ones, the longest in part; on SQLite and on PostgreSQL
	$(PYTEST) $(PARALLEL) -m "not database and not browser and not slow" $(OR_NONE)
	$(PYTEST) $(PARALLEL) -m "database and not browser and not slow" --database sqlite $(OR_NONE)
	$(PYTEST) $(PARALLEL) -m "database and not browser and not slow" --database postgres $(OR_NONE)
	$(PYTEST) $(PARALLEL) -m "browser and not slow" --database sqlite $(OR_NONE)

test-full: setup ## Every test there is, the long fault runs and the whole browser matrix included
	$(PYTEST) $(PARALLEL) --full -m "not database and not browser" --hypothesis-profile full $(OR_NONE)
	$(PYTEST) $(PARALLEL) --full -m "database and not browser" --database sqlite $(OR_NONE)
	$(PYTEST) $(PARALLEL) --full -m "database and not browser" --database postgres $(OR_NONE)
	$(PYTEST) $(PARALLEL) --full -m "browser" --database sqlite $(OR_NONE)
	$(PYTEST) $(PARALLEL) --full -m "browser and database" --database postgres $(OR_NONE)

check: setup ## Style, types, rings, dependencies, licences
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry --no-ansi .
	$(BIN)/python scripts/check_licences.py

format: setup ## Put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## The speed table, against other calendars and another desk, in environments of their own
	@$(PYTHON) scripts/setup.py bench
	@$(PYTHON) scripts/setup.py peer
	.venv-bench/bin/python scripts/bench.py

mutate: setup ## Change every number, row, default and cite of each pack: a case must turn red
	$(BIN)/python -m scripts.mutate

lock: setup ## Resolve the requirements anew (LOCK_OPTIONS=--upgrade for newer versions)
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) pyproject.toml -c requirements/build.txt -o requirements/runtime.txt
	$(COMPILE) pyproject.toml --extra s3 -c requirements/runtime.txt -c requirements/build.txt \
		-o requirements/s3.txt
	$(COMPILE) pyproject.toml --extra s3 requirements/dev.in -c requirements/s3.txt -c requirements/build.txt \
		-o requirements/dev.txt
	$(COMPILE) pyproject.toml requirements/bench.in -c requirements/dev.txt -o requirements/bench.txt
	$(COMPILE) requirements/peer.in -c requirements/build.txt -o requirements/peer.txt

assets: setup ## Fetch the pinned front-end assets again (needs npm)
	$(BIN)/python scripts/vendor_assets.py

wheel: setup ## The wheel, in dist/
	@rm -rf dist build
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

wheel-test: wheel ## The wheel, run from a clean environment outside the checkout
	scripts/wheel_test.sh dist/*.whl

clean: ## Remove what was built, installed and left by tests
	rm -rf .venv .venv-bench .venv-peer .venv*.lock build dist .coverage .coverage.* htmlcov
	rm -rf .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find src tests scripts -name __pycache__ -prune -exec rm -rf {} +

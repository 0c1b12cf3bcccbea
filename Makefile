.DEFAULT_GOAL := help
PYTHON ?= python3
.PHONY: setup
setup:
	@$(PYTHON) scripts/setup.py

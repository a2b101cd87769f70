# Kontora. `make help` lists what can be asked for.

.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
FLASK := $(BIN)/flask --app app.factory

.PHONY: help setup run serve test test-long lint types layers format migrate i18n demo bench lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what running and testing need
	@scripts/setup.sh test

run: ## start with a demo company on http://127.0.0.1:8080
	@scripts/run.sh

serve: ## start in production: no demo data, strict checks first
	@scripts/serve.sh

test: ## lint, types, layers and every test, on SQLite and on PostgreSQL
	@scripts/test.sh

test-long: ## the tests that take minutes
	@scripts/setup.sh test
	@$(BIN)/python -m pytest -m long

lint: ## style of Python, templates and spelling
	@scripts/lint.sh style

types: ## mypy in strict mode
	@scripts/lint.sh types

layers: ## who may import whom
	@scripts/lint.sh layers

format: ## rewrite Python and templates in the one style
	@scripts/setup.sh test
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@$(BIN)/djlint --reformat --quiet app/templates || true

migrate: ## write a migration from the models: make migrate name="add claims"
	@test -n "$(name)" || { echo 'say what changes: make migrate name="add claims"'; exit 2; }
	@scripts/setup.sh run
	@$(FLASK) db migrate -m "$(name)"

i18n: ## collect the texts and bring the catalogues up to date
	@scripts/setup.sh run
	@scripts/i18n.sh

demo: ## build the demo company in the current database
	@scripts/setup.sh run
	@$(FLASK) kontora demo

bench: ## measure speed on both databases; size=S, M or L; results in bench/results/
	@scripts/bench.sh $(or $(size),M)

lock: ## pin every package again, with hashes; upgrade=1 takes newer ones
	@scripts/lock.sh $(if $(upgrade),--upgrade)

clean: ## remove what can be made again (the data stay)
	@rm -rf .setup .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage .coverage.*
	@find app config.py migrations tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# `make` lists what there is to do.
PYTHON ?= python3
UV := .tools/uv
RUN := .venv/bin
PROJECTS := pyproject.toml uv.lock $(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/*/pyproject.toml)

# A package imports what it has asked for itself. The servers in wheels are run, not imported.
DEPTRY := --no-ansi --ignore DEP002 --known-first-party mash --per-rule-ignores DEP003=starlette \
  --package-module-name-map openmash-common=mash

.DEFAULT_GOAL := help
.PHONY: help run demo demo-data audit bench evaluate likeness contracts frontend status stop test screens check format requirements clean

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.synced ## start the whole hub on this machine; Ctrl-C stops it
	@exec $(RUN)/openmash run

demo: .venv/.synced ## play a day at the running hub, from three concerns to the month's figures
	@$(RUN)/openmash demo

demo-data: .venv/.synced ## start the hub with a fictitious fortnight in it, so that its boards are alive
	@exec $(RUN)/openmash demo-data

bench: .venv/.synced ## measure what the hub costs, as a ratio to a bare floor
	@$(RUN)/python -m benchmarks

evaluate: .venv/.synced ## measure how well made-up narratives are read for indicators
	@$(RUN)/python -m benchmarks.evaluation $(ARGS)

likeness: .venv/.synced ## learn anew what sentences are likened with, after a change of the examples
	@$(UV) run --group likeness python -m benchmarks.likeness

audit: .venv/.synced ## check that no line of the running hub's audits was tampered with
	@$(RUN)/openmash audit

contracts: .venv/.synced ## write what is published to docs: events, AsyncAPI, OpenAPI, settings, ASVS
	@$(RUN)/mash contracts
	@PYTHONPATH=tests $(RUN)/python -m support.settings_document
	@PYTHONPATH=tests $(RUN)/python -m support.api_documents
	@PYTHONPATH=tests $(RUN)/python -m support.asvs_document

frontend: ## compile the pages' look and gather their scripts, after a change of it; needs Node.js 20
	cd libs/common/frontend && npm ci --silent && node build.mjs

status: .venv/.synced ## say which parts of the running hub are ready
	@$(RUN)/openmash status

stop: .venv/.synced ## stop the hub from another terminal
	@$(RUN)/openmash stop

test: .venv/.synced ## run all tests
	@$(RUN)/pytest -n 2 --dist worksteal $(ARGS)

screens: .venv/.synced ## take a picture of every page, for a phone and for a desk, into docs/screens; needs Chromium
	@mkdir -p docs/screens
	@OPENMASH_SCREENS=docs/screens $(RUN)/pytest tests/browser -n 2 --dist loadfile -q

check: .venv/.synced ## check form, types and the rules of the architecture
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	@for project in $(patsubst %/pyproject.toml,%,$(filter-out pyproject.toml uv.lock,$(PROJECTS))); do \
	  $(RUN)/deptry $$project/src --config $$project/pyproject.toml $(DEPTRY) \
	    --known-first-party $$(ls $$project/src) || exit 1; \
	done

format: .venv/.synced ## put the code into form
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

requirements: .venv/.synced ## list what the hub must do, and which test shows it
	@PYTHONPATH=tests $(RUN)/python -m support.requirements

clean: ## delete the local hub's data, and what was installed here
	@if [ -x $(RUN)/openmash ]; then $(RUN)/openmash clean; fi
	rm -rf .openmash .venv .tools

$(UV): deploy/local/find_uv.py
	@$(PYTHON) deploy/local/find_uv.py $(UV)

# Synced only when a lock or a project file has changed, so that a second start is quick.
.venv/.synced: $(PROJECTS) | $(UV)
	@$(UV) sync --frozen --compile-bytecode --quiet
	@touch $@

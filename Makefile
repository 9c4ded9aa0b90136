# Needs python3 (3.11 or newer) with venv and pip, and nothing else: every target makes the environment it runs in.

PYTHON ?= python3
OUT ?= out
KILLS ?= 200
FAULTS ?= 1000

# Paths are relative, so that the folder of the checkout may hold spaces.
PY := .venv/bin/python
RUN := .venv/run.stamp
DEV := .venv/dev.stamp

.PHONY: map test check bench data docs hostile kill faults clean help
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

map: $(RUN) ## map the sample article into out/
	$(PY) -m maps map seeds/*.txt -o '$(OUT)'

test: $(DEV) ## run every test, without network
	$(PY) -m pytest -n auto --dist worksteal

check: $(DEV) ## formatting, lint, types, then every test, doctest and documented command
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest -n auto --dist worksteal

bench: $(DEV) ## measure accuracy and speed
	$(PY) bench/run.py

data: $(RUN) ## build the embedded gazetteer, lexicon and basemap again (needs network, npm and apt-get)
	$(PY) -m geo.gazetteers.world.build
	$(PY) -m geo.recognizers.lexicon_build
	$(PY) -m maps.basemap_build

docs: $(DEV) ## write the output that documents show anew
	$(PY) -m tests.shown_output
	$(PY) -m tests.schemas
	$(PY) -m tests.notebook

hostile: $(DEV) ## give every hostile input to the real command
	$(PY) -m pytest -m hostile tests/hostile

kill: $(DEV) ## kill the command, workers of a batch, and who writes the cache, in the middle of their work, KILLS times
	PLACELINES_KILLS='$(KILLS)' $(PY) -m pytest -m kill -rP tests

faults: $(DEV) ## damage the cache FAULTS times, and give it and the services every fault of disk and network
	PLACELINES_FAULTS='$(FAULTS)' $(PY) -m pytest -m faults -rP tests

clean: ## remove the environment and everything made
	rm -rf .venv '$(OUT)' build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find geo maps tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/venv.stamp:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "placelines needs Python 3.11 or newer; make PYTHON=... names another")'
	$(PYTHON) -m venv --clear .venv
	@touch $@

$(RUN): pyproject.toml | .venv/venv.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check -e '.[gis,articles,corpora]'
	@touch $@

$(DEV): pyproject.toml | .venv/venv.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(RUN)

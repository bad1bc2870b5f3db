# The entry points of the project. Needs Python 3.11 or later and make, nothing else: the rest goes into .venv.
PYTHON ?= python3
CORES ?= all
PRESET ?=
READING ?=
BIN := .venv/bin
INSTALLED := .venv/.installed
CHOSEN := $(if $(PRESET)$(READING),--config $(if $(PRESET),preset=$(PRESET)) $(if $(READING),reading=$(READING)) --)
SNAKEMAKE := $(BIN)/snakemake --cores $(CORES) $(CHOSEN)
# What params.yaml names at a key, as the workflow reads it.
named = $$($(BIN)/python -c 'from pseudo_rd.parameters.plain_yaml import read_parameters as read; print(read("params.yaml")["$(1)"])')
# One at a time in this folder. The kernel releases the lock when its owner ends, however it ends.
ALONE := $(if $(shell command -v flock),flock --nonblock --conflict-exit-code 75 Makefile)
REFUSED := { status=$$?; [ $$status != 75 ] || echo 'another make is running in this folder: wait for it to finish' >&2; exit $$status; }

# This folder's code runs, in UTF-8: what a shell sets for other Pythons stays out (workflow/rules/surroundings.smk).
unexport $(filter PYTHON%,$(.VARIABLES)) SNAKEMAKE_PROFILE
export PYTHONPATH := $(CURDIR)/src
export PYTHONUTF8 := 1
# A home that cannot be written, as in a container under another user: pip and uv keep their files here.
ifeq ($(shell test -w "$${XDG_CACHE_HOME:-$$HOME}" && echo yes),)
export XDG_CACHE_HOME := $(CURDIR)/.cache
endif
ifneq ($(wildcard $(INSTALLED)),)
ifneq ($(shell $(BIN)/python -I -c 'import uv' 2>&1),)
$(error .venv was made with a Python that is not here (an upgrade, another container): rm -rf .venv, then make again)
endif
endif

# `make --jobs report` would run figures beside moving, which the lock refuses.
.NOTPARALLEL:
.PHONY: figures study experiments claims moving beyond controls track report plan test nightly lint audit bench parameters publish tell judge pull ui

figures study experiments claims moving beyond controls track site: $(INSTALLED)
	@$(ALONE) $(SNAKEMAKE) $@ || $(REFUSED)

test: $(INSTALLED)
	$(BIN)/python -m pytest --durations=15

# The tests of bad input with 10,000 cases instead of 400, different ones each time.
nightly: $(INSTALLED)
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest tests/test_bad_input.py

# Known vulnerabilities of the locked packages; asks the package index, so it needs a network.
audit: $(INSTALLED)
	$(BIN)/uvx pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check workflow
	$(BIN)/lint-imports --no-cache
	$(BIN)/pyrefly check --summary=none
	$(BIN)/uv pip check --quiet --python $(BIN)/python
	@# Two of its lints are not ours: requirements.lock is the environment, and input functions stand beside their rules.
	! $(BIN)/snakemake --lint 2>&1 | grep '^    \* ' | grep -v -e 'conda environment' -e 'Mixed rules and functions'

# Makes docs/parameters.md, docs/results/figures.md and params.schema.json again, after a change of params.yaml, of its
# schema or of workflow/figures.yaml.
parameters: $(INSTALLED)
	$(BIN)/python -m pseudo_rd.parameters.document
	$(BIN)/python -m pseudo_rd.figures.registry

# Copies what a preset found so far into docs/, for readers who run nothing.
publish: $(INSTALLED)
	$(BIN)/python -m pseudo_rd.commands.publish $(PRESET)

# Verdicts, findings and README's first screen again from published evidence, after a change of criteria or of wording.
tell: $(INSTALLED)
	$(BIN)/python -m pseudo_rd.commands.tell

# The claims again from published evidence, by the criteria of params.yaml as they are now: make judge FROM=docs/results/...
judge: $(INSTALLED)
	@$(BIN)/python -m pseudo_rd.commands.judge "$(FROM)"

bench: $(INSTALLED)
	$(BIN)/python benchmarks/bench.py

# One self-contained page of claims, figures, films and provenance; what it shows is made first.
report: figures study moving
	$(BIN)/snakemake --report results/$(or $(PRESET),$(call named,preset))/$(or $(READING),$(call named,reading))/report.html $(CHOSEN) figures study moving

.PHONY: site published-site screenshots

# The companion from what is published in docs/results/ alone, for a static host.
published-site: $(INSTALLED)
	$(BIN)/python -m pseudo_rd.site.build docs/results docs/site $(PRESET)

# The companion's pictures in README; needs Chromium.
screenshots: site
	$(BIN)/python tests/screenshots.py results/$(or $(PRESET),$(call named,preset))/site docs

# What a preset's experiments would cost; without PRESET the paper's.
plan: $(INSTALLED)
	$(BIN)/python -m pseudo_rd.commands.plan $(PRESET)

# The tracking store that MLFLOW_TRACKING_URI names, else the file that `make track` writes; only for this machine.
ui: $(INSTALLED)
	MLFLOW_DISABLE_TELEMETRY=true $(BIN)/mlflow ui --host 127.0.0.1 --backend-store-uri $${MLFLOW_TRACKING_URI:-sqlite:///mlflow.db}

# Results of the preset and reading that params.yaml names. Everything is fetched before a file is touched (`dvc pull`
# removes first). Files come in any order of time, which Snakemake would take for changes: hence --touch, of all, so that it
# notes by which code each counts as made.
pull: $(INSTALLED)
	@$(ALONE) $(BIN)/python -m pseudo_rd.commands.pull || $(REFUSED)
	@$(ALONE) $(BIN)/snakemake --cores $(CORES) --touch --forceall figures study experiments metrics moving beyond || $(REFUSED)

# Exact versions, checked against their hashes; compiled once, since every job of the workflow starts a Python.
$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.11" if not (3, 11) <= sys.version_info < (3, 14) else 0)'
	$(PYTHON) -m venv .venv
	sed -n '/^uv==/,/^    # via/p' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.txt
	@# Relocatable, and the package by a path from there: a folder that is copied or moved keeps its environment.
	$(BIN)/uv venv --quiet --relocatable --allow-existing --python $(BIN)/python .venv
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	for link in .venv/lib/python*/site-packages/*pseudo_rd.pth; do echo ../../../../src > "$$link"; done
	touch $@

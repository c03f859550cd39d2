# Everything lives in .venv here; nothing is installed anywhere else.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo test check bench faults clean

setup: .venv/.complete

# Again only when what is installed changes.
.venv/.complete: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@# The build of torch that the index has for this system: PyPI's is with CUDA on Linux, for the CPU on Windows.
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt "torch==2.13.0"
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[ui,dev,bench]"
	touch $@

# About four minutes on two cores, after the set-up: trains on twelve built-in sounds, writes demo-out/index.html.
demo: setup
	$(BIN)/distill demo demo-out

# In three processes, as much of it is waiting; one of them edits in a browser for five minutes while the others go through the rest.
# Programs that tests start (a hundred) read what was compiled once, also where it is usually not kept.
test: export PYTHONDONTWRITEBYTECODE =
test: setup
	$(BIN)/python -m pytest -q -n 3 --dist worksteal --durations 15

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Hours: trains on every collection named. make bench COLLECTIONS="folder folder"
COLLECTIONS ?= $(wildcard ../shared/audio/*-*)
bench: setup
	$(BIN)/python -m bench.quality $(COLLECTIONS)
	$(BIN)/python -m bench.speed
	$(BIN)/python -m bench.memory
	$(BIN)/python -m bench.steps $(firstword $(COLLECTIONS))
	$(BIN)/python -m bench.pictures
	$(BIN)/python -m bench.report

# Kills writers, fills the disk, damages files, and counts what is lost (nothing may be): two minutes. Then half an hour of
# editing in a browser, with a model of the library (make demo leaves one there), in which memory may not grow.
EDITING_MINUTES ?= 30
faults: setup
	$(BIN)/python -m bench.faults
	$(BIN)/python -m bench.editing --minutes $(EDITING_MINUTES)

clean:
	rm -rf .venv demo-out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Each target sets up what it needs: a virtual environment beside this file, filled from the pinned requirements.
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/run.stamp
DEVELOP := .venv/develop.stamp
COMPARE := .tools/compare
TOPICS := .tools/topics

.PHONY: help site serve test validate compare torture bench lock refresh clean

help:
	@echo "make site      build the sample edition into _site"
	@echo "make serve     build it and show it on http://127.0.0.1:8000/"
	@echo "make test      run the tests"
	@echo "make validate  run the heavy outside checkers over the built site"
	@echo "make compare   measure how the text of unknown pages is found, beside well-known libraries; topics beside models"
	@echo "make torture   run the long property tests and the fuzzing"
	@echo "make bench     measure search, annotation, forms of a briefing, verifying, the ledger, builds beside others and in parts, the preview (docs/performance.md)"
	@echo "make lock      pin the dependencies anew"
	@echo "make refresh   write the tests' expected files anew"
	@echo "make clean     remove what the targets above made"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rostrum needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

$(RUN): requirements/run.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(DEVELOP): requirements/develop.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/develop.txt
	@touch $@ $(RUN)

site: $(RUN)
	$(BIN)/python build.py

serve: $(RUN)
	$(BIN)/python build.py serve

test: $(DEVELOP)
	@sh tests/install_browsers.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist worksteal

validate: $(DEVELOP)
	$(BIN)/python tests/validate.py

$(COMPARE)/compare.stamp: requirements/compare.txt
	$(PYTHON) -m venv $(COMPARE)
	$(COMPARE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/compare.txt
	@touch $@

$(TOPICS)/topics.stamp: requirements/topics.txt
	$(PYTHON) -m venv $(TOPICS)
	$(TOPICS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/topics.txt
	@touch $@

compare: $(COMPARE)/compare.stamp $(TOPICS)/topics.stamp
	$(COMPARE)/bin/python tests/compare_main_content.py
	$(TOPICS)/bin/python tests/compare_topics.py

torture: $(DEVELOP)
	$(BIN)/python -m pytest -n auto -m torture tests/torture

bench: $(DEVELOP)
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.exports
	$(BIN)/python -m benchmarks.verifying
	$(BIN)/python -m benchmarks.annotation
	$(BIN)/python -m benchmarks.permalinks
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.scale 200
	$(BIN)/python -m benchmarks.parts 200 2
	$(BIN)/python -m benchmarks.preview 200

lock: $(DEVELOP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	cd requirements && for name in run develop compare topics peers; do CUSTOM_COMPILE_COMMAND="make lock" ../$(BIN)/pip-compile --quiet \
	  --allow-unsafe --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --no-emit-options --output-file $$name.txt $$name.in || exit 1; done
	cd benchmarks/peers/eleventy && npm install --package-lock-only --ignore-scripts --no-audit --no-fund

refresh: $(DEVELOP)
	$(BIN)/python -m pytest --refresh

clean:
	rm -rf .venv _site .tools .hypothesis .pytest_cache .mypy_cache .ruff_cache

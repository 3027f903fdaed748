# essentia_ldl: `make demo` shows what it does, `make test` checks that it does it.
PYTHON ?= $(firstword $(foreach v,3.12 3.11 3.10 3.13,$(shell python$(v) -c 'import sys, ensurepip; print(sys.executable)' 2>/dev/null)) python3)
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
JAVASCRIPT := docs/examples/javascript
# tinysoundfont requires PyAudio, which needs system headers and only plays sound: leave it out.
TINYSOUNDFONT := tinysoundfont==0.3.7
# mirdata requires the SDKs of three cloud providers, which only data in their clouds needs.
MIRDATA := mirdata==1.0.0
MIRDATA_NEEDS := chardet Deprecated librosa smart_open tqdm

.PHONY: help demo test lint train benchmark javascript clean
.DEFAULT_GOAL := help

help: ## show this list
	@echo 'essentia_ldl: a folder of labelled music becomes a classifier that Essentia runs'
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 18

$(VENV)/installed: setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 10) <= v <= (3, 13) else "Python 3.10 to 3.13 is needed, not %d.%d: make PYTHON=python3.11 ..." % v)'
	@echo 'Creating $(VENV) and installing (about two minutes, mostly TensorFlow) ...'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25,<27'
	$(BIN)/python -m pip install -c constraints.txt -e '.[onnxruntime,demo,benchmark,audit-comparison,test]'
	$(BIN)/python -m pip install --quiet --no-deps $(TINYSOUNDFONT) || \
		echo 'no synthesizer: make demo needs Python 3.10 to 3.12, or a C++ compiler; all else works'
	$(BIN)/python -m pip install --quiet -c constraints.txt $(MIRDATA_NEEDS)
	$(BIN)/python -m pip install --quiet --no-deps $(MIRDATA)
	@touch $@

demo: $(VENV)/installed ## set everything up, make music, train on it, classify a fresh clip
	$(BIN)/python -m tools.demo -o demo

test: $(VENV)/installed ## set everything up; ruff, mypy, import-linter and the test suite
	$(MAKE) lint
	$(BIN)/python -m pytest

lint: $(VENV)/installed ## ruff, mypy --strict and import-linter alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg

train: $(VENV)/installed ## train on your music: make train COLLECTION=path [OUT=out]
	@test -n '$(COLLECTION)' || { echo 'which music? make train COLLECTION=path/to/folder' >&2; exit 2; }
	$(BIN)/essentia-ldl backbones build msd-musicnn
	$(BIN)/essentia-ldl train '$(COLLECTION)' -o '$(OUT)'

benchmark: $(VENV)/installed ## measure speed against metric-learn, Essentia and Keras (half an hour)
	$(BIN)/essentia-ldl backbones build msd-musicnn
	$(BIN)/python tools/benchmark.py all --json '$(OUT)/benchmark.json' --plot '$(OUT)/benchmark.png'

javascript: $(JAVASCRIPT)/node_modules/.package-lock.json ## install what the examples for Node need (npm)

$(JAVASCRIPT)/node_modules/.package-lock.json: $(JAVASCRIPT)/package.json $(JAVASCRIPT)/package-lock.json
	npm ci --prefix $(JAVASCRIPT) --no-audit --no-fund

clean: ## remove .venv, node_modules and what the demo made
	rm -rf $(VENV) demo $(JAVASCRIPT)/node_modules

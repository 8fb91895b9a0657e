# Everything happens inside .venv, filled from requirements/ by uv.

# Used where no uv is on the path.
UV_VERSION := 0.13.9
# The Pythons for which every pinned wheel exists.
PYTHONS := >=3.11,<3.13
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/june
UV := $(or $(shell uv --version >/dev/null 2>&1 && command -v uv),$(CACHE)/uv/bin/uv)
CODE := june_runtime june_stt june_tts june_orchestrator june_cli tests tools $(wildcard bench)

export PATH := $(CURDIR)/.venv/bin:$(PATH)
MAKEFLAGS += --no-print-directory

.PHONY: help
help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: setup demo
setup: .venv/.demo ## Fill .venv with what `june up` and `june talk` need; no torch.
	@python -m tools.flite || $(MAKE) .venv/.espeak

demo: setup ## Ask June a question, or WAV=file of yours, and hear the answer.
	@python -m tools.demo $(WAV)

# Two at a time, on any machine: many tests run at the speed of speech.
WORKERS := -n 2 --dist loadfile

.PHONY: test check style types imports protos tools
test: .venv/.test tools style types imports protos ## Check everything, with every extra.
	@python -m tools.flite || true
	python -m pytest -q $(WORKERS) --cov --cov-report= $(PYTEST)

check: .venv/.check style types-but-torch imports ## The quick loop: no models, no outside tools.
	python -m pytest -q $(WORKERS) -m "not slow" $(PYTEST)

style:
	ruff format --check .
	ruff check .

types:
	mypy $(CODE)

# Without torch and faster-whisper what builds on them cannot be judged.
TORCH := june_tts/engines/chatterbox|june_stt/engines/whisper|tools/tiny_whisper|bench/|tests/(engines|tools)/
types-but-torch:
	mypy --follow-imports=silent --exclude '$(TORCH)' $(filter-out bench,$(CODE))

imports:
	lint-imports

protos:
	python -m tools.protos

tools: .venv/.test
	@python -m tools.outside

.PHONY: bench bench-splitters gen docs lock clean
bench: .venv/.demo ## Measure the mesh with scripted engines.
	python -m bench

bench-splitters: | $(UV) ## Measure the sentence splitter beside those of others.
	$(UV) venv --quiet --allow-existing --python '$(PYTHONS)' .venv-bench
	-$(UV) pip install --quiet --python .venv-bench/bin/python --group bench
	.venv-bench/bin/python -m bench.splitters

gen: .venv/.check ## Make the stubs in gen/ anew.
	buf format -w proto
	buf generate
	@python -m tools.envoy

docs: .venv/.check ## Write what docs/ repeats of the code anew.
	python -m tools.pages

# One resolution for all, so that the files agree about every version.
PIN = $(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
	pyproject.toml
lock: $(UV) ## Pin the requirements anew; UPGRADE=--upgrade takes newer ones.
	$(PIN) $(UPGRADE) --all-extras --group check --group test -o requirements/test.txt
	$(PIN) -c requirements/test.txt --extra gemini --extra openai --extra redis --extra mcp \
		--extra elevenlabs --extra models --group check \
		-o requirements/check.txt
	$(PIN) -c requirements/test.txt --extra stt --extra chart -o requirements/demo.txt
	$(PIN) -c requirements/test.txt --extra espeak -o requirements/espeak.txt

clean: ## Remove .venv and everything that was made here.
	rm -rf .venv .venv-bench build dist demo .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The tests start some hundred processes, and not every machine keeps what Python compiles.
.venv/.test: BYTECODE := --compile-bytecode

# A stamp for each set of requirements; a set may be added to another.
.venv/.%: requirements/%.txt pyproject.toml | .venv/bin/python
	$(UV) pip install --quiet $(BYTECODE) --python .venv/bin/python -r $<
	$(UV) pip install --quiet --python .venv/bin/python --no-deps --editable .
	@touch $@

.venv/bin/python: | $(UV)
	$(UV) venv --quiet --allow-existing --python '$(PYTHONS)' .venv

$(CACHE)/uv/bin/uv:
	@python3 -m pip --version >/dev/null || { echo "june: needs uv, or pip to fetch it"; exit 1; }
	python3 -m pip install --quiet --root-user-action ignore --target $(CACHE)/uv uv==$(UV_VERSION)

# Every task of the project. `make help` lists them; none needs anything set up by hand.

.DEFAULT_GOAL := help
.PHONY: help serve test check format bench crash soak lock clean
.SUFFIXES:
# What lies about on somebody's path is neither counted as installed nor imported.
unexport PYTHONPATH
# Packages are installed without bytecode (below): each start would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
CODE := $(wildcard src tests bench)
# A distribution of its own, with settings of its own for the same tools.
SDK := sdks/python
# Of pip one hears only errors; `make QUIET= serve` shows all it says.
QUIET ?= -qq
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input $(QUIET)
# Bytecode is left to the first import: compiling everything would double the time to install.
INSTALL := $(PIP) install --no-compile --no-build-isolation

# Stamps carry the folder's name: a copied checkout makes its own environment instead of running
# the code of the folder it was copied from.
STAMPS := $(VENV)/.stamps/$(shell pwd | cksum | cut -d ' ' -f 1)

# More arguments for pytest: make test ARGS="-k sessions"
ARGS ?=
# Processes for the tests. A file's tests stay in one process, so what it starts is started once.
WORKERS ?= -n auto --maxprocesses 4 --dist loadfile

JS := tests/clients/js
TS := sdks/typescript

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(STAMPS)/runtime ## Install what the server needs, then run one with demo data (home: .gatepass)
	@echo "== starting the server (stop it with Ctrl-C)"
	@exec $(BIN)/gatepass demo

test: $(STAMPS)/dev $(STAMPS)/js $(STAMPS)/ts ## Run every test whose tools are present; name the ones left out
	@$(BIN)/python -m pytest $(WORKERS) $(ARGS)

check: $(STAMPS)/dev $(STAMPS)/ts ## Lint, format check, types, import contracts
	@failed=; run() { echo "== $$*"; $(BIN)/"$$@" || failed=1; }; \
	run ruff check --output-format concise $(CODE) $(SDK); \
	run ruff format --check --output-format concise $(CODE) $(SDK); \
	run mypy $(CODE); \
	run mypy --config-file $(SDK)/pyproject.toml $(SDK); \
	run lint-imports --no-logo; \
	if [ -f $(STAMPS)/ts ]; then echo "== npm run check ($(TS))"; \
		npm run --prefix $(TS) --silent check || failed=1; \
	else echo "== left out: $(TS), npm is not on this machine"; fi; \
	test -z "$$failed"

format: $(STAMPS)/dev $(STAMPS)/ts ## Format the code and apply the linter's safe fixes
	@$(BIN)/ruff check --fix-only $(CODE) $(SDK)
	@$(BIN)/ruff format $(CODE) $(SDK)
	@if [ -f $(STAMPS)/ts ]; then cd $(TS) && node_modules/.bin/biome check --write; fi

bench: $(STAMPS)/dev ## Measure the server
	@$(BIN)/python -m bench $(ARGS)

crash: $(STAMPS)/dev ## Kill the server 100 times under load and compare (ARGS="--rounds 20 --seed 7")
	@$(BIN)/python -m tests.crash $(ARGS)

soak: $(STAMPS)/dev ## Load one server with everything for 10 minutes and watch it (ARGS="--minutes 1440")
	@$(BIN)/python -m tests.soak $(ARGS)

lock: $(STAMPS)/venv ## Pin the newest versions that pyproject.toml allows, in locks/
	@$(PIP) install 'uv>=0.13,<0.14'
	@mkdir -p locks
	@# The runtime's pins are taken from the larger set, so that the two never differ.
	@$(BIN)/uv pip compile -q --universal --upgrade --generate-hashes --no-header --no-annotate \
		--group build --group dev -o locks/dev.txt pyproject.toml
	@$(BIN)/uv pip compile -q --universal --upgrade --generate-hashes --no-header --no-annotate \
		--group build -c locks/dev.txt -o locks/runtime.txt pyproject.toml
	@echo "locks/runtime.txt: $$(grep -c == locks/runtime.txt) pins; locks/dev.txt: $$(grep -c == locks/dev.txt)"

clean: ## Remove what the other targets installed or cached (a server's home stays)
	rm -rf $(VENV) $(JS)/node_modules $(TS)/node_modules $(TS)/dist build dist \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find $(CODE) $(SDK) -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMPS)/venv:
	@python=; for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
			>/dev/null 2>&1; then python=$$candidate; break; fi; done; \
	if [ -z "$$python" ]; then \
		echo "gatepass needs Python 3.11 or newer with venv (Debian: python3-venv);" \
			"another one can be named: make PYTHON=/path/to/python3" >&2; exit 1; fi; \
	echo "== making $(VENV) with $$($$python --version)"; \
	$$python -m venv --clear $(VENV)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/runtime: locks/runtime.txt pyproject.toml | $(STAMPS)/venv
	@echo "== installing what the server needs ($$(grep -c == locks/runtime.txt) pinned packages)"
	@$(INSTALL) --require-hashes -r locks/runtime.txt
	@echo "== installing gatepass itself, as a link to src/"
	@$(INSTALL) --no-deps -e .
	@touch $@

$(STAMPS)/dev: locks/dev.txt $(STAMPS)/runtime
	@echo "== installing the tools for tests and checks"
	@$(INSTALL) --require-hashes -r locks/dev.txt
	@touch $@

# Node.js is optional: without it the tests that need it say so themselves.
$(STAMPS)/js: $(wildcard $(JS)/package.json $(JS)/package-lock.json) | $(STAMPS)/venv
	@if [ -f $(JS)/package-lock.json ] && command -v npm >/dev/null; then \
		echo "== installing the JavaScript clients for the tests"; \
		npm ci --prefix $(JS) --no-fund --no-audit --loglevel=error && touch $@; fi

$(STAMPS)/ts: $(TS)/package.json $(TS)/package-lock.json | $(STAMPS)/venv
	@if command -v npm >/dev/null; then \
		echo "== installing what makes and checks the TypeScript client"; \
		npm ci --prefix $(TS) --no-fund --no-audit --loglevel=error && touch $@; fi

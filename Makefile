# 守望 Shouwang. `make` alone lists what there is. Needs Python >= 3.11 and make; everything else is set up in .venv.

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3 python 2>/dev/null))
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.ready-to-run
DEV_STAMP := $(VENV)/.ready-to-develop
PIP := $(BIN)/python -m pip --disable-pip-version-check install --no-input
ARGS ?=
ONLY ?=

export PYTHONUNBUFFERED := 1
# Some machines forbid it; then every process compiles all libraries anew, two seconds each.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
# Three test processes on two cores: each brings its own servers, and one of them often waits for a clock.
JOBS ?= 3

.DELETE_ON_ERROR:
.PHONY: help run test check lint types contracts migrations scripts-lint locks-fresh bench verify demo-data lock clean

help: ## this list
	@printf '守望 Shouwang\n\n'
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(RUN_STAMP) ## start everything on this machine (Ctrl-C stops it; data stays in ./data)
	@exec $(BIN)/shouwang up

test: $(DEV_STAMP) ## the tests, with whatever services this machine has (ARGS="-k sos" narrows them)
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: lint types contracts migrations scripts-lint locks-fresh ## everything a reviewer would ask of the text itself

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_STAMP)
	$(BIN)/mypy

contracts: $(DEV_STAMP)
	$(BIN)/lint-imports

migrations: $(DEV_STAMP)
	@mkdir -p build
	$(BIN)/python scripts/migration_sql.py > build/migrations.sql 2> build/migrations.log || { cat build/migrations.log; exit 1; }
	$(BIN)/squawk build/migrations.sql

scripts-lint:
	@if command -v shellcheck >/dev/null; then shellcheck .ci/run docker/*.sh docker/*/*.sh; \
	else echo 'shellcheck is not installed: shell scripts not checked'; fi

locks-fresh: $(DEV_STAMP)
	$(BIN)/python scripts/locks.py check

bench: $(DEV_STAMP) ## measure; prints a table and writes build/bench.json (ONLY=prefix runs a part)
	@mkdir -p build
	$(BIN)/python -m tests.bench $(if $(ONLY),--only $(ONLY))

verify: $(RUN_STAMP) ## re-check the records of ./data: the audit chain, the places of appointments, the time bank
	$(BIN)/shouwang verify-audit
	$(BIN)/shouwang verify-bookings
	$(BIN)/shouwang verify-ledger

demo-data: $(RUN_STAMP) ## create the database and the demo data without starting anything
	$(BIN)/shouwang init-db
	$(BIN)/shouwang seed-demo

lock: $(DEV_STAMP) ## solve the dependencies again
	$(BIN)/python scripts/locks.py refresh

clean: ## remove what was built (./data and .venv stay)
	rm -rf build .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache *.egg-info
	find backend iot scheduler miniprogram_api tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo '找不到 Python (no Python found)：请安装 Python 3.11 或更新版本，或设置 PYTHON=路径'; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "需要 Python 3.11 或更新版本 (Python >= 3.11 needed)，现在是 $$('$(PYTHON)' --version 2>&1)；可设置 PYTHON=路径"; exit 1; }
	@echo '准备 Python 环境 (creating $(VENV)) …'
	@'$(PYTHON)' -m venv $(VENV) || { rm -rf $(VENV); echo '请先安装 python3-venv (apt install python3-venv)'; exit 1; }

# The project itself is installed in place and without building in isolation: its build tool is in the lock.
$(RUN_STAMP): requirements.lock pyproject.toml | $(BIN)/python
	@echo '安装依赖，第一次需要几分钟 (installing, a few minutes the first time) …'
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

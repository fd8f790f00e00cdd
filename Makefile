# `make run` needs Python 3.11 or newer and nothing else; `make test` fetches the rest.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
BIN := .venv/bin
FILES := $(or $(ARGMAP_VAR),var)/static/staticfiles.json
LINTS := lint-python lint-types lint-templates lint-floors lint-migrations lint-production

.PHONY: run test coverage bench lint $(LINTS) format lock
.DELETE_ON_ERROR:

run: .venv/ready $(FILES)
	@$(BIN)/python manage.py migrate --verbosity 0
	@ARGMAP_ADDRESS=http://127.0.0.1:$(PORT) $(BIN)/python manage.py seed
	@exec $(BIN)/python manage.py serve --port $(PORT)

# make test ARGS="-k dispute"
test: .venv/ready-dev
	@$(BIN)/python .ci/test.py $(ARGS)

# Which lines of the product no test runs on SQLite outside of the browser. Not in `make test`: to
# follow lines takes two thirds of the tests' own time, and Playwright's greenlets twice that.
coverage: .venv/ready-dev
	@$(BIN)/python -m pytest -n auto -m "not browser" --cov --cov-report=term:skip-covered $(ARGS)

# The budgets of the workspace, on SQLite and on PostgreSQL.
bench: .venv/ready-dev
	@$(BIN)/python .ci/bench.py

lint: $(LINTS)
$(LINTS): .venv/ready-dev

lint-python:
	$(BIN)/ruff check
	$(BIN)/ruff format --check

# Settings are read for the models; the database is not.
lint-types:
	DATABASE_URL=sqlite://:memory: $(BIN)/mypy

lint-templates:
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 --check {} +

lint-floors:
	$(BIN)/lint-imports

lint-migrations:
	DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run

lint-production:
	ARGMAP_PRODUCTION=1 ARGMAP_HOSTS=argmap.example ARGMAP_ORIGINS=https://argmap.example \
		ARGMAP_SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

format: .venv/ready-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

# requirements.in names the packages, requirements.txt every package and file that is installed.
# make lock ARGS="--upgrade-package Django"
lock: .venv/ready-dev
	$(BIN)/python .ci/lock.py $(ARGS)

# Files of pages, compressed and under names that change with their content.
$(FILES): .venv/ready argmap/web/http/static.py $(shell find static -type f)
	@rm -rf $(@D)
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0

.venv/ready: requirements.txt .venv/pyvenv.cfg
	@echo "Installing $< into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	@echo "Installing $< into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Argmap needs Python 3.11 or newer. Name one: make PYTHON=python3.11")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment. On Debian: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv

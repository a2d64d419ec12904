# Owns the commands of everyday work: run, demo, test, check, format, translations, lock, clean.

VENV := .venv
BIN := $(VENV)/bin
SOURCES := kyc workers storage tests benchmarks migrations
# The first Python that is new enough; `make PYTHON=/path/to/python` overrules it.
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $(name))))

.PHONY: run demo test check format translations lock clean install install-dev browser radosgw
.NOTPARALLEL:

run: install
	@exec $(BIN)/kyc up

demo: install
	@KYC_DATA_DIR=$${KYC_DATA_DIR:-var/demo} exec $(BIN)/kyc up --demo

test: install-dev browser radosgw
	@exec $(BIN)/pytest -n 2 --dist loadgroup

check: install-dev
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet templates

format: install-dev
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)
	-$(BIN)/djlint --reformat --quiet templates

# Brings the catalogues up to the sentences in code and templates; then fill in what is empty.
translations: install-dev
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k _n:1,2 --add-location=file \
		--ignore-dirs "var tests benchmarks build dist .* _*" --project kyc -o build/messages.pot .
	$(BIN)/pybabel -q update -i build/messages.pot -d kyc/translations -w 100 \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d kyc/translations

# --- the virtual environment -------------------------------------------------

# Installs when the named lock or the project file changed since it was last installed.
define install_lock
	@sum=$$(cat $(1) requirements-build.lock pyproject.toml | sha256sum); \
	if [ "$$(cat $(VENV)/$(2).sum 2>/dev/null)" != "$$sum" ]; then \
		echo "Installing $(1) into $(VENV)"; \
		pip="$(BIN)/python -m pip --disable-pip-version-check install --quiet"; \
		$$pip --require-hashes -r $(1) && \
		$$pip --require-hashes -r requirements-build.lock && \
		$$pip --no-deps --no-build-isolation -e . && \
		echo "$$sum" > $(VENV)/$(2).sum; \
	fi
endef

install: $(BIN)/python
	$(call install_lock,requirements.lock,run)

install-dev: $(BIN)/python
	$(call install_lock,requirements-dev.lock,dev)

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "kyc needs Python 3.11 or newer. On Debian or Ubuntu: apt install python3 python3-venv" >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; fi
	@$(PYTHON) -m venv $(VENV)

# A browser for the tests: one that is there, Debian's package, or Playwright's own.
browser: install-dev
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$name >/dev/null; then exit 0; fi; done; \
	if [ -d $(VENV)/browsers ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; else as_root="sudo -n"; fi; \
	if command -v apt-get >/dev/null && $$as_root true 2>/dev/null && $$as_root apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq chromium >/dev/null \
		&& command -v chromium >/dev/null; then exit 0; fi; \
	PLAYWRIGHT_BROWSERS_PATH=$(CURDIR)/$(VENV)/browsers $(BIN)/playwright install chromium

# A second S3 server for the tests, where there is apt and the right to use it.
radosgw:
	@if command -v radosgw ceph-mon ceph-osd >/dev/null || ! command -v apt-get >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; else as_root="sudo -n"; fi; \
	if ! $$as_root true 2>/dev/null; then echo "radosgw is not installed: apt-get needs root" >&2; exit 0; fi; \
	$$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq \
		--no-install-recommends radosgw ceph-mon ceph-osd ceph-common >/dev/null

# --- lock files ----------------------------------------------------------------

COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11
UV = .tools/uv/bin/uv

lock: $(UV)
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -o requirements-dev.lock
	printf 'hatchling\neditables\n' | $(COMPILE) -c requirements-dev.lock - -o requirements-build.lock

$(UV):
	$(PYTHON) -m venv .tools/uv
	.tools/uv/bin/pip --disable-pip-version-check install --quiet uv

# Keeps var/: it may hold real cases.
clean:
	rm -rf $(VENV) .tools build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

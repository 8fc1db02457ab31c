# Two commands for users: `make serve` and `make test`. Each does all the set-up it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# the matrices are small: threads of the linear algebra would only wait for each other
export OPENBLAS_NUM_THREADS := 1
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: serve test test-slow lint format types bench bench-errors bench-networks bench-simulation bench-studies bench-spreadsheets \
	promise golden \
	atlas questions validation wheel lock office browser clean

serve: $(VENV)/.runtime
	@$(BIN)/hubcalc serve

PYTEST := $(BIN)/pytest -n auto --dist worksteal
test: $(VENV)/.dev office browser
	$(PYTEST) -m "not slow"

test-slow: $(VENV)/.dev office browser # simulations, every fixture, crashes and clusters; both together are the whole suite
	$(PYTEST) -m slow

# The spreadsheet program in which tests open what hubcalc writes. Where it cannot be installed: HUBCALC_WITHOUT_OFFICE=1
OFFICE := libreoffice-calc python3-uno poppler-utils
office:
	@test -n "$$HUBCALC_WITHOUT_OFFICE" || { command -v soffice && command -v pdftoppm && /usr/bin/python3 -c "import uno"; } > /dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -qq -y --no-install-recommends $(OFFICE) > /dev/null; }

# The browser in which tests open its pages, with the driver that steers it. Without: HUBCALC_WITHOUT_BROWSER=1
BROWSER := chromium chromium-driver
browser:
	@test -n "$$HUBCALC_WITHOUT_BROWSER" || { command -v chromium && command -v chromedriver; } > /dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -qq -y --no-install-recommends $(BROWSER) > /dev/null; }

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev
	$(BIN)/mypy

bench: $(VENV)/.dev # makes an environment for the peers beside ours
	$(BIN)/python benchmarks/speed.py

bench-simulation: $(VENV)/.dev # the simulator's speed beside its peers, and its answers beside an independent simulation
	$(BIN)/python benchmarks/simulators.py
	$(BIN)/python benchmarks/check_simulator.py

bench-networks: $(VENV)/.dev # flows and equilibria of large networks: how time grows, and beside peers
	$(BIN)/python benchmarks/networks.py
	$(BIN)/python benchmarks/equilibrium.py

bench-studies: $(VENV)/.dev # sweeps, Monte Carlo, jobs and a Dask cluster: speed and memory, and beside peers
	$(BIN)/python benchmarks/studies.py

bench-spreadsheets: $(VENV)/.dev office # sheets in a real LibreOffice: requests and time; the pictures of docs/spreadsheets.md
	$(BIN)/python benchmarks/spreadsheets.py
	$(BIN)/python benchmarks/sheet_pictures.py

promise: $(VENV)/.dev # long, and goes on where it was cut off: are the verdicts of random hubs true?
	$(BIN)/python benchmarks/promise.py

golden: $(VENV)/.dev # the pages of docs/ that show our numbers beside published and exact ones
	$(BIN)/python benchmarks/berth_tables.py
	$(BIN)/python benchmarks/golden_errors.py
	$(BIN)/python benchmarks/formula_catalogue.py

atlas: $(VENV)/.dev # the pages of docs/atlas/: every document with its results and its evidence; their notes are kept
	$(BIN)/python benchmarks/atlas.py

questions: $(VENV)/.dev # the pages of docs/questions/: what consultants ask, answered; their section "Reading" is kept
	$(BIN)/python benchmarks/questions.py

validation: $(VENV)/.dev # what was observed beside what the model answers
	$(BIN)/python benchmarks/validation.py

bench-errors: $(VENV)/.dev # long: the errors of the approximations against simulation
	$(BIN)/python benchmarks/front_error.py
	$(BIN)/python benchmarks/hub_error.py --jobs 2
	$(BIN)/python benchmarks/hub_error.py --jobs 2 --method fast
	$(BIN)/python benchmarks/law_error.py
	$(BIN)/python benchmarks/phase_type_law_error.py
	$(BIN)/python benchmarks/two_moment_error.py
	$(BIN)/python benchmarks/near_constant_error.py
	$(BIN)/python benchmarks/network_error.py
	$(BIN)/python benchmarks/time_of_day_error.py

wheel: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

$(VENV)/.python:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.runtime: $(VENV)/.python requirements/runtime.txt requirements/build.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/hubcalc warm
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(PIP) install --require-hashes -r requirements/dev.txt
	touch $@

# Needs uv. The files name exact versions and hashes, and no address of an index; all three agree.
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	--no-annotate --quiet
lock:
	$(COMPILE) pyproject.toml --group dev --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --extra charts --constraint requirements/dev.txt --output-file requirements/runtime.txt
	$(COMPILE) --group build --constraint requirements/dev.txt --output-file requirements/build.txt

clean:
	rm -rf $(VENV) .venv-peers dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

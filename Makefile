# `make run` and `make test` are all that a newcomer needs; both are safe to repeat.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
DEMO := demonstration
YEAR ?= 2025

.PHONY: run test azurite gcs setup spark test-spark test-spark-cluster postgres test-postgres sharing snowflake test-snowflake check lint format generate hooks bench bench-quick bench-check coverage clean lock

run: setup
	test -f $(DEMO)/landing/_received.csv || $(VENV)/bin/plumbline demo --landing $(DEMO)/landing --year $(YEAR)
	PLUMBLINE_HOME=$(CURDIR)/$(DEMO) $(VENV)/bin/plumbline run --year $(YEAR)

# Each worker takes whole files, those that take longest first (tests/longest.py).
WORKERS := -n 2 --dist loadfile --no-loadscope-reorder

# The engines' tests that are asked for beside `test` share its session, because each of them alone
# leaves a processor without work most of the time: make test test-postgres.
ENGINES := spark postgres snowflake
SHARED := $(if $(filter test,$(MAKECMDGOALS)),$(filter $(ENGINES:%=test-%) test-spark-cluster,$(MAKECMDGOALS)))
BESIDE := $(sort $(patsubst test-%,%,$(SHARED:%-cluster=%)))
# The demonstration runs by Spark's command once: on the cluster where that is tested too.
TWICE := $(if $(filter test-spark-cluster,$(SHARED)),--ignore tests/spark/test_local.py)
NOT_LOOKED_INTO := *.egg .* build dist node_modules venv $(patsubst %,tests/%,$(filter-out $(BESIDE),$(ENGINES)))

test: setup $(BESIDE)
	$(VENV)/bin/python -m pytest $(WORKERS) $(if $(SHARED),-o norecursedirs="$(NOT_LOOKED_INTO)") $(TWICE)

# Azure's storage on this machine, for the tests of az://; without it they say so and are left out.
azurite:
	npm install --prefix build/azurite --no-fund --no-audit --ignore-scripts azurite@3.37.0

# Google's storage, as far as landing zones at gs:// read it; without it the tests say so.
gcs: setup
	$(VENV)/bin/python -m pip install --quiet --require-hashes --no-deps --upgrade \
	  --target build/gcs -r requirements-gcs.lock

setup: $(STAMP)

# pip compiles to byte code while it installs; without that every process pays seconds.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Plumbline needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(STAMP)

# The second engine (docs/spark.md): an environment of its own, because it is larger than the rest.
spark: setup .venv-spark/.installed
	@command -v java >/dev/null || test -x "$$JAVA_HOME/bin/java" || \
	  { echo "Spark needs Java 17 and there is none: install openjdk-17-jre-headless" >&2; exit 1; }

test-spark: spark
	$(if $(SHARED),@echo "$@: in the session of make test",$(VENV)/bin/python -m pytest tests/spark --ignore tests/spark/test_cluster.py)

# A master, two workers and a Connect server on this machine, one worker killed on the way.
test-spark-cluster: spark
	$(if $(SHARED),@echo "$@: in the session of make test",$(VENV)/bin/python -m pytest tests/spark/test_cluster.py)

# One engine more (docs/postgres.md), in an environment of its own too; the server is anybody's.
postgres: setup .venv-postgres/.installed

# The Delta Sharing project's own client, which the tests hold ours against; without it they say so.
sharing: .venv-sharing/.installed

# One more (docs/snowflake.md), and beside it a Snowflake of the tests' own and the ADBC driver of
# queries; without them those tests say so.
snowflake: setup .venv-snowflake/.installed

# An environment of its own for each of these.
.venv-%/.installed: requirements-%.lock
	test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --require-hashes --no-deps -r $<
	touch $@

test-postgres: postgres
	$(if $(SHARED),@echo "$@: in the session of make test",$(VENV)/bin/python -m pytest tests/postgres)

test-snowflake: snowflake
	$(if $(SHARED),@echo "$@: in the session of make test",$(VENV)/bin/python -m pytest tests/snowflake)

check: setup lint test

lint: setup
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy
	$(VENV)/bin/sqlfluff lint transforms

format: setup
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

# dbt's copy of the landing contract, and the pages about people's data and published tables.
generate: setup
	$(VENV)/bin/python -m transforms.generate
	$(VENV)/bin/python -m ingest.people_page
	$(VENV)/bin/python -m orchestration.described.tables_page

# Git hooks that run the linters on what is committed.
hooks: setup
	$(VENV)/bin/pre-commit install

# Lines covered per folder and seconds per test file (docs/testing.md); TESTS names some of them.
TESTS ?= tests
COVERED := build/coverage

coverage: setup
	mkdir -p $(COVERED)
	$(VENV)/bin/coverage erase
	$(VENV)/bin/coverage run -m pytest --junitxml=$(COVERED)/tests.xml $(TESTS)
	$(VENV)/bin/coverage combine --quiet
	$(VENV)/bin/coverage json --quiet -o $(COVERED)/coverage.json
	$(VENV)/bin/coverage html --quiet -d $(COVERED)/html
	$(VENV)/bin/python -m tests.recorded $(COVERED)/coverage.json $(COVERED)/tests.xml | tee $(COVERED)/report.md

bench: setup
	$(VENV)/bin/python -m benchmarks

# Ratios to an earlier build, in five minutes; `bench-check` measures fewer and judges them by those
# that were kept.
bench-quick: setup
	$(VENV)/bin/python -m benchmarks.quick

bench-check: setup
	$(VENV)/bin/python -m benchmarks.quick --check

# Needs uv; the override keeps out a parser that dbt uses only behind a flag and that does not build.
COMPILE := uv pip compile --python-version 3.11 --universal --generate-hashes \
  --no-emit-index-url --no-header --override requirements-override.txt
# The extras of pyproject.toml by themselves, as lines of requirements.
EXTRA = import tomllib; extras = tomllib.load(open("pyproject.toml", "rb"))["project"]
EXTRA += ["optional-dependencies"]; print(*extras["$*"], sep="\n")

lock: lock-spark lock-postgres lock-sharing lock-snowflake lock-gcs
	$(COMPILE) --extra dev pyproject.toml -o requirements.lock

lock-%:
	$(PYTHON) -c '$(EXTRA)' | $(COMPILE) - -o requirements-$*.lock

clean:
	rm -rf $(DEMO) build dist

"""The graph is the same whether dagster-dbt sees dbt-core or not, and a warm run loads no dbt.

Belongs here: what is left out of imports. Does not: what a run gives (test_plain.py).
"""

import os
import subprocess
import sys

import duckdb
import pytest

from ingest.shortcuts import VARIABLE
from orchestration.dbt import manifest_json
from tests.conftest import DEMO_YEAR

LOADED = """
import sys
from orchestration.defs.transforms import dbt_models
keys = sorted(str(spec.key) for spec in dbt_models.specs)
checks = sorted(str(spec.key) for spec in dbt_models.check_specs)
print("dbt.adapters.base" in sys.modules, len(keys), len(checks))
print(sorted(f"{spec.key} {sorted(str(dep.asset_key) for dep in spec.deps)}"
             for spec in dbt_models.specs), checks)
import dbt.version
"""


def loaded(plain: str) -> list[str]:
    manifest_json()  # parsed before, so that nothing has to be
    command = [sys.executable, "-c", LOADED]
    where = {**os.environ, VARIABLE: plain}
    done = subprocess.run(command, env=where, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def keys_and_imports() -> tuple[list[str], list[str]]:
    return loaded("0"), loaded("1")


def test_dbt_is_loaded_by_a_plain_run_alone(keys_and_imports):
    quick, plain = keys_and_imports
    assert quick[0].split()[0] == "False" and plain[0].split()[0] == "True"


def test_the_graph_is_the_same(keys_and_imports):
    quick, plain = keys_and_imports
    assert quick[1:] == plain[1:]
    assert quick[0].split()[1:] == plain[0].split()[1:]


def test_who_asks_why_waits_for_no_library_of_frames(demo_run):
    """Nothing is published here; published decisions would be compared with their rows as
    frames."""
    (partner,) = fetched(demo_run, "select min(partner_id) from decisions.tier_assignments")
    words = ["explain", partner, "--year", str(DEMO_YEAR)]
    script = f"""
import sys
from orchestration.cli import app
code = app.run({words!r})
print(code, "polars" in sys.modules)
"""
    places = {
        "PLUMBLINE_LANDING": str(demo_run.landing),
        "PLUMBLINE_WAREHOUSE": str(demo_run.warehouse),
        "PLUMBLINE_SITE": str(demo_run.site),
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **places},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "0 False"


def fetched(places, query: str) -> tuple:
    with duckdb.connect(str(places.serving), read_only=True) as con:
        return con.execute(query).fetchall()[0]

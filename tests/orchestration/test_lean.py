"""The graph is the same whether dagster-dbt sees dbt-core or not, and a warm run loads no dbt.

Belongs here: what is left out of imports. Does not: what a run gives (test_plain.py).
"""

import os
import subprocess
import sys

import pytest

from orchestration.dbt import manifest_json
from orchestration.speed import VARIABLE

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
def both() -> tuple[list[str], list[str]]:
    return loaded("0"), loaded("1")


def test_dbt_is_loaded_by_a_plain_run_alone(both):
    quick, plain = both
    assert quick[0].split()[0] == "False" and plain[0].split()[0] == "True"


def test_the_graph_is_the_same(both):
    quick, plain = both
    assert quick[1:] == plain[1:]
    assert quick[0].split()[1:] == plain[0].split()[1:]

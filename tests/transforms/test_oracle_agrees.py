"""The models against the plain oracle, on random programs crowded around every boundary.

Belongs here: tables that follow from landed rows alone. Does not: the product's readers, tiers and
reviews, which `tests/oracle` holds against a whole run.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.oracle.compare import compare_table
from tests.oracle.oracle import compute
from tests.oracle.programs import write_program
from tests.transforms.oracle_bridge import warehouse_of
from tests.transforms.warehouse import dbt

YEAR = 2025
TABLES = (
    "fct_requirement_results",
    "fct_program_compliance",
    "fct_tier_eligibility",
    "fct_deal_registrations",
    "fct_protected_accounts",
)


# Nothing of seed 0 comes to be protected; seed 1 has some of every table.
EMPTY = {(0, "fct_protected_accounts")}


# Between them: terms that conflict, entities never delivered, unknown versions, late invitations.
@pytest.mark.parametrize("seed", [0, 1, 3, 8, 14])
def test_the_ledger_says_what_the_oracle_says(seed: int, tmp_path: Path) -> None:
    write_program(tmp_path / "landing", seed, size="medium", year=YEAR)
    path = warehouse_of(tmp_path / "landing", tmp_path / "built", YEAR)
    dbt(path, "run", "--quiet", "--select", *(f"+{table}" for table in TABLES))
    expected = compute(tmp_path / "landing", YEAR)
    assert all(expected[table] for table in TABLES if (seed, table) not in EMPTY)
    differences = []
    with duckdb.connect(str(path), read_only=True) as con:
        for table in TABLES:
            rows = con.sql(f"from marts.{table}").pl().to_dicts()
            differences += compare_table(table, expected[table], rows)
    assert differences == []

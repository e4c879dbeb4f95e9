"""The same facts in another order, repeated, or cut into other files: the same answers.

Belongs here: a small program's tables and decisions, whichever way its files came.
Does not: single readers (tests/ingest).
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from ingest.landing.land import land
from tests.quick_run import models, quick_run

from .programs import write_program
from .rearranged import in_bits, repeated, split

YEAR, SEED = 2025, 0
# What proves which bytes were used says which files there were, and may.
PROOFS = {("tier_assignments", "input_digest")}
PLACE = re.compile(r"[\w./-]+\.(?:csv|jsonl|parquet|ndjson|xlsx),? row \d+")


def tables(path: Path) -> dict[str, list[tuple]]:
    """Every published table and decision, sorted, without the proofs of bytes."""
    rows_of = {}
    with duckdb.connect(str(path), read_only=True) as con:
        names = con.execute(
            "select table_schema, table_name, list(column_name order by ordinal_position)"
            " from information_schema.columns where table_schema in ('marts', 'decisions')"
            " group by all order by all"
        ).fetchall()
        for schema, table, columns in names:
            kept = ", ".join(f'"{c}"' for c in columns if (table, c) not in PROOFS)
            rows = con.execute(f'select {kept} from {schema}."{table}"').fetchall()
            rows_of[table] = sorted(rows, key=repr)
    return rows_of


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """(landing zone, compiled models, what a plain run makes of it)."""
    home = tmp_path_factory.mktemp("rearranged")
    write_program(home / "landing", SEED, year=YEAR)
    compiled = models(home / "models")
    quick_run(home / "landing", home / "plumbline.duckdb", YEAR, compiled)
    return home / "landing", compiled, tables(home / "plumbline.duckdb")


def same(expected: dict[str, list[tuple]], rearranged: dict[str, list[tuple]]) -> list[str]:
    """Each row that one side alone has."""
    out = []
    for table in sorted(expected.keys() | rearranged.keys()):
        ours, theirs = expected.get(table, []), rearranged.get(table, [])
        out += [f"{table}: lost {row}" for row in ours if row not in theirs]
        out += [f"{table}: new {row}" for row in theirs if row not in ours]
    return out


def test_the_program_fills_what_is_compared(program):
    *_, expected = program
    assert len(expected) > 20
    assert all(
        expected[t]
        for t in (
            "fct_requirement_results",
            "fct_findings",
            "fct_source_coverage",
            "tier_assignments",
            "governance_reviews",
        )
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_files_that_come_in_any_order(program, tmp_path, seed):
    landing, compiled, expected = program

    def bit_by_bit(con):
        for _ in in_bits(landing, tmp_path / "landing", seed):
            land(con, tmp_path / "landing", tmp_path / "raw")

    quick_run(tmp_path / "landing", tmp_path / "plumbline.duckdb", YEAR, compiled, bit_by_bit)
    assert same(expected, tables(tmp_path / "plumbline.duckdb")) == []


def test_files_that_come_again(program, tmp_path):
    landing, compiled, expected = program
    repeated(landing, tmp_path / "landing")
    quick_run(tmp_path / "landing", tmp_path / "plumbline.duckdb", YEAR, compiled)
    assert same(expected, tables(tmp_path / "plumbline.duckdb")) == []


# Evidence of usage is a month of a customer in one file, so its count depends on the files.
BY_FILE = "average_monthly_active_customers"


def without_places(rows_of: dict[str, list[tuple]]) -> dict[str, list[tuple]]:
    """The same without the files and rows that reasons name: a part has a name and rows of its own.

    They are taken from where a reason puts them, `FILE, row N` or `FILE row N`, and nowhere else.
    """
    return {table: [_without_place(row) for row in rows] for table, rows in rows_of.items()}


def _without_place(row: tuple) -> tuple:
    plain = [PLACE.sub("FILE", v) if isinstance(v, str) else v for v in row]
    if BY_FILE in row:
        plain = ["count" if type(v) is int else v for v in plain]
    return tuple(plain)


def test_files_cut_in_two(program, tmp_path):
    landing, compiled, expected = program
    assert split(landing, tmp_path / "landing") > 40
    quick_run(tmp_path / "landing", tmp_path / "plumbline.duckdb", YEAR, compiled)
    rearranged = tables(tmp_path / "plumbline.duckdb")
    assert same(without_places(expected), without_places(rearranged)) == []

"""Rows that can't be read: examples worked out on paper, and random programs against the product.

Belongs here: the plain recomputation of semantics 2. Does not: reading or mending files
(tests/ingest/test_unread.py).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quick_run import models, quick_run

from .by_hand import P, land, partner
from .compare import compare
from .oracle import compute
from .programs import write_program

YEAR = 2025
LINE = {
    "partner_id": P,
    "report_month": "2025-01",
    "line_type": "new",
    "customer_name": "Acme",
    "term_start": "2025-01-01",
    "term_end": "2025-12-31",
    "currency": "USD",
}


def line(amount, name="L1", **more):
    return {**LINE, "line_id": name, "subscription_id": name, "amount": amount, **more}


def minimum(tables: dict) -> dict:
    return next(
        r
        for r in tables["fct_requirement_results"]
        if (r["period"], r["requirement"]) == ("2025", "RESL-ARR")
    )


def named(tables: dict) -> list[tuple]:
    return [
        (r["file"], r["row_number"], r["decides"])
        for r in tables["fct_unread_rows"]
        if (r["period"], r["requirement"]) == ("2025", "RESL-ARR")
    ]


FILE = "reseller_reports/subscription_lines.csv"


@pytest.mark.parametrize(
    ("lines", "status", "rows"),
    [
        ([line(70000), line("1.2.3", "L2")], "needs_review", [(FILE, 3, True)]),
        ([line(130000), line("1.2.3", "L2")], "met", [(FILE, 3, False)]),
        # What lowers ARR puts the other answer in doubt.
        ([line(130000), line(9, "L2", line_type="credit")], "needs_review", [(FILE, 3, True)]),
        ([line(70000), line(9, "L2", line_type="credit")], "not_met", [(FILE, 3, False)]),
        # A type that can't be read may do either.
        ([line(130000), line(9, "L2", line_type="sale")], "needs_review", [(FILE, 3, True)]),
        ([line(70000), line(9, "L2", line_type="sale")], "needs_review", [(FILE, 3, True)]),
        # What is sold once never recurs.
        ([line(70000), line(-9, "L2", line_type="one_time")], "not_met", []),
        # Over before the end; in reverse, it may be any day.
        ([line(70000), line("x", "L2", term_end="2025-12-30")], "not_met", []),
        (
            [line(70000), line("9", "L2", term_start="2026-01-01")],
            "needs_review",
            [(FILE, 3, True)],
        ),
    ],
)
def test_what_a_line_puts_in_doubt(tmp_path, lines, status, rows):
    tables = compute(land(tmp_path, {**partner("reseller"), "subscription_lines": lines}), YEAR)
    assert minimum(tables)["status"] == status
    assert named(tables) == rows


def test_a_report_delivered_again_puts_its_rows_right(tmp_path):
    bad = [line(70000), line("1.2.3", "L2")]
    land(tmp_path, {**partner("reseller"), "subscription_lines": bad})
    path = tmp_path / "reseller_reports/subscription_lines-again.csv"
    text = (tmp_path / FILE).read_text("utf-8")
    path.write_text(text.replace("1.2.3", "1.23"), "utf-8")
    with (tmp_path / "_received.csv").open("a", encoding="utf-8") as handle:
        handle.write("reseller_reports/subscription_lines-again.csv,2026-01-12T00:00:00Z\n")
    tables = compute(tmp_path, YEAR)
    assert (minimum(tables)["status"], named(tables)) == ("not_met", [])


# Between them: rows put right, rows that decide, app rows, a term, rows of a successor.
@pytest.mark.parametrize("seed", [1, 3])
def test_random_programs_agree(tmp_path_factory, tmp_path: Path, seed: int):
    write_program(tmp_path / "landing", seed, year=YEAR, unread=True)
    warehouse = tmp_path / "plumbline.duckdb"
    quick_run(tmp_path / "landing", warehouse, YEAR, models(tmp_path_factory.mktemp("compiled")))
    rows = compute(tmp_path / "landing", YEAR)["fct_unread_rows"]
    assert {row["decides"] for row in rows} == {True, False}
    assert compare(warehouse, tmp_path / "landing", YEAR) == []

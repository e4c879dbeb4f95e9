"""The rows that decide an answer: the fewest that would undo it or be enough for it.

Belongs here: scoring.deciding_rows, its choice in tables and its rows on the demonstration run.
Does not: the answers themselves.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.deciding_rows import Pivots
from scoring.explain import explain
from scoring.proof import Criterion, Evidence
from scoring.proofs import each_standing
from tests.conftest import DEMO_YEAR

AVERAGE = "average_monthly_active_customers"


def row(name: str) -> Evidence:
    return Evidence("s", "e", f"{name}.csv", 1, None)


def judged(status: str, value: str, comparator: str, threshold: str) -> Criterion:
    return Criterion(
        id="X",
        status=status,
        value=Decimal(value),
        comparator=comparator,
        threshold=Decimal(threshold),
        threshold_source="policy",
        clause=None,
        sentence="",
        program="p",
        metric="m",
    )


CASES = [
    # status, value, comparator, threshold, rows it turns on
    ("met", "10", ">=", "10", "a"),  # anything less loses it
    ("met", "14", ">=", "10", "a"),  # a weighs 5, more than the 4 to spare
    ("met", "15", ">=", "10", "ab"),  # a alone leaves it exactly at the threshold
    ("met", "19", ">=", "10", ""),  # all 9 together do not undo it
    ("not_met", "8", ">=", "10", "x"),  # x would bring 2
    ("not_met", "7", ">=", "10", "xy"),
    ("not_met", "1", ">=", "10", "xyz"),  # not enough, so all that is short
    ("not_met", "5", "<=", "0", "a"),  # too many: what counts has to go
    ("not_met", "6", "<=", "0", "ab"),
    ("met", "0", "<=", "0", ""),
    ("needs_review", "12", ">=", "10", ""),
]


@pytest.mark.parametrize(("status", "value", "comparator", "threshold", "names"), CASES)
def test_the_fewest_rows(status, value, comparator, threshold, names):
    pivots = Pivots()
    for name, weight in (("a", 5), ("b", 3), ("c", 1)):
        pivots.add(("P", "p", "m", "loss"), Fraction(weight), row(name))
    for name, weight in (("x", 2), ("y", 1), ("z", 1)):
        pivots.add(("P", None, "m", "gain"), Fraction(weight), row(name))
    shown = pivots.of("P", judged(status, value, comparator, threshold))
    assert "".join(each.file[0] for each in shown) == names


@pytest.fixture(scope="module")
def standings(demo_run):
    import duckdb

    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        yield con, dict(each_standing(con, DEMO_YEAR, str(DEMO_YEAR), 3))


def criteria(standings, id: str, status: str):
    for partner, standing in sorted(standings.items()):
        for each in [*standing.ladder, *standing.requirements]:
            if each.id == id and each.status == status:
                yield partner, each


def test_missing_reports_and_apps_that_fall_short_are_named(standings):
    con, by_partner = standings
    checked = 0
    for partner, each in criteria(by_partner, "RESL-REPORTS", "not_met"):
        missing = con.execute(
            """select 'report of ' || strftime(report_month, '%Y-%m')
            from intermediate.int_reseller__reports
            where partner_id = ? and period = ? and not is_received order by 1""",
            [partner, str(DEMO_YEAR)],
        ).fetchall()
        assert [row.detail.partition(",")[0] for row in each.pivot] == [m for (m,) in missing]
        assert {row.place for row in each.pivot} == {"not delivered"}
        checked += 1
    for id in ("TECH-ENABLEMENT", "TECH-TECHNICAL"):
        for _, each in criteria(by_partner, id, "not_met"):
            assert len(each.pivot) == each.value
            assert all(row.detail.startswith("app APP-") and row.row for row in each.pivot)
            checked += 1
    assert checked > 3


def test_lines_that_carry_the_minimum_are_the_fewest(standings):
    con, by_partner = standings
    checked = 0
    for partner, each in criteria(by_partner, "RESL-ARR", "met"):
        if not each.pivot:
            continue
        amounts = [
            con.execute(
                "select arr_usd from intermediate.int_arr__lines where partner_id = ? "
                "and _file = ? and _row = ? and _cell is not distinct from ?",
                [partner, row.file, row.row, row.cell],
            ).fetchone()[0]
            for row in each.pivot
        ]
        margin = each.value - each.threshold
        assert sum(amounts[:-1]) <= margin < sum(amounts)
        assert amounts == sorted(amounts, reverse=True)
        checked += 1
    assert checked > 5


def test_customers_that_hold_a_tier_are_the_fewest(standings):
    con, by_partner = standings
    checked = 0
    for partner, each in criteria(by_partner, AVERAGE, "met"):
        if not each.pivot:
            continue
        months = con.execute(
            "select months from intermediate.int_usage__windows "
            "where partner_id = ? and period = ?",
            [partner, str(DEMO_YEAR)],
        ).fetchone()[0]
        active = [int(row.detail.partition("active in ")[2].split()[0]) for row in each.pivot]
        total = round(each.value * months)
        assert (total - sum(active)) / months < each.threshold
        assert (total - sum(active[:-1])) / months >= each.threshold
        checked += 1
    assert checked > 5


def test_explain_and_the_pages_show_the_same_rows(standings):
    con, by_partner = standings
    for partner in ("P-0009", "P-0034", "P-0061"):
        proof = explain(con, partner, DEMO_YEAR)
        shown = {(c.tier, c.id): c.pivot for c in proof.criteria}
        pages = [*by_partner[partner].ladder, *by_partner[partner].requirements]
        same = {(c.tier, c.id): c.pivot for c in pages}
        assert any(shown.values())
        assert {key: same[key] for key in shown} == shown
        assert proof.to_json()["criteria"][1]["pivot"] is not None

"""The worked examples of ARR through the models, each a partner of one warehouse.

Belongs here: what each example says. Does not: the examples (tests/arr_examples.yaml).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.arr_examples import Example, examples, rates
from tests.oracle.dates import month_end
from tests.oracle.names import normalised, registrable, usable
from tests.transforms.warehouse import build_warehouse, dbt

MOVEMENTS = ("new", "expansion", "contraction", "churn", "reactivation")
SELECTED = ("+marts.arr", "+fct_requirement_results", "+fct_findings")
SHARED = "another partner reports the same subscription on the same days"
# What the lines alone bring about; a form that is unknown is another matter.
OF_LINES = (
    "identical_lines",
    "expansion_without_base",
    "subscription_at_two_partners",
    "subscription_of_two_customers",
    "trial_line",
    "stale_rate",
    "unknown_product",
    "whole_ended_by_part",
    "gap_of_a_day",
    "ids_alike",
)


@pytest.fixture(scope="module")
def con(tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    lines = [line for example in examples() for line in example.lines]
    partners = sorted({line["partner_id"] for line in lines})
    rows = {
        "subscription_lines": lines,
        "partners": [
            {"partner_id": p, "name": p, "joined_on": date(2020, 1, 1), "status": "active"}
            for p in partners
        ],
        "enrollments": [
            {"partner_id": p, "program": "reseller", "enrolled_on": date(2022, 1, 1)}
            for p in partners
        ],
        "fx_rates": [
            {"date": day, "currency": currency, "units_per_eur": units}
            for day, by_currency in rates().items()
            for currency, units in by_currency.items()
        ],
    }
    path = build_warehouse(tmp_path_factory.mktemp("examples"), rows, year=2026)
    with duckdb.connect(str(path)) as writing:
        names = {line[k] for line in lines for k in ("customer_name", "product") if line[k]}
        domains = {line["customer_domain"] for line in lines} - {None}
        writing.executemany(
            "insert into resolved.names values (?, ?)", [[n, normalised(n)] for n in sorted(names)]
        )
        writing.executemany(
            "insert into resolved.domains values (?, ?, ?)",
            [[d, registrable(d), usable(d) is not None] for d in sorted(domains)],
        )
    dbt(path, "run", "--quiet", "--select", *SELECTED)
    reading = duckdb.connect(str(path), read_only=True)
    yield reading
    reading.close()


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.says)
def test_example(con, example: Example):
    rows = con.execute(
        "select day, arr_usd, sure_usd from intermediate.int_arr__partner_days"
        " where partner_id = $1",
        [example.partner],
    ).fetchall()
    by_day = {day: arr for day, arr, _ in rows}
    assert {m: by_day.get(month_end(m), Decimal(0)) for m in example.arr} == example.arr
    end = date(2025, 12, 31)
    sure = {day: value for day, _, value in rows}
    if by_day.get(end) is not None:
        assert sure[end] == (by_day[end] if example.other is None else example.other)
    booked = con.execute(
        "select booked_arr_usd, meets_minimum from marts.fct_arr_by_partner_year"
        " where partner_id = $1 and year = 2025",
        [example.partner],
    ).fetchone()
    if example.booked is not None:
        assert booked[0] == example.booked
    for month, moves in example.moves.items():
        row = con.execute(
            f"select {', '.join(MOVEMENTS)} from marts.fct_arr_by_partner_month"
            " where partner_id = $1 and month = $2",
            [example.partner, month],
        ).fetchone()
        assert dict(zip(MOVEMENTS, row, strict=True)) == {k: moves.get(k, 0) for k in MOVEMENTS}


def test_a_line_in_doubt_gives_each_cause_once(con):
    reasons = con.execute(
        "select reason from marts.fct_requirement_results"
        " where requirement = 'RESL-ARR' and period = '2025' and status = 'needs_review'"
    ).fetchall()
    repeated = [reason for (reason,) in reasons if f"{SHARED}, {SHARED}" in reason]
    assert any(SHARED in reason for (reason,) in reasons)
    assert not repeated


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.says)
def test_findings(con, example: Example):
    findings = con.execute(
        "select distinct finding from marts.fct_findings"
        " where key = $1 or starts_with(key, $1 || '/')",
        [example.partner],
    ).fetchall()
    named = sorted(f for (f,) in findings if f in OF_LINES)
    assert named == sorted(example.findings or [])

"""Amounts and ends that a map computes: prices per period, subscriptions without an end."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats.map_model import parse_map
from ingest.formats.map_store import Maps, MapText
from ingest.formats.map_terms import complete, open_end, term_months
from tests.ingest.formats.test_column_maps import WHEN, records

FILE = "reseller_reports/subscription_lines/ACME/subs-2025-02.csv"
MAP = """
id: subs
title: Subscriptions
entity: subscription_lines
header: [contract, client, from_day, to_day, price]
columns:
  partner_id: {path: folder}
  report_month: {path: month}
  line_id: contract
  line_type: {constant: new}
  subscription_id: contract
  customer_name: client
  term_start: from_day
  term_end: %s
  amount: %s
  currency: {constant: USD}
"""
HEADER = "contract,client,from_day,to_day,price,seats,months\n"


def lines(end, amount, *rows):
    from pathlib import Path

    from ingest.formats.reading import read
    from ingest.judging.table import ReadContext

    maps = Maps((MapText("subs.yaml", MAP % (end, amount)),))
    assert not maps.faulty, maps.faulty
    settings = {"time_zone": "America/Los_Angeles", "maps": maps}
    context = ReadContext("reseller_reports", "subscription_lines", FILE, WHEN, settings)
    data = (HEADER + "\n".join(rows) + "\n").encode()
    return read(Path(FILE), data, context)[0]


def terms(table):
    return [(r["term_start"], r["term_end"], r["amount"]) for r in records(table)]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2025-01-01", "2025-12-31", 12),
        ("2024-02-29", "2025-02-27", 12),
        ("2024-02-29", "2025-02-28", 12),
        ("2025-01-31", "2025-02-27", 1),  # one link of a chain that is anchored on the 31st
        ("2025-02-28", "2025-03-30", 1),
        ("2025-01-15", "2025-02-28", 1 + Fraction(14, 28)),
        ("2025-03-10", "2025-03-10", Fraction(1, 31)),
    ],
)
def test_months_of_a_term(start, end, months):
    assert term_months(date.fromisoformat(start), date.fromisoformat(end)) == months


@pytest.mark.parametrize(
    ("per", "price", "amount"),
    [("month", "100", "1200.0000"), ("quarter", "100", "400.0000"), ("year", "100", None)],
)
def test_a_price_per_period_is_over_the_term(per, price, amount):
    table = lines(
        "to_day", f"{{from: price, per: {per}}}", f"S1,C1,2025-01-01,2025-12-31,{price},,"
    )
    assert terms(table) == [("2025-01-01", "2025-12-31", amount or price)]


def test_the_day_after_the_last_is_no_part_of_the_term():
    table = lines(
        "{from: to_day, day_before: true}",
        "{from: price, per: month}",
        "S1,C1,2025-01-01,2026-01-01,100,,",
        "S2,C2,2025-01-01,2025-07-01,50,,",
        "S3,C3,2025-01-01,soon,50,,",
    )
    assert terms(table) == [
        ("2025-01-01", "2025-12-31", "1200.0000"),
        ("2025-01-01", "2025-06-30", "300.0000"),
    ]
    assert table.broken[0].faults[0].column == "term_end"


def test_a_price_of_one_is_multiplied_by_the_seats():
    table = lines(
        "to_day",
        "{from: price, per: month, times: [seats]}",
        "S1,C1,2025-01-01,2025-12-31,9.99,12,",
        "S2,C2,2025-01-01,2025-12-31,9.99,many,",
    )
    assert terms(table) == [("2025-01-01", "2025-12-31", "1438.5600")]
    fault = table.broken[0].faults[0]
    assert (fault.column, fault.value) == ("amount", "many") and "seats" in fault.message


@pytest.mark.parametrize(
    ("step", "amount", "row", "annual"),
    [
        ("yearly", "{from: price, per: year}", "S1,C1,2025-01-01,,1200,,", 1200),
        ("monthly", "{from: price, per: year}", "S1,C1,2025-01-15,,1200,,", 1200),
        ("monthly", "price", "S1,C1,2025-01-31,,100,,", 1200),
        ("yearly", "price", "S1,C1,2024-02-29,,1200,,", 1200),
    ],
)
def test_a_subscription_without_an_end_runs_in_whole_steps(step, amount, row, annual):
    table = lines(f"{{from: to_day, open_ended: {step}}}", amount, row)
    ((start, end, value),) = terms(table)
    months = term_months(date.fromisoformat(start), date.fromisoformat(end))
    assert months.denominator == 1 and months % (12 if step == "yearly" else 1) == 0
    assert Fraction(Decimal(value)) * 12 / months == annual
    assert end >= "2099-12-31"
    (note,) = [n.message for n in table.notes if n.kind == "open_ended"]
    assert "row 2" in note and step in note


def test_an_end_that_is_given_is_kept_and_an_empty_one_without_a_word_stays_empty():
    table = lines(
        "{from: to_day, open_ended: yearly}", "price", "S2,C2,2025-02-01,2026-01-31,600,,"
    )
    assert terms(table) == [("2025-02-01", "2026-01-31", "600")]
    table = lines("to_day", "{from: price, per: year}", "S1,C1,2025-01-01,,1200,,")
    assert terms(table) == [("2025-01-01", None, "1200")]  # the judge says that it is required


def test_a_term_of_so_many_months_from_its_first_day():
    one = lines("{from: from_day, months: 12}", "price", "S1,C1,2024-02-29,,5,,")
    assert terms(one) == [("2024-02-29", "2025-02-27", "5")]
    row = "S1,C1,2025-01-31,,5,,{}"
    two = lines("{from: from_day, months: months}", "price", row.format(3), row.format("0.5"))
    assert terms(two) == [("2025-01-31", "2025-04-29", "5")]
    assert two.broken[0].faults[0].rule == "term"


@pytest.mark.parametrize("day", ["9999-12-31", "9999-01-01", "0001-01-01"])
def test_days_at_the_end_of_the_calendar_break_no_reader(day):
    table = lines(
        "{from: to_day, open_ended: yearly}", "{from: price, per: month}", f"S,C,{day},,1,,"
    )
    assert len(table.rows) + len(table.broken) == 1


@pytest.mark.parametrize(
    ("end", "amount", "words"),
    [
        ("{from: to_day, open_ended: weekly}", "price", "open_ended"),
        ("{from: to_day, per: month}", "price", "per belongs to the amount"),
        ("to_day", "{constant: '1', per: month}", "belong to a column with from"),
        ("to_day", "{from: price, per: week}", "per"),
        ("to_day", "{from: price, open_ended: yearly}", "open_ended belongs to term_end"),
        ("to_day", "{from: price, divide_by: 0}", "greater than 0"),
        ("{from: from_day, months: 0}", "price", "months is from 1"),
    ],
)
def test_what_makes_no_sense_is_said_of_the_map(end, amount, words):
    with pytest.raises(ValueError, match=words):
        parse_map(MAP % (end, amount))


days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(start=days, length=st.integers(0, 4000), price=st.decimals("0", "99999", places=2))
def test_annualised_again_a_price_is_what_it_was(start, length, price):
    """Rounding to money costs at most half a ten-thousandth of the contract value."""
    end = date.fromordinal(start.toordinal() + length)
    layout = parse_map(MAP % ("to_day", "{from: price, per: month}"))
    values = {"term_start": f"{start}", "term_end": f"{end}", "amount": f"{price}"}
    complete(values, layout)
    exact = Fraction(price) * term_months(start, end)
    assert abs(Fraction(Decimal(values["amount"])) - exact) <= Fraction(1, 20000)


@given(start=days, step=st.sampled_from([1, 12]))
def test_steps_are_whole_and_reach_the_last_year(start, step):
    end, steps = open_end(start, step)
    assert term_months(start, end) == steps * step
    assert end.year >= 2099

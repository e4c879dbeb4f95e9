"""Hand-worked examples of the written meanings, as table tests of the oracle itself.

Belongs here: answers worked out on paper. Does not belong here: anything computed by the product.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from . import people
from .arr import Book, usd_rate
from .dates import add_business_days, anniversary, local_date, round4, term_months
from .load import entity_of, load
from .names import normalised, registrable, usable
from .oracle import compute
from .programs import write_program
from .subscription import Subscription
from .tiers import highest

D = date


@pytest.mark.parametrize(
    ("start", "k", "expected"),
    [
        (D(2024, 1, 31), 1, D(2024, 3, 1)),  # no January 31 in February
        (D(2024, 1, 31), 2, D(2024, 3, 31)),
        (D(2024, 2, 29), 12, D(2025, 3, 1)),  # no leap day the year after
        (D(2024, 2, 29), 48, D(2028, 2, 29)),
        (D(2025, 12, 31), 2, D(2026, 3, 1)),
        (D(2025, 5, 15), 7, D(2025, 12, 15)),
    ],
)
def test_anniversary(start, k, expected):
    assert anniversary(start, k) == expected


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (D(2025, 1, 1), D(2025, 12, 31), 12),
        (D(2024, 2, 29), D(2025, 2, 27), 12),
        (D(2024, 2, 29), D(2025, 2, 28), 12),  # the anniversary does not exist
        (D(2025, 1, 30), D(2025, 2, 27), 1),
        (D(2025, 2, 28), D(2025, 3, 29), 1),  # from a month's last day into another month
        (D(2025, 3, 30), D(2025, 4, 29), 1),
        (D(2025, 12, 31), D(2025, 12, 31), Fraction(1, 31)),
        (D(2023, 2, 26), D(2023, 2, 28), Fraction(3, 28)),
        (D(2025, 1, 15), D(2025, 2, 20), 1 + Fraction(6, 28)),
        (D(2025, 1, 31), D(2026, 1, 30), 12),
        (D(2025, 1, 31), D(2025, 2, 28), 1),  # the anniversary does not exist
        (D(2025, 1, 1), D(2025, 1, 31), 1),
        (D(2025, 1, 1), D(2025, 1, 1), Fraction(1, 31)),
        (D(2025, 1, 1), D(2025, 2, 14), 1 + Fraction(14, 28)),
        (D(2024, 1, 1), D(2024, 12, 30), 11 + Fraction(30, 31)),
        (D(2025, 1, 31), D(2025, 3, 14), 1 + Fraction(15, 31)),  # February 28 to March 31
    ],
)
def test_term_months(start, end, months):
    assert term_months(start, end) == months


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (Fraction(1, 20000), "0.0001"),  # a half goes away from zero
        (Fraction(-1, 20000), "-0.0001"),
        (Fraction(1, 20001), "0.0000"),
        (Fraction(2, 3), "0.6667"),
    ],
)
def test_round4(x, expected):
    assert round4(x) == Decimal(expected)


YEAR = (D(2025, 1, 1), D(2025, 12, 31))


def line(kind="new", start=YEAR[0], end=YEAR[1], amount="1200", **more):
    row = {
        "line_type": kind,
        "subscription_id": "S",
        "customer_name": "Acme",
        "currency": "USD",
        "customer_domain": "acme.com",
        "product": None,
        "report_month": start.replace(day=1),
        "line_id": kind,
        "term_start": start,
        "term_end": end,
        "amount": Decimal(amount),
    }
    return {**row, **more}


@pytest.mark.parametrize(
    ("other", "end"),
    [
        (line("renewal", D(2025, 7, 1)), D(2025, 6, 30)),
        (line("new", D(2025, 7, 1)), D(2025, 6, 30)),
        (line("renewal", D(2025, 1, 1)), None),  # takes its place
        (line("new", D(2025, 1, 1)), D(2025, 12, 31)),  # same start: beside it
        (line("new", D(2025, 7, 1), customer_domain="other.com"), D(2025, 12, 31)),
        (line("new", D(2025, 7, 1), product="Other"), D(2025, 12, 31)),
        (line("renewal", D(2025, 7, 1), customer_domain="other.com"), D(2025, 6, 30)),
        (line("expansion", D(2025, 7, 1)), D(2025, 12, 31)),  # an expansion ends nothing
        (line("cancellation", D(2025, 7, 1)), D(2025, 6, 30)),
        (line("cancellation", D(2025, 1, 1)), None),  # from its first day on: never
        (line("cancellation", D(2024, 12, 31)), D(2025, 12, 31)),  # a later line stands
    ],
)
def test_cuts_of_a_new_line(other, end):
    mine = line()
    assert Subscription([mine, other]).end.get(id(mine)) == end


def test_a_renewal_does_not_end_a_credit_and_a_cancellation_does():
    credit = line("credit", amount="-10")
    for kind, end in (("renewal", D(2025, 12, 31)), ("cancellation", D(2025, 6, 30))):
        lines = [line(), credit, line(kind, D(2025, 7, 1))]
        assert Subscription(lines).end[id(credit)] == end


@pytest.mark.parametrize(
    ("lines", "day", "arr"),
    [
        ([line()], D(2025, 12, 31), "1200"),
        ([line()], D(2026, 1, 1), "0"),
        ([line(end=D(2025, 6, 30))], D(2025, 6, 30), "2400"),
        ([line(), line("credit", amount="-200")], D(2025, 5, 1), "1000"),
        ([line(), line("credit", amount="-5000")], D(2025, 5, 1), "0"),  # never below 0
        ([line("contraction", amount="-1"), line("credit", amount="-9")], D(2025, 5, 1), "0"),
        ([line(), line("cancellation", D(2025, 5, 2))], D(2025, 5, 1), "1200"),
        ([line(), line("cancellation", D(2025, 5, 2))], D(2025, 5, 2), "0"),
        # the cut does not change the annualisation
        ([line(), line("renewal", D(2025, 7, 1), D(2026, 6, 30), "2400")], D(2025, 6, 30), "1200"),
        ([line(), line("renewal", D(2025, 7, 1), D(2026, 6, 30), "2400")], D(2025, 7, 1), "2400"),
        ([line(), line("expansion", D(2025, 7, 1), D(2025, 12, 31), "60")], D(2025, 8, 1), "1320"),
    ],
)
def test_arr_of_a_day(lines, day, arr):
    assert Book(lines, {}).arr(day) == Decimal(arr)


def test_currency_uses_the_last_day_that_has_both_rates():
    rates = {
        D(2025, 1, 2): {"USD": Decimal("1.1"), "GBP": Decimal("0.88")},
        D(2025, 1, 3): {"USD": Decimal("2")},
    }
    day = D(2025, 1, 5)
    assert usd_rate(rates, "GBP", day) == Fraction("1.1") / Fraction("0.88")
    assert usd_rate(rates, "EUR", day) == 2
    assert usd_rate(rates, "HRK", day) == Fraction(2) / Fraction("7.5345")
    assert usd_rate(rates, "SEK", day) is None
    assert usd_rate(rates, "EUR", D(2025, 1, 1)) is None  # no day on or before it
    assert usd_rate(rates, "GBP", D(2025, 1, 12)) is not None  # ten days back
    assert usd_rate(rates, "GBP", D(2025, 1, 13)) is None
    assert Book([line(currency="SEK")], rates).arr(D(2025, 6, 1)) is None


def test_movements_open_and_close():
    a = line(end=D(2025, 2, 10), amount="100", subscription_id="A")
    b = line(start=D(2025, 4, 1), end=D(2025, 5, 31), amount="10", subscription_id="B")
    rows = Book([a, b], {}).months(2025)
    moved = {
        r["month"].month: {k: v for k, v in r.items() if v and k not in ("month", "arr_usd")}
        for r in rows
    }
    worth = next(r["new"] for r in rows)
    assert moved[1] == {"new": worth}
    assert moved[2] == {"churn": -worth}  # the month's end is what counts
    assert moved[4] == {"reactivation": Decimal(60)}
    assert moved[6] == {"churn": Decimal(-60)}
    opening = Decimal(0)
    for r in rows:
        moves = sum(v for k, v in r.items() if k not in ("month", "arr_usd"))
        assert opening + moves == r["arr_usd"]
        opening = r["arr_usd"]
    assert rows[-1]["month"] == D(2025, 12, 1)


@pytest.mark.parametrize(
    ("version", "end", "enough"),
    [
        ("2023.1", D(2025, 9, 28), True),  # 90 days before: June 30
        ("2023.1", D(2025, 9, 29), False),  # 90 days before: July 1, 2025.1 in force
        ("2025.1", D(2025, 12, 31), True),
        ("2021.4", D(2025, 12, 31), None),
        ("2021.4", D(2023, 3, 31), True),  # December 31, 2022: before the first version
    ],
)
def test_agreement_version(version, end, enough):
    assert people.enough_version(version, end) is enough


@pytest.mark.parametrize(
    ("day", "n", "due"),
    [
        (D(2025, 7, 3), 2, D(2025, 7, 8)),  # July 4 and the weekend lie between
        (D(2025, 12, 24), 5, D(2026, 1, 2)),  # Christmas, New Year's Day, a weekend
        (D(2025, 11, 7), 2, D(2025, 11, 12)),  # Veterans Day
        (D(2025, 3, 8), 1, D(2025, 3, 10)),
    ],
)
def test_business_days(day, n, due):
    assert add_business_days(day, n) == due


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 2, 1, 7, 59, 59, tzinfo=UTC), D(2025, 1, 31)),
        (datetime(2025, 2, 1, 8, tzinfo=UTC), D(2025, 2, 1)),
        (datetime(2025, 7, 1, 6, 59, 59, tzinfo=UTC), D(2025, 6, 30)),  # daylight time: -7
        (datetime(2025, 7, 1, 7, tzinfo=UTC), D(2025, 7, 1)),
    ],
)
def test_local_date(moment, day):
    assert local_date(moment) == day


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Zürich Bau G.m.b.H.", "zurich bau"),
        ("Delta Co., Ltd.", "delta"),
        ("Smith & Sons", "smith and sons"),
        ("L L C", "l l c"),  # nothing would be left
        ("A. G. Edwards", "a g edwards"),
        ("日本建設 K.K.", "日本建設"),
    ],
)
def test_normalised(name, expected):
    assert normalised(name) == expected


def test_domains():
    assert registrable("https://www.Acme.co.uk/x") == "acme.co.uk"
    assert registrable("foo.github.io") == "foo.github.io"
    assert usable("foo.github.io") is None
    assert usable("gmail.com") is None
    assert usable("localhost") is None
    assert usable("acme.com") == "acme.com"


def test_tiers_are_cumulative():
    def row(status):
        return [("x", status, None, None)]

    criteria = {
        "foundation": row("met"),
        "select": row("no_evidence"),
        "premier": row("waived"),
    }
    assert highest(criteria, ("met", "waived")) == "foundation"
    assert highest(criteria, ("met", "waived", "no_evidence")) == "premier"


def test_entity_names():
    assert entity_of(Path("app_usage/usage_events/2025/03.parquet")) == "usage_events"
    assert entity_of(Path("partner_activity/marketing_activities-2.csv")) == "marketing_activities"
    assert entity_of(Path("deal_registration/registration_events.csv")) == "registration_events"
    assert entity_of(Path("reseller_reports/reportsx.csv")) is None


def test_programs_are_the_same_for_the_same_seed(tmp_path):
    for name in ("a", "b"):
        write_program(tmp_path / name, 7)
    a, b = compute(tmp_path / "a", 2025), compute(tmp_path / "b", 2025)
    assert a == b
    assert a["fct_requirement_results"]


@pytest.mark.parametrize("faulty", [False, True])
def test_only_faulty_programs_hold_rows_that_break_their_contract(tmp_path, faulty):
    bad = 0
    for seed in range(4):
        write_program(tmp_path / str(seed), seed, faulty=faulty)
        counts = load(tmp_path / str(seed)).counts.values()
        assert all(c["status"] != "refused" for c in counts)
        bad += sum(c.get("quarantined", 0) for c in counts)
    assert (bad > 0) is faulty


def test_a_later_year_leaves_an_earlier_one_alone(tmp_path):
    write_program(tmp_path, 3)
    early, late = compute(tmp_path, 2024), compute(tmp_path, 2025)
    for table, column in (("fct_program_compliance", "period"), ("fct_tier_eligibility", "year")):
        kept = [r for r in late[table] if not str(r[column]).startswith("2025")]
        assert kept == early[table]

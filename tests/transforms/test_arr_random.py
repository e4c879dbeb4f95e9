"""ARR of random subscriptions through the models and through the plain oracle, crowded around what
ends what: few products, few days, every type of line.

Belongs here: subscriptions alone. Does not: whole programs (test_oracle_agrees.py).
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.oracle.arr import Book, know_each_other
from tests.oracle.dates import clamped
from tests.oracle.names import normalised, registrable, usable
from tests.transforms.warehouse import build_warehouse, dbt

YEAR, PARTNERS = 2026, 700
CUSTOMERS = [("Acme Ltd", None), ("ACME", "acme.com"), ("Birch", "birch.com"), ("Acme", None)]
PRODUCTS = [None, None, "Core", "CORE ", "Safety", "Plan"]
KINDS = (
    ["new"] * 4
    + ["renewal"] * 4
    + ["cancellation"] * 3
    + [*("expansion", "expansion", "contraction", "contraction", "credit", "credit", "one_time")]
)
RATES = {
    date(2024, 1, 1): {"USD": Decimal("1.1"), "GBP": Decimal("0.9")},
    date(2025, 1, 1): {"USD": Decimal("1.2"), "GBP": Decimal("0.8")},
    date(2025, 7, 1): {"USD": Decimal("1.3")},
}


def subscription(rng: random.Random, partner: str, name: str, one_product: bool) -> list[dict]:
    """Up to eight lines of a subscription whose days meet again and again."""
    days = [clamped(date(2025, 1, 1), rng.randint(-6, 12)) for _ in range(3)]
    lines: list[dict] = []
    for n in range(rng.randint(1, 8)):
        kind = rng.choice(KINDS)
        start = rng.choice(days) + timedelta(days=rng.choice([0, 0, 0, 0, 1, -1, 10]))
        months = rng.choice([12, 12, 12, 6, 3, 1])
        end = clamped(start, months) - timedelta(days=1)
        if rng.random() < 0.2:
            end = max(start, rng.choice(days) - timedelta(days=1))
        if rng.random() < 0.08:
            end = start + timedelta(days=rng.randint(0, 20))
        customer, domain = rng.choice(CUSTOMERS if rng.random() < 0.3 else CUSTOMERS[:2])
        amount = Decimal(rng.choice([12000, 6000, 1200, 1000, 333])) + Decimal(n) / 7
        amount = amount.quantize(Decimal("0.0001"))
        product = rng.choice(PRODUCTS[1:4]) if one_product else rng.choice(PRODUCTS)
        row = {
            "partner_id": partner,
            "report_month": start.replace(day=1),
            "line_id": f"{name}-{rng.randint(0, 99):02}-{n}",
            "line_type": kind,
            "subscription_id": name,
            "customer_name": customer,
            "customer_domain": domain,
            "product": product,
            "quantity": None,
            "term_start": start,
            "term_end": end,
            "amount": -amount if kind in ("contraction", "credit") else amount,
            "currency": rng.choices(["USD", "EUR", "GBP", "HRK"], [85, 8, 5, 2])[0],
            "order_form_id": None,
        }
        lines.append(row)
        if rng.random() < 0.05:
            month = clamped(row["report_month"], 1)
            lines.append({**row, "report_month": month, "customer_name": "ACME", "product": None})
    return lines


def partners(seed: int) -> dict[str, list[dict]]:
    rng = random.Random(seed)
    books = {}
    for n in range(PARTNERS):
        name = f"P{n:03}"
        # Every tenth reports subscriptions of the one before under the same ids.
        ids = n - 1 if n % 10 == 9 else n
        lines = [
            row
            for s in range(rng.randint(1, 3))
            for row in subscription(rng, name, f"S{ids}-{s}", rng.random() < 0.5)
        ]
        books[name] = lines
    return books


@pytest.fixture(scope="module", params=[1, 2])
def books_and_warehouse(request, tmp_path_factory) -> tuple[dict[str, Book], Path]:
    lines = partners(request.param)
    rows = {
        "subscription_lines": [row for group in lines.values() for row in group],
        "enrollments": [
            {"partner_id": p, "program": "reseller", "enrolled_on": date(2023, 1, 1)} for p in lines
        ],
        "fx_rates": [
            {"date": day, "currency": currency, "units_per_eur": units}
            for day, by_currency in RATES.items()
            for currency, units in by_currency.items()
        ],
    }
    path = build_warehouse(tmp_path_factory.mktemp("random"), rows, year=YEAR)
    with duckdb.connect(str(path)) as con:
        names = {name for name, _ in CUSTOMERS} | {p for p in PRODUCTS if p}
        con.executemany(
            "insert into resolved.names values (?, ?)", [[n, normalised(n)] for n in sorted(names)]
        )
        con.executemany(
            "insert into resolved.domains values (?, ?, ?)",
            [[d, registrable(d), usable(d) is not None] for _, d in CUSTOMERS if d],
        )
    dbt(path, "run", "--quiet", "--select", "+marts.arr")
    books = {p: Book(group, RATES) for p, group in lines.items()}
    know_each_other(books)
    return books, path


def test_every_figure_agrees(books_and_warehouse) -> None:
    books, path = books_and_warehouse
    with duckdb.connect(str(path), read_only=True) as con:
        days = con.sql(
            "select partner_id, day, arr_usd, sure_usd from intermediate.int_arr__partner_days"
            " where day = last_day(day) and year(day) in (2024, 2025)"
        ).fetchall()
        years = con.sql(
            "select partner_id, booked_arr_usd, meets_minimum from marts.fct_arr_by_partner_year"
            " where year = 2025"
        ).fetchall()
        months = con.sql(
            "select partner_id, month, new, expansion, contraction, churn, reactivation"
            " from marts.fct_arr_by_partner_month"
        ).fetchall()
    differences = []
    for partner, day, arr, sure in days:
        book = books[partner]
        ours = (book.arr(day), book.arr(day, sure=True))
        if ours[0] is None:
            ours = (None, None)
        if ours != (arr, sure):
            differences.append((partner, day, ours, (arr, sure)))
    for partner, booked, _ in years:
        # Nothing is known in this year about a partner whose first report is of a later year.
        if min(x["report_month"] for x in books[partner].lines) > date(2025, 12, 31):
            continue
        if books[partner].booked(2025) != booked:
            differences.append((partner, "booked", books[partner].booked(2025), booked))
    moves = {(p, m): rest for p, m, *rest in months}
    for partner, book in books.items():
        for row in book.months(YEAR):
            ours = [row[k] for k in ("new", "expansion", "contraction", "churn", "reactivation")]
            if ours != moves[partner, row["month"]]:
                differences.append((partner, row["month"], ours, moves[partner, row["month"]]))
    assert differences == []
    assert len(days) > 10_000

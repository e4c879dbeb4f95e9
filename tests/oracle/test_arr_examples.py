"""The oracle's ARR on every worked example: it was written from the text, and so were they.

Belongs here: the examples. Does not: what the models make of them (tests/transforms).
"""

from datetime import date

import pytest

from tests.arr_examples import SECOND, Example, examples, rates

from .arr import Book, know_each_other
from .dates import month_end
from .subscription import domains_of_many


def books(example: Example) -> Book:
    lines = {p: [x for x in example.lines if x["partner_id"] == p] for p in partners(example)}
    of_many = domains_of_many(example.lines)
    by_partner = {p: Book(rows, rates(), of_many) for p, rows in lines.items()}
    know_each_other(by_partner)
    return by_partner[example.partner]


def partners(example: Example) -> list[str]:
    return [example.partner, f"{example.partner}-{SECOND}"]


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.says)
def test_example(example: Example):
    book = books(example)
    assert {m: book.arr(month_end(m)) for m in example.arr} == example.arr
    end = date(2025, 12, 31)
    if example.booked is not None:
        assert book.booked(2025) == example.booked
    if example.other is not None or book.arr(end) is not None:
        expected = book.arr(end) if example.other is None else example.other
        assert book.arr(end, sure=True) == expected
    rows = {row["month"]: row for row in book.months(2026)}
    for month, moves in example.moves.items():
        kinds = ("new", "expansion", "contraction", "churn", "reactivation")
        assert {k: rows[month][k] for k in kinds} == {k: moves.get(k, 0) for k in kinds}


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.says)
def test_the_order_of_lines_changes_nothing(example: Example):
    months = sorted(example.arr)
    book = books(example)
    example_turned = Example(**{**vars(example), "lines": example.lines[::-1]})
    turned = books(example_turned)
    assert [book.by_customer(month_end(m)) for m in months] == [
        turned.by_customer(month_end(m)) for m in months
    ]

"""Numbers as people read them: rounded, but never over a threshold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.words import gap_in_unit, measured, money, people, rounded, share
from scoring.words import plural

FIGURES = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@pytest.mark.parametrize(
    ("value", "against", "text"),
    [
        ("6.8333", "10", "6.83"),
        ("9.9999", "10", "9.9999"),  # 10.00 would look like a pass
        ("9.9949", "10", "9.99"),
        ("10.0000", "10", "10"),
        ("10.0001", "10", "10.0001"),  # no equality that is none
        ("-0.0001", None, "−0.0001"),  # no zero that is none
        ("0.0000", None, "0"),
        ("12345.6000", None, "12,345.6"),
    ],
)
def test_a_rounding_hides_no_near_miss(value, against, text):
    limit = None if against is None else Decimal(against)
    assert rounded(Decimal(value), 2, limit) == text


@pytest.mark.parametrize(
    ("value", "against", "text"),
    [
        ("99999.9999", "100000", "$99,999.9999"),
        ("99999.9999", None, "$100,000"),
        ("-1327.4000", None, "−$1,327"),
        ("12.3400", None, "$12"),
        ("0", None, "$0"),
        ("0.3000", None, "$0.3"),  # no zero that is none
        ("999.9900", None, "$1,000"),
        ("999.9900", "1000", "$999.99"),
    ],
)
def test_money(value, against, text):
    assert money(Decimal(value), None if against is None else Decimal(against)) == text


@pytest.mark.parametrize(
    ("value", "unit", "against", "text", "gap"),
    [
        ("99999.9999", "USD", "100000", "$99,999.9999", "$100,000"),
        ("1", "yes or no", None, "yes", "1"),  # a gap is no answer
        ("0", "yes or no", None, "no", "0"),
        ("9.9999", "customers a month", "10", "9.9999", "10"),
        ("2", None, None, "2", "2"),
    ],
)
def test_a_metric_is_shown_in_its_unit(value, unit, against, text, gap):
    limit = None if against is None else Decimal(against)
    assert measured(Decimal(value), unit, limit) == text
    assert gap_in_unit(Decimal(value), unit) == gap


def test_an_unknown_gap_is_a_dash():
    assert gap_in_unit(None, "USD") == "—"


@given(FIGURES, FIGURES)
def test_what_is_shown_lies_on_the_side_where_the_value_lies(value, limit):
    shown = Decimal(rounded(value, 2, limit).replace(",", "").replace("−", "-"))
    assert (shown > limit, shown < limit) == (value > limit, value < limit)
    assert (shown > 0, shown < 0) == (value > 0, value < 0)


def test_figures_of_38_digits_are_rounded_too():
    assert rounded(Decimal("9" * 34 + ".9999"), 4).replace(",", "") == "9" * 34 + ".9999"


def test_small_words():
    assert people(None) == "none" and people(True) == "yes" and people([]) == "none"
    assert people(Decimal("6.8333")) == "6.8" and people(Decimal("99.96"), Decimal(100)) == "99.96"
    assert share(Decimal("0.9286")) == "92.9 %" and share(None) == "none"
    assert plural(1, "partner") == "1 partner" and plural(1200, "partner") == "1,200 partners"

"""Every literal of the contract, on both sides of what it admits."""

import polars as pl
import pytest

from ingest.judging.contract import Column
from ingest.judging.literals import blank_to_null, literal

NINES = "9" * 14
CASES = [
    # kind, text, canonical text (None: quarantined)
    ("bool", "TRUE", "true"),
    ("bool", "y", "true"),
    ("bool", "1", "true"),
    ("bool", "No", "false"),
    ("bool", "0", "false"),
    ("bool", "2", None),
    ("bool", "t", "true"),
    ("bool", "FALSCH", "false"),
    ("bool", "Vrai", "true"),
    ("bool", "unchecked", "false"),
    ("bool", "0.0", "false"),
    ("bool", "EPÄTOSI", "false"),
    ("bool", "maybe", None),
    ("int", "+5", "5"),
    ("int", "-7", "-7"),
    ("int", "007", "7"),
    ("int", "1.0", None),
    ("int", "9223372036854775807", "9223372036854775807"),
    ("int", "9223372036854775808", None),
    ("int", "9" * 5000, None),
    ("money", "1", "1"),
    ("money", "-0.1234", "-0.1234"),
    ("money", "+12.50", "12.50"),
    ("money", "1.12345", None),
    ("money", "1,000.00", None),
    ("money", "1 000", None),
    ("money", "12,5", None),
    ("money", "1e3", None),
    ("money", ".5", None),
    ("money", "5.", None),
    ("money", "$5", None),
    ("money", "(5)", None),
    ("money", "NaN", None),
    ("money", "٣", None),
    ("money", NINES, NINES),
    ("money", "1" + NINES, None),
    ("money", "000001.5", "1.5"),
    ("money", "9" * 1000, None),
    ("decimal", "1.1234567890", "1.1234567890"),
    ("decimal", "1.12345678901", None),
    ("decimal", "-3", "-3"),
    ("date", "2024-02-29", "2024-02-29"),
    ("date", "2025-02-29", None),
    ("date", "2025-1-1", None),
    ("date", "20250101", None),
    ("date", "31/05/2025", None),
    ("date", "2025-05-31T00:00:00", None),
    ("date", "0000-01-01", None),
    ("month", "2025-03", "2025-03-01"),
    ("month", "2025-13", None),
    ("month", "2025-03-01", None),
    ("quarter", "2025-Q4", "2025-Q4"),
    ("quarter", "2025-Q5", None),
    ("quarter", "2025Q1", None),
    ("iso4217", "EUR", "EUR"),
    ("iso4217", "eur", None),
    ("iso4217", "DEM", "DEM"),  # a code once: whether it was on the day, the row says
    ("iso4217", "DEX", None),
    ("enum", "ACTIVE", "active"),
    ("enum", "gone", None),
    ("text", " loses its ends ", "loses its ends"),
    ("text", "\u00a0Two  Words\u202f\ufeff", "Two  Words"),
    ("text", "a\0b", None),
    # A moment without an offset is UTC.
    ("timestamp", "2025-03-01T09:30:00", "2025-03-01 09:30:00.000000"),
    ("timestamp", "2025-03-01 09:30", "2025-03-01 09:30:00.000000"),
    ("timestamp", "2025-03-01T09:30:00Z", "2025-03-01 09:30:00.000000"),
    ("timestamp", "2025-03-01T09:30:00+02:00", "2025-03-01 07:30:00.000000"),
    ("timestamp", "2025-03-01T09:30:00-0730", "2025-03-01 17:00:00.000000"),
    ("timestamp", "2025-03-01T09:30:00+05", "2025-03-01 04:30:00.000000"),
    ("timestamp", "2025-03-01T09:30:00.1234567Z", "2025-03-01 09:30:00.123456"),
    ("timestamp", "2025-03-01", "2025-03-01 00:00:00.000000"),
    ("timestamp", "2025-10-028T16:00:00.103+00:00", None),
    ("timestamp", "2025-03-01T24:00:00", None),
    ("timestamp", "2025-03-01T09:30:60Z", None),
    ("timestamp", "2025-03-01T09:30:00+25:00", None),
    ("timestamp", "1740821400", None),
    ("timestamp", "0001-01-01T00:00:00+05:00", None),
]


def read(kind, text):
    column = Column("x", kind, optional=True, choices=("active", "terminated"))
    frame = pl.DataFrame({"x": pl.Series([text], dtype=pl.String)})
    return frame.select(literal(column, blank_to_null(pl.col("x"))).value.alias("x")).item()


@pytest.mark.parametrize(("kind", "text", "canonical"), CASES)
def test_literal(kind, text, canonical):
    assert read(kind, text) == canonical


@pytest.mark.parametrize("kind", sorted({case[0] for case in CASES}))
def test_blanks_alone_are_empty_and_typed_values_may_stand_in_blanks(kind):
    assert read(kind, "   ") is None
    assert read(kind, None) is None
    good = next(text for k, text, canonical in CASES if k == kind and canonical)
    if kind != "text":
        assert read(kind, f" {good}\t") == read(kind, good)

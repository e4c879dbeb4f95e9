"""Bytes to rows: encodings, delimiters, quoting, JSON, parquet, the central bank's file."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingest.formats.reading import read
from ingest.judging.table import ReadContext, Refused

HEADER = "account_id,name,domain"


def table(data, file="crm/accounts.csv", entity="accounts", source="crm"):
    data = data.encode() if isinstance(data, str) else data
    context = ReadContext(source, entity, file, datetime(2025, 6, 1), {"time_zone": "UTC"})
    return read(Path(file), data, context)[0]


def refusal(data, **where):
    with pytest.raises(Refused) as caught:
        table(data, **where)
    return caught.value.rule


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_delimiters(encoding, delimiter, newline):
    lines = ["account_id,name,domain", "A1,Åkerman,a.com"]
    text = newline.join(line.replace(",", delimiter) for line in lines) + newline
    table_read = table(text.encode(encoding))
    assert table_read.header == ("account_id", "name", "domain")
    assert table_read.rows == [("A1", "Åkerman", "a.com")]


def test_delimiter_is_the_one_under_which_the_columns_are_known():
    # More commas than semicolons in the first line, and still semicolons divide it.
    table_read = table('account_id;name;"a,b,c,d,e,f"\nA1;Acme;x\n')
    assert table_read.header == ("account_id", "name", "a,b,c,d,e,f")


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    table_read = table(f'{HEADER}\nA1,"two\nlines",\n\n   \nA2,Beta,b.com')
    assert table_read.rows == [("A1", "two\nlines", ""), ("A2", "Beta", "b.com")]
    assert table_read.row_numbers == [2, 5]


def test_quotes_inside_quotes_and_delimiters_inside_quotes():
    assert table(f'{HEADER}\nA1,"He said ""hi"", then left",\n').rows == [
        ("A1", 'He said "hi", then left', "")
    ]


def test_wrong_number_of_fields_breaks_the_row_alone():
    table_read = table(f"{HEADER}\nA1,Acme\nA2,Beta,b.com\nA3,x,y,z\n,,\n")
    # A line of empty cells alone is no row.
    assert table_read.rows == [("A2", "Beta", "b.com")]
    assert [(b.row, b.faults[0].rule) for b in table_read.broken] == [(2, "fields"), (4, "fields")]


def test_text_after_a_closing_quote_breaks_the_row_alone():
    table_read = table(f'{HEADER}\nA1,"Acme"x,\nA2,Beta,b.com\n')
    assert table_read.rows == [("A2", "Beta", "b.com")]
    assert [(b.row, b.faults[0].rule) for b in table_read.broken] == [(2, "quoting")]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n \n", "empty"),
        (b'account_id,name\nA1,"never closed\nA2,b\n', "truncated"),
        ("account_id,name\nA1,Müller\n".encode("latin-1"), "encoding"),
        ("account_id,name\nA1,x\n".encode("utf-32"), "encoding"),
        ("account_id,name\nA1,x\n".encode("utf-16")[:-1], "encoding"),
        # A byte lost or won in the middle: every later character is made of two halves.
        (
            "account_id,name\nA1,x\n".encode("utf-16-le")[:40]
            + b"x"
            + "y\nA2,z\n".encode("utf-16-le")
            + b"\0",
            "encoding",
        ),
        # Two bytes per character, but for one end: neither utf-16 nor a text of utf-8.
        ("account_id,name\n".encode("utf-16-le") + b"A1,x\n" * 5 + b"\n", "encoding"),
        (b",".join(b"c%d" % i for i in range(1_000_000)), "size"),
        (b"account_id,name\nA1," + b"x" * (1 << 24) + b"xx\n", "size"),
    ],
)
def test_csv_that_is_refused(data, rule):
    assert refusal(data) == rule


def test_endings_that_are_not_read():
    assert refusal("x", file="crm/accounts.xlsx") == "format"
    assert refusal("x", file="crm/accounts") == "format"


def test_json_keeps_numbers_as_written():
    line = '{"account_id": 1.10, "name": 12345678901234567890, "x": true}'
    for data in (f"[{line}]", line + "\n", f'{{"data": [{line}]}}', f'{{"items": [{line}]}}'):
        table_read = table(data, file="crm/accounts.json")
        assert dict(zip(table_read.header, table_read.rows[0], strict=True)) == {
            "account_id": "1.10",
            "name": "12345678901234567890",
            "x": "true",
        }


def test_json_rows_may_lack_keys_and_spell_them_differently():
    table_read = table(
        '{"Account ID": "A1"}\n\n{"account_id": "A2", "name": null}\n', file="crm/accounts.ndjson"
    )
    assert table_read.header == ("Account ID", "name")
    assert table_read.rows == [("A1", None), ("A2", None)]
    assert table_read.row_numbers == [1, 3]


def test_json_rows_that_are_broken():
    lines = [
        '{"account_id": "A1", "name": "x"}',
        '{"account_id": ["A2"], "name": "x"}',
        "[1]",
        '{"account_id": "A4", "account_id": "A5", "name": "x"}',
        '{"account_id": "A6", ',
    ]
    table_read = table("\n".join(lines), file="crm/accounts.ndjson")
    assert table_read.row_numbers == [1]
    assert [(b.row, b.faults[0].rule) for b in table_read.broken] == [
        (2, "type"),
        (3, "json"),
        (4, "json"),
        (5, "json"),
    ]


@pytest.mark.parametrize(
    "data",
    ["[" * 100_000, '{"a":' * 100_000, "[1, 2", '"text"', "[{}]x", '{"data": 1'],
)
def test_json_that_is_refused(data):
    assert refusal(data, file="crm/accounts.json") in ("unreadable", "layout", "json")


def parquet(**columns):
    buffer = io.BytesIO()
    pl.DataFrame(columns).write_parquet(buffer)
    return buffer.getvalue()


def test_parquet_types_become_the_literals_of_the_contract():
    data = parquet(
        plan_id=[1],
        arr_target_usd=pl.Series([Decimal("1200.5000")], dtype=pl.Decimal(18, 4)),
        submitted_on=[datetime(2025, 1, 31)],
        plan_year=[2025.0],
        has_goals=[True],
        at=pl.Series([datetime(2025, 1, 1, 10, tzinfo=UTC)], dtype=pl.Datetime("us", "UTC")),
        day=[date(2025, 2, 1)],
        cents=[0.1],
    )
    table_read = table(
        data, "partner_activity/business_plans.parquet", "business_plans", "partner_activity"
    )
    row = dict(zip(table_read.header, table_read.rows[0], strict=True))
    assert row == {
        "plan_id": "1",
        "arr_target_usd": "1200.5",
        "submitted_on": "2025-01-31",
        "plan_year": "2025",
        "has_goals": "true",
        "at": "2025-01-01T10:00:00.000000",
        "day": "2025-02-01",
        "cents": "0.1",
    }
    assert table_read.row_numbers == [2]


def test_parquet_month_from_a_first_day():
    data = parquet(partner_id=["P"], report_month=[date(2025, 3, 1)])
    table_read = table(data, "reseller_reports/reports.parquet", "reports", "reseller_reports")
    assert table_read.rows == [("P", "2025-03")]


@pytest.mark.parametrize("cut", [0, 3, 100, -1])
def test_parquet_cut_short_is_refused(cut):
    data = parquet(account_id=["A"] * 50, name=["x"] * 50)
    where = {"file": "crm/accounts.parquet"}
    assert refusal(data[:cut] if cut else b"", **where) in ("unreadable", "empty")
    assert refusal(parquet(account_id=[["A"]], name=["x"]), **where) == "type"


def test_more_than_a_machine_holds_is_refused_unread(monkeypatch):
    from ingest.readers import parquet as reader

    packed = parquet(account_id=["A"] * 50_000, name=["x"] * 50_000)
    monkeypatch.setattr(reader, "MOST_VALUES", 99_999)
    assert refusal(packed, file="crm/accounts.parquet") == "size"
    monkeypatch.setattr(reader, "MOST_VALUES", 100_000)
    assert len(table(packed, file="crm/accounts.parquet").rows) == 50_000


def rates(text):
    return table(text, "reference/fx_rates.csv", "fx_rates", "reference")


def test_rates_as_the_bank_publishes_them():
    table_read = rates("Date,USD,JPY,\n2025-01-03,1.03,N/A,\n2025-01-02,1.0,160.5,\n")
    assert table_read.header == ("Date", "USD", "JPY")
    assert table_read.rows == [("2025-01-03", "1.03", None), ("2025-01-02", "1.0", "160.5")]


def test_rates_without_currencies_are_another_file():
    with pytest.raises(Refused, match="three-letter"):
        rates("date,currency,units_per_eur\n2025-01-02,USD,1.03\n")


def test_a_reader_that_stumbles_refuses_the_file(monkeypatch):
    from ingest.formats import reading

    def stumble(*_):
        raise IndexError("nobody thought of these bytes")

    monkeypatch.setattr(reading, "reader_of", lambda _: stumble)
    assert refusal("account_id,name\n1,Acme\n") == "unreadable"

"""Whole files as pandas and strict spreadsheet programs write them, from their bytes to the rows.

Belongs here: files that another program wrote, landed end to end. Does not: single types of columns
(test_ordinary_parquet.py) or single cells (formats/test_workbook.py).
"""

import io
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from ingest.landing.check import check
from ingest.readers import parquet as parquet_reader
from tests.ingest.formats.books import filled, line, with_parts

EDGE = pd.Timestamp("2025-01-31 23:59:59.999999999")  # UTC; in the program's zone still that day
STRICT = (
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "spreadsheetml/main"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/", "officeDocument/"),
)
SERIAL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><v>(4[56][0-9]{3})</v>')


def written(frame: pd.DataFrame, **options) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, **options)
    return out.getvalue()


@pytest.mark.parametrize("zone_name", [None, "UTC", "Europe/Berlin", "America/Los_Angeles"])
def test_a_usage_feed_of_pandas_in_nanoseconds(zone, zone_name):
    moments = pd.Series([EDGE, EDGE + pd.Timedelta(1, "ns"), pd.Timestamp("2025-02-10")])
    if zone_name is not None:
        moments = moments.dt.tz_localize("UTC").dt.tz_convert(zone_name)
    frame = pd.DataFrame(
        {
            "app_id": pd.Categorical(["A", "A", "B"]),
            "company_id": ["C1", "C2", "C3"],
            "occurred_at": moments,
            "http_method": "GET",
            "response_code": pd.array([200, 200, 500], dtype="Int64"),
            "call_count": np.array([1, 2, 3], dtype="uint8"),
        }
    )
    frame.index = [7, 8, 9]  # pandas writes it as a column of its own
    file = "app_usage/usage_events/2025.parquet"
    path = zone.put(file, written(frame))
    (checked,) = check([path], landing=zone.root).files
    assert (checked.status, checked.rows_accepted) == ("accepted", 3)
    zone.land()
    assert zone.counts(file) == ("accepted", 3, 3, 0, 0)
    assert zone.rows("select occurred_at from landing.usage_events order by 1") == [
        (datetime(2025, 1, 31, 23, 59, 59, 999_999),),
        (datetime(2025, 2, 1),),
        (datetime(2025, 2, 10),),
    ]
    months = "select month, sum(calls)::int from landing.usage_calls group by 1 order by 1"
    assert zone.rows(months) == [(date(2025, 1, 1), 3), (date(2025, 2, 1), 3)]


def test_accounts_and_lines_of_pandas(zone):
    frame = pd.DataFrame(
        {
            "account_id": ["A1", "A2", "A3"],
            "name": pd.Series(["Alder", "Birch", "Cedar"], dtype="string"),
            "country": [None, "US", np.nan],
            "customer_since": pd.to_datetime(["2024-01-02", None, "2025-03-01"]),
            "churned_on": [None, date(2025, 6, 30), None],
            "tags": [["x"], [], None],
            "seen": pd.to_timedelta([1, 2, 3], unit="D"),
        }
    )
    zone.put("crm/accounts/pandas.parquet", written(frame))
    lines = pd.DataFrame(
        {
            "partner_id": "P-1",
            "report_month": "2025-03",
            "line_id": [1, 2, 3],
            "line_type": "new",
            "subscription_id": ["S1", "S2", "S3"],
            "customer_name": "Acme",
            "quantity": [1.0, 2.0, np.nan],  # whole numbers beside a gap are floats
            "term_start": pd.Timestamp("2025-03-01"),
            "term_end": pd.Timestamp("2026-02-28"),
            "amount": [0.1 + 0.2, 118818.40000000001, 1200.0],
            "currency": "USD",
        }
    )
    zone.put("reseller_reports/subscription_lines/pandas.parquet", written(lines))
    zone.put("reseller_reports/subscription_lines/pandas-csv.csv", lines.to_csv(index=False))
    zone.land()
    query = (
        "select account_id, country, customer_since, churned_on from landing.accounts order by 1"
    )
    assert sorted(zone.rows(query)) == [
        ("A1", None, date(2024, 1, 2), None),
        ("A2", "US", None, date(2025, 6, 30)),
        ("A3", None, date(2025, 3, 1), None),
    ]
    query = (
        "select line_id, quantity, term_end, amount from landing.subscription_lines"
        " where _file like '%pandas.parquet' order by 1"
    )
    assert zone.rows(query) == [
        ("1", 1, date(2026, 2, 28), Decimal("0.3")),
        ("2", 2, date(2026, 2, 28), Decimal("118818.4")),
        ("3", None, date(2026, 2, 28), 1200),
    ]
    # Its csv says the same.
    assert zone.rows(query.replace("pandas.parquet", "pandas-csv.csv")) == zone.rows(query)


def strict(data: bytes) -> bytes:
    """A workbook as strict spreadsheet programs save it: other namespaces, days as ISO text."""

    def turned(part: bytes) -> bytes:
        for old, new in STRICT:
            part = part.replace(old.encode(), f"http://purl.oclc.org/ooxml/{new}".encode())
        return SERIAL.sub(_iso_cell, part)

    import zipfile

    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    return with_parts(data, {n: turned for n in names if n.endswith((".xml", ".rels"))})


def _iso_cell(match: re.Match[bytes]) -> bytes:
    day = date(1899, 12, 30) + timedelta(days=int(match[3]))
    place, attributes = match[1].decode(), match[2].decode().replace(' t="n"', "")
    return f'<c r="{place}"{attributes} t="d"><v>{day.isoformat()}T00:00:00</v>'.encode()


def test_a_strict_workbook_gives_the_rows_of_the_usual_one(zone, tmp_path):
    lines = [line(line_id=f"L{n}", subscription_id=f"S{n}") for n in range(3)]
    usual = filled(tmp_path, {"Subscriptions": lines}, partner="P-1")
    other = strict(filled(tmp_path, {"Subscriptions": lines}, partner="P-2"))
    assert other.count(b"PK") and other != usual
    zone.put("reseller_reports/workbook/usual.xlsx", usual)
    path = zone.put("reseller_reports/workbook/strict.xlsx", other)
    checked = check([path], landing=zone.root)
    assert not checked.has_faults
    zone.land()
    query = (
        "select line_id, term_start, term_end, amount, report_month from landing.subscription_lines"
        " where partner_id = ? order by 1"
    )
    assert zone.rows(query, "P-2") == zone.rows(query, "P-1")
    assert zone.rows(query, "P-2")[0][1:3] == (date(2025, 3, 1), date(2026, 2, 28))
    assert zone.rows("select partner_id, report_month from landing.reports order by 1") == [
        ("P-1", date(2025, 3, 1)),
        ("P-2", date(2025, 3, 1)),
    ]


def test_a_small_file_that_unfolds_to_more_than_a_machine_holds_is_refused(zone, monkeypatch):
    monkeypatch.setattr(parquet_reader, "MOST_BYTES", 100_000)
    frame = pd.DataFrame({"account_id": ["A1"], "name": ["x" * 1_000_000]})
    zone.put("crm/accounts/folded.parquet", written(frame, compression="zstd"))
    zone.land()
    assert zone.counts("crm/accounts/folded.parquet")[0] == "refused"
    assert zone.rules("crm/accounts/folded.parquet")[0] == (None, None, "size")

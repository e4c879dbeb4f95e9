"""The readers on real input, where PLUMBLINE_REAL_DATA names its folder."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from ingest.formats import api_call_activity
from ingest.judging.table import ReadContext, Refused

from . import pages

REAL = os.environ.get("PLUMBLINE_REAL_DATA", "")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL, reason="PLUMBLINE_REAL_DATA names no folder of real input"),
]


def test_all_published_pages_land_but_for_the_two_impossible_moments() -> None:
    files = sorted(Path(REAL, "crossbeam").glob("v1_*.json"))
    assert len(files) == 22
    tables = {file.name: pages.read(file.read_bytes(), file.name) for file in files}
    faults = [(n, f.cell, f.value) for n, t in tables.items() for b in t.broken for f in b.faults]
    moment = "2025-10-028T16:00:00.103+00:00"
    assert faults == [
        ("v1_signals_accounts.json", "/data/0/triggered_at", moment),
        ("v1_signals_leads.json", "/data/0/triggered_at", moment),
    ]
    published = [json.loads(file.read_bytes())["data"] for file in files]
    assert [len(t.rows) + len(t.broken) for t in tables.values()] == list(map(len, published))
    for table in tables.values():
        assert len({row[1] for row in table.rows}) == len(table.rows)  # two companies, one id


def test_a_warehouses_list_of_tables_is_no_page() -> None:
    with pytest.raises(Refused):
        pages.read(Path(REAL, "crossbeam", "warehouse_tables.json").read_bytes())


def test_the_activity_report_counts_every_call() -> None:
    file = Path(REAL, "procore_api_call_activity", "calls.csv")
    name = "app_usage/api_call_activity/A-1/calls.csv"
    context = ReadContext("app_usage", "api_call_activity", name, datetime(2025, 1, 1))
    (table,) = api_call_activity.read(file, file.read_bytes(), context)
    calls = Counter[str]()
    for row in table.rows:
        calls[row[1] or ""] += int(row[4] or 0)
    assert (len(table.rows), calls.total()) == (2571, 10_000)
    assert (calls["404"], calls["403"], calls["200"]) == (213, 2, 9126)

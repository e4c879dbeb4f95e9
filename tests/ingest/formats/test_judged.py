"""Foreign files through reading and judging together, as the landing does it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import polars as pl

from ingest.deliveries.delivery import Piece, read_pieces
from ingest.deliveries.discover import discover
from ingest.deliveries.settings import Settings
from ingest.expectations import landed_checks
from tests.ingest.zone import Zone

from .books import filled, line
from .pages import BAD_MOMENT, page, signal


def pieces(landing: Path) -> dict[str, Piece]:
    """Entity -> piece of every file of a landing zone."""
    files = discover(landing)
    store = landing.parent / "raw"
    read = read_pieces(files, Settings(time_zone="America/Los_Angeles"), store)
    return {piece.entity: piece for piece in read}


def put(landing: Path, name: str, data: bytes) -> None:
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def faults(piece: Piece) -> list[tuple[str, str, str]]:
    assert piece.judged is not None
    return piece.judged.faults.select("cell", "column", "rule").sort("cell").rows()


def test_a_workbook_lands_as_four_entities_and_its_faults_name_their_cells(tmp_path) -> None:
    rows = [line(), line(line_id="L2", amount="1,200.50"), line(line_id="L3", term_start="3/1/25")]
    landing = tmp_path / "landing"
    put(
        landing,
        "reseller_reports/workbook/P-1-2025-03.xlsx",
        filled(tmp_path, {"Subscriptions": rows}),
    )
    by_entity = pieces(landing)
    assert {name: piece.counts[:3] for name, piece in by_entity.items()} == {
        "reports": (1, 1, 0),
        "subscription_lines": (3, 1, 2),
        "marketing_lines": (0, 0, 0),
        "forecast_lines": (0, 0, 0),
    }
    assert faults(by_entity["subscription_lines"]) == [
        ("Subscriptions!H4", "term_start", "date"),
        ("Subscriptions!J3", "amount", "money"),
    ]
    good = by_entity["subscription_lines"].good()
    assert good["report_month"].to_list() == ["2025-03-01"]
    assert not any(piece.refusal for piece in by_entity.values())


def test_what_the_cover_says_wrong_is_told_for_each_row_that_takes_it(tmp_path) -> None:
    """Two sheets have rows of one number: a fault names its row's own sheet, and the Cover too."""
    zone = Zone(tmp_path)
    data = filled(
        tmp_path,
        {"Subscriptions": [line()], "Renewals": [line(line_id="R1")]},
        lambda book: book["Cover"].cell(2, 2, "March"),
    )
    zone.put("reseller_reports/workbook/P-1-2025-03.xlsx", data)
    zone.land()
    assert zone.rows(
        "select cell, message like '%it stands in Cover!B2%' from landing.quarantine"
        " join landing.deliveries using (delivery_id) where entity = 'subscription_lines'"
        " order by cell"
    ) == [("Renewals!A2", True), ("Subscriptions!A2", True)]
    assert [check.sentence for check in landed_checks(zone.con) if not check.passed] == []


def test_a_formula_beside_the_table_is_no_blank(tmp_path) -> None:
    """Left by a program that does not calculate, it shows nothing, and still it stands there."""
    data = filled(tmp_path, edit=lambda book: book["Subscriptions"].cell(2, 20, "=A1"))
    landing = tmp_path / "landing"
    put(landing, "reseller_reports/workbook/P-1-2025-03.xlsx", data)
    assert faults(pieces(landing)["subscription_lines"]) == [("Subscriptions!T2", None, "fields")]


def test_pages_and_installations_are_judged(tmp_path) -> None:
    landing = tmp_path / "landing"
    put(
        landing,
        "account_mapping/crossbeam/v1_signals_accounts-1.json",
        page([signal(triggered_at=BAD_MOMENT), signal(event_id="e2")]),
    )
    page_of = [
        {"id": 1, "app_uid": "A", "status": "installed", "installed_at": "2025-01-01T00:00:00Z"},
        {"id": 2, "app_uid": "A", "status": "installed", "installed_at": BAD_MOMENT},
    ]
    put(landing, "app_usage/installations/C-1/1.json", json.dumps(page_of).encode())
    by_entity = pieces(landing)
    assert by_entity["crossbeam_api"].counts[:3] == (2, 1, 1)
    assert faults(by_entity["crossbeam_api"]) == [
        ("/data/0/triggered_at", "triggered_at", "timestamp")
    ]
    assert by_entity["installations"].counts[:3] == (2, 1, 1)
    good = by_entity["installations"].good()
    assert good.select(pl.col("company_id", "is_demo")).row(0) == ("C-1", "false")


def test_overlapping_report_windows_share_their_keys(tmp_path) -> None:
    header = b"Date,Response Code,HTTP Method,Normalized Route,Count\n"
    landing = tmp_path / "landing"
    put(landing, "app_usage/api_call_activity/A-1/march.csv", header + b"2025-03-01,200,GET,/x,3\n")
    (piece,) = pieces(landing).values()
    row = piece.good().row(0, named=True)
    assert [row[c] for c in ("app_id", "date", "response_code", "http_method", "count")] == [
        "A-1",
        "2025-03-01",
        "200",
        "GET",
        "3",
    ]
    assert datetime.fromisoformat(row["date"])

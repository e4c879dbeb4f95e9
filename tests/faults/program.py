"""A partner program of a few rows whose years arrive one after the other, some of it late.

Belongs here: the files of each arrival, with their moments of receipt. Does not: what is run on
them, or what is expected.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.judging.contract import entity

Row = Mapping[str, Any]
# One partner above the lowest rung, one a customer short of it, one without a manager from 2024.
CUSTOMERS = {"steady": 102, "short": 99, "alone": 101}
ARRIVALS = ("first", "person", "second", "late")
ERASED = "erin.okafor@steady.example"
RECEIVED = {
    "first": "2024-01-05T09:00:00Z",
    "person": "2024-01-05T09:30:00Z",
    "second": "2025-01-06T09:00:00Z",
    "late": "2025-02-20T09:00:00Z",
    "dispute": "2025-02-21T09:00:00Z",
}


def arrive(landing: Path, arrival: str) -> list[str]:
    """Put the files of one of ARRIVALS into the landing zone; returns their names."""
    made = {"first": _first, "person": _person, "second": _second, "late": _late}
    files = made[arrival]()
    for name, content in files.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    receive(landing, dict.fromkeys(files, RECEIVED[arrival]))
    return sorted(files)


def receive(landing: Path, moments: Mapping[str, str]) -> None:
    """Say in `_received.csv` when files were received; the list appears whole or not at all."""
    path = landing / "_received.csv"
    known: dict[str, str] = {}
    if path.exists():
        known = {r["file"]: r["received_at"] for r in csv.DictReader(path.open(newline=""))}
    rows = [{"file": f, "received_at": at} for f, at in sorted({**known, **moments}.items())]
    fresh = path.with_name("._received.new")
    fresh.write_bytes(_text(["file", "received_at"], rows))
    fresh.replace(path)


def _text(columns: Iterable[str], rows: Iterable[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _csv(name: str, rows: Iterable[Row]) -> bytes:
    return _text([column.name for column in entity(name).columns], rows)


def _first() -> dict[str, bytes]:
    owners = [{"partner_id": name} for name in CUSTOMERS]
    kinds = ("framework", "technology_addendum", "developer_terms")
    activity = {
        "partners": [
            {**p, "name": p["partner_id"].title(), "joined_on": "2023-01-01", "status": "active"}
            for p in owners
        ],
        "enrollments": [
            {
                **p,
                "program": "technology",
                "application_completed_on": "2023-01-01",
                "enrolled_on": "2023-01-01",
            }
            for p in owners
        ],
        "agreements": [
            {
                **p,
                "agreement_id": f"{p['partner_id']}-{kind}",
                "agreement_type": kind,
                "version": "2023.1",
                "executed_on": "2023-01-01",
                "redlined": "no",
            }
            for p in owners
            for kind in kinds
        ],
        "contacts": [
            {
                **p,
                "contact_id": f"C-{p['partner_id']}",
                "name": "Kim",
                "role": "partnership_manager",
                "active_from": "2023-01-01",
                "active_to": "2023-12-31" if p["partner_id"] == "alone" else "",
            }
            for p in owners
        ],
        "enablement_materials": [
            {
                **p,
                "material_id": f"M-{p['partner_id']}-{kind}",
                "kind": kind,
                "verified_on": "2023-01-01",
            }
            for p in owners
            for kind in ("training", "support")
        ],
        "conduct_cases": [],
        "agreement_terms": [],
    }
    usage = {
        "apps": [
            {
                **p,
                "app_id": f"app-{p['partner_id']}",
                "name": "App",
                "kind": "data_connector",
                "marketplace": "commercial",
                "declared_data_flow": "bidirectional",
                "first_launched_on": "2023-01-02",
                "description": "x",
                "logo_url": "y",
                "support_contact": "z",
            }
            for p in owners
        ],
        "listing_events": [
            {"app_id": f"app-{p['partner_id']}", "event": event, "occurred_on": "2023-01-02"}
            for p in owners
            for event in ("validated", "listed")
        ],
        "installations": [
            {
                "installation_id": f"I-{name}-{n}",
                "app_id": f"app-{name}",
                "company_id": f"{name}-{n}",
                "is_demo": "false",
                "installed_at": "2023-01-03T00:00:00Z",
            }
            for name, count in CUSTOMERS.items()
            for n in range(count + 3)
        ],
        "contact_requests": [],
    }
    files = {f"partner_activity/{name}.csv": _csv(name, rows) for name, rows in activity.items()}
    files |= {f"app_usage/{name}.csv": _csv(name, rows) for name, rows in usage.items()}
    # Read in place, so that a kept file and one that stays where it is are both harmed.
    files["app_usage/usage_events/2023.parquet"] = _parquet(_calls(2023, CUSTOMERS))
    return files


def _person() -> dict[str, bytes]:
    """Somebody of `steady` whom the story erases in the end."""
    row = {
        "contact_id": "C-erin",
        "partner_id": "steady",
        "name": "Erin Okafor-Lind",
        "email": ERASED,
        "role": "sales",
        "active_from": "2023-01-01",
    }
    return {"partner_activity/contacts-more.csv": _csv("contacts", [row])}


def _second() -> dict[str, bytes]:
    return {"app_usage/usage_events/2024.csv": _csv("usage_events", _calls(2024, CUSTOMERS))}


def _late() -> dict[str, bytes]:
    """Calls of 2024 that nobody had: they carry `short` to the rung above."""
    calls = _calls(2024, {"short": CUSTOMERS["short"] + 3}, since=CUSTOMERS["short"])
    return {"app_usage/usage_events/2024-late.csv": _csv("usage_events", calls)}


def _calls(year: int, customers: Mapping[str, int], since: int = 0) -> list[Row]:
    """A call of each customer in each month: the first one writes, the others read."""
    return [
        {
            "app_id": f"app-{name}",
            "company_id": f"{name}-{n}",
            "occurred_at": f"{year}-{month:02d}-15T12:00:00Z",
            "http_method": "GET" if n else "POST",
            "response_code": 200,
            "call_count": 1,
        }
        for name, count in customers.items()
        for n in range(since, count)
        for month in range(1, 13)
    ]


def _parquet(rows: list[Row]) -> bytes:
    out = io.BytesIO()
    table = pa.Table.from_pylist([dict(row) for row in rows])
    pq.write_table(table, out)
    return out.getvalue()

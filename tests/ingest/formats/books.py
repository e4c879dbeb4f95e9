"""Workbooks for the tests: a template filled as a person fills it, and archives bent by hand.

Belongs here: builders. Does not: assertions.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from ingest.formats import workbook
from ingest.formats.template import write_template
from ingest.judging.table import RawTable, ReadContext

ZONE = "America/Los_Angeles"
LINE = [
    "L1",
    "new",
    "S1",
    "Acme",
    "acme.com",
    "Suite",
    2,
    date(2025, 3, 1),
    date(2026, 2, 28),
    1200.5,
    "USD",
    "OF1",
]

Edit = Callable[[openpyxl.Workbook], None]


def line(**changes: Any) -> list[Any]:
    """A subscription line as the template's columns stand, with some values changed."""
    names = [
        "line_id",
        "line_type",
        "subscription_id",
        "customer_name",
        "customer_domain",
        "product",
        "quantity",
        "term_start",
        "term_end",
        "amount",
        "currency",
        "order_form_id",
    ]
    values = dict(zip(names, LINE, strict=True)) | changes
    return [values[name] for name in names]


def filled(
    tmp_path: Path,
    rows: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    edit: Edit | None = None,
    partner: str = "P-1",
) -> bytes:
    """The template with rows put under the headers, saved by another program."""
    path = tmp_path / "workbook.xlsx"
    write_template(path, partner, "2025-03")
    book = openpyxl.load_workbook(path)
    for name, lines in (rows or {}).items():
        for number, values in enumerate(lines, start=2):
            for place, value in enumerate(values, start=1):
                book[name].cell(number, place, value)
    if edit:
        edit(book)
    book.save(path)
    return path.read_bytes()


def read(data: bytes, received: datetime = datetime(2025, 4, 2, 15)) -> dict[str, RawTable]:
    """Entity -> table of a workbook received at that moment (UTC)."""
    context = ReadContext(
        "reseller_reports",
        "workbook",
        "reseller_reports/workbook-2025-03.xlsx",
        received,
        {"time_zone": ZONE},
    )
    return {t.entity: t for t in workbook.read(Path("workbook.xlsx"), data, context)}


def records(table: RawTable) -> list[dict[str, str | None]]:
    """The rows of a table by column, with defaults."""
    return [{**table.defaults, **dict(zip(table.header, r, strict=True))} for r in table.rows]


def with_parts(data: bytes, parts: Mapping[str, bytes | Callable[[bytes], bytes] | None]) -> bytes:
    """The archive with members added, changed by a function, or (None) left out."""
    out = io.BytesIO()
    old = zipfile.ZipFile(io.BytesIO(data))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = parts.get(name, old.read(name))
            if change is not None:
                new.writestr(name, change(old.read(name)) if callable(change) else change)
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return out.getvalue()

"""The developer platform's pages of app installations, one folder per company.

Belongs here: those pages, and the declared list of demonstration installs. Does not: whether a
call counts (transforms).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.formats.json_page import canonical, parse, records_of, text_faults
from ingest.judging.headers import fold
from ingest.judging.table import BrokenRow, Fault, Note, RawTable, ReadContext, Refused
from ingest.readers import delimited
from ingest.readers.text import decode

HEADER = (
    "installation_id",
    "app_id",
    "company_id",
    "is_demo",
    "installed_at",
    "uninstalled_at",
)
THEIRS = ("id", "app_uid", None, None, "installed_at", "uninstalled_at")
STATUSES = ("installed", "uninstalled")
DEMO_LIST = ("app_usage", "installations", "_demo.csv")
"""Below the landing zone: company_id,installation_id; either may be empty."""

Demo = tuple[str, str]
"""(company_id, installation_id); an empty one stands for all."""


def declared_demos(landing: Path) -> tuple[Demo, ...] | None:
    """The list of a landing zone, sorted; None where there is none, or none that can be read."""
    path = landing.joinpath(*DEMO_LIST)
    if not path.is_file() or demo_list_fault(path) is not None:
        return None
    return demo_list(path.read_bytes())


def demo_list_fault(path: Path) -> str | None:
    """What is wrong with a list of demonstration installs, None when it can be read."""
    if path.is_symlink():
        return f"{DEMO_LIST[-1]} is a link; put the file itself there"
    try:
        demo_list(path.read_bytes())
    except OSError as error:
        return f"{DEMO_LIST[-1]} can't be opened: {error.strerror}"
    except Refused as refused:
        return refused.message
    return None


def demo_list(data: bytes) -> tuple[Demo, ...]:
    """The demonstration installs that a list declares; Refused for anything else.

    A row with both ids means that installation; a row with only a company means all of the
    company's.
    """
    text, _ = decode(data)
    parsed = delimited.parse(text, {"companyid", "installationid"})
    names = [fold(name) for name in parsed.header]
    if "companyid" not in names and "installationid" not in names:
        raise Refused("header", f"{DEMO_LIST[-1]} needs the columns company_id, installation_id")

    def pick(row: tuple[str | None, ...], name: str) -> str:
        return (row[names.index(name)] or "").strip() if name in names else ""

    pairs = {(pick(row, "companyid"), pick(row, "installationid")) for row in parsed.rows}
    return tuple(sorted(pair for pair in pairs if any(pair)))


def company_of(file: str) -> str:
    """The company's id: the folder in `app_usage/installations/<company_id>/*.json`, else ""."""
    parts = PurePosixPath(file).parts
    return parts[2] if len(parts) > 3 and parts[1] == "installations" else ""


def read(path: Path, data: bytes, context: ReadContext) -> list[RawTable]:
    """Read one page of a company's installations.

    `context.settings["demo_installations"]` is what `declared_demos` gives; without it is_demo
    is false and a note says so. A record that contradicts itself or its folder is broken. Refused:
    no list of objects, or no company's folder.
    """
    company = company_of(context.file)
    if not company:
        raise Refused("path", "the page names no company; put it under installations/<company_id>/")
    document = parse(data)
    prefix, records = ("/", document) if isinstance(document, list) else _records(document)
    declared = context.settings.get("demo_installations")
    demos = declared if isinstance(declared, Collection) else None
    extra: list[str | None] = []
    table = RawTable("installations", HEADER, extra=extra)
    for index, record in enumerate(records):
        pointer = f"{prefix}{index}" if prefix else ""
        faults = _faults(record, company, pointer, index + 1)
        row = _row(record, company, demos) if isinstance(record, dict) else ()
        if faults:
            table.broken.append(BrokenRow(index + 1, tuple(faults), row, pointer))
            continue
        table.rows.append(row)
        table.row_numbers.append(index + 1)
        rest = {k: v for k, v in record.items() if k not in THEIRS}
        extra.append(canonical(rest))
    if demos is None and table.rows:
        table.notes.append(
            Note(
                "demo_unknown",
                "the pages name no demonstration installs and no list declares any "
                f"({'/'.join(DEMO_LIST)}); all count as real",
            )
        )
    return [table]


def _records(document: Any) -> tuple[str, list[Any]]:
    """(JSON pointer of the list, records); a single installation is a page of one."""
    if isinstance(document, dict) and "app_uid" in document:
        return "", [document]
    name, records = records_of(document, "installations")
    return f"/{name}/", records


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) else None


def _row(
    record: dict[str, Any], company: str, demos: Collection[object] | None
) -> tuple[str | None, ...]:
    values = [_text(record.get(name)) if name else None for name in THEIRS]
    values[2] = company
    here = {(company, ""), ("", values[0] or "-"), (company, values[0] or "-")}
    values[3] = "true" if demos is not None and any(d in demos for d in here) else "false"
    return tuple(values)


def _faults(record: Any, company: str, pointer: str, row: int) -> list[Fault]:
    if not isinstance(record, dict):
        return [
            Fault(
                "json", "the record is not an object", row, pointer, None, canonical(record)[:200]
            )
        ]

    def fault(name: str, message: str) -> Fault:
        shown = canonical(record.get(name))[:200]
        return Fault(
            "status" if name == "status" else "type", message, row, f"{pointer}/{name}", name, shown
        )

    faults = text_faults(record, pointer, row)
    faults += [
        fault(name, "one value belongs here, no list or object")
        for name in THEIRS
        if name and isinstance(record.get(name), dict | list | bool)
    ]
    status = record.get("status")
    if status is not None and status not in STATUSES:
        faults.append(fault("status", f"the status is one of {', '.join(STATUSES)}"))
    if status == "uninstalled" and not record.get("uninstalled_at"):
        faults.append(fault("status", "uninstalled, but it does not say when; deliver it whole"))
    if status == "installed" and record.get("uninstalled_at"):
        faults.append(fault("status", "installed, but uninstalled_at is filled; which is right?"))
    other = record.get("company_id")
    if other is not None and _text(other) != company:
        faults.append(fault("company_id", f"the record is another company's than folder {company}"))
    return faults

"""Pages of a CRM's API as tables: Salesforce's query answers and HubSpot's lists of objects.

Belongs here: recognising such a page, a record as a row with its own field names, merged ids. Does
not: which field is which column of ours (column maps), or fetching pages (ingest/sources/).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ingest.formats.json_page import Number, canonical, parse, text_faults
from ingest.formats.limits import limits
from ingest.judging.contract import Entity
from ingest.judging.table import BrokenRow, Fault, Note, RawTable, Refused, storable

SALESFORCE, HUBSPOT = "records", "results"
TYPE = "attributes.type"
MERGED, ARCHIVED, MERGED_INTO = "hs_merged_object_ids", "archived", "merged_into"
DIGITS = 60  # longer numbers stay as they are written, and the judge names them


def may_be_page(content: str) -> bool:
    """Whether a JSON text is worth reading as a page; this alone rules most files out."""
    start = content[:1000].lstrip()
    return start.startswith("{") and any(f'"{name}"' in content for name in (SALESFORCE, HUBSPOT))


def read_page(data: bytes, spec: Entity) -> RawTable | None:
    """A page's records as rows under their own field names; None for anything else.

    Fields of a related record are named with a dot (`Owner.Email`), as the query names them;
    numbers are written out (`1.2E7` is 12000000). A record that HubSpot merged into another lands
    as deleted under each of its old ids. A page without records is an empty delivery. Refused as
    json_page.parse says.
    """
    document = parse(data)
    records = _records(document)
    if records is None:
        return None
    rows, faulty = [], []
    merged = 0
    for number, record in enumerate(records, start=1):
        faults = _faults(record, number)
        if faults:
            faulty.append(BrokenRow(number, tuple(faults)))
            continue
        row = _row(record)
        rows.append((number, row))
        for old in _old_ids(row):
            rows.append((number, {**row, "id": old, ARCHIVED: "true", MERGED_INTO: row["id"]}))
            merged += 1
    names = list(dict.fromkeys(name for _, row in rows for name in row))
    header = tuple(names) or tuple(column.name for column in spec.columns)
    table = RawTable(spec.name, header, broken=faulty)
    table.rows = [tuple(row.get(name) for name in header) for _, row in rows]
    table.row_numbers = [number for number, _ in rows]
    if merged:
        message = f"{merged} old ids of merged records land as deleted"
        table.notes.append(Note("merged", message))
    return table


def _records(document: Any) -> list[Any] | None:
    """The records of a page, None where the document is none."""
    if not isinstance(document, dict):
        return None
    for name, is_record, marks in (
        (SALESFORCE, _of_salesforce, ("done", "totalSize")),
        (HUBSPOT, _of_hubspot, ("paging", "total", "startedAt", "completedAt")),
    ):
        held = document.get(name)
        if not isinstance(held, list):
            continue
        if len(held) > limits("json")["records"]:
            raise Refused("size", f"{len(held)} records in one page; fetch smaller ones")
        whole = isinstance(document.get("done"), bool) if name == SALESFORCE else True
        if held and any(map(is_record, held)):
            return held
        if not held and whole and set(document) <= {name, *marks, "nextRecordsUrl", "status"}:
            return held
    return None


def _of_salesforce(record: Any) -> bool:
    return isinstance(record, dict) and isinstance(record.get("attributes"), dict)


def _of_hubspot(record: Any) -> bool:
    return isinstance(record, dict) and isinstance(record.get("properties"), dict)


def _faults(record: Any, number: int) -> list[Fault]:
    if not (_of_salesforce(record) or _of_hubspot(record)):
        message = "the record is none of this CRM; deliver the page as it was received"
        return [Fault("json", message, number, None, None, canonical(record)[:200])]
    return text_faults(record, "", number)


def _row(record: Mapping[str, Any]) -> dict[str, str | None]:
    """Field name -> text of one record."""
    row: dict[str, str | None] = {}
    if isinstance(record.get("properties"), dict):
        flat = {name: value for name, value in record.items() if name != "properties"}
        # The record's own id and marks come before a property of the same name.
        _add(row, "", {**record["properties"], **flat})
    else:
        _add(row, "", record)
    return row


def _add(row: dict[str, str | None], before: str, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        place = f"{before}{name}"
        if name == "attributes" and isinstance(value, dict):
            kind = value.get("type")
            if not before and isinstance(kind, str):
                row[TYPE] = kind
        elif isinstance(value, dict) and "attributes" in value:
            _add(row, f"{place}.", value)
        else:
            row[storable(place)] = _text(value)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return plain_number(value)
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def plain_number(text: str) -> str:
    """A JSON number without an exponent, exactly; one that is too long stays as it is written."""
    if "e" not in text.lower():
        return str(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return str(text)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > DIGITS:
        return str(text)
    return format(number, "f")


def _old_ids(row: Mapping[str, str | None]) -> list[str]:
    """The ids that a HubSpot record had before others were merged into it."""
    listed = (row.get(MERGED) or "").replace(",", ";").split(";")
    return [old.strip() for old in dict.fromkeys(listed) if old.strip() not in ("", row.get("id"))]

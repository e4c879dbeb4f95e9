"""Writes one decision of a person as a new file of the landing zone (GUIDE-NONCOMPLIANCE and all
that the guide leaves to people).

Belongs here: checking and writing that one row. Does not: deciding, or changing an earlier file.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

from ingest.check import check
from ingest.contract import entity
from ingest.settings import Settings


class BadDecision(ValueError):
    """The row breaks the contract of its entity; the message names column, value and remedy."""


def record(landing: Path, entity_name: str, values: Mapping[str, str | None]) -> Path:
    """Write `values` as a new csv file under `<landing>/decisions/`; returns its path.

    The file's name is made from its content, so recording the same decision twice changes nothing
    and no file is ever overwritten. Raises BadDecision when the row would be quarantined.
    """
    spec = entity(entity_name)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in spec.columns])
    writer.writerow([values.get(column.name) or "" for column in spec.columns])
    content = text.getvalue().encode()
    name = f"{entity_name}-{hashlib.sha256(content).hexdigest()[:16]}.csv"
    path = landing / spec.source / name
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{name}.new")
    fresh.write_bytes(content)
    # Renamed once it is whole: a run never sees half a decision.
    fresh.replace(path)
    report = check([path], landing=landing, settings=Settings())
    faults = [fault.message for file in report.files for fault in file.faults]
    if faults or report.has_faults:
        path.unlink()
        raise BadDecision(f"{entity_name}: " + "; ".join(faults))
    return path

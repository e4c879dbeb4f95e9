"""Writes one decision of a person as a new file in the landing zone (GUIDE-NONCOMPLIANCE, and
everything that the guide leaves to people).

Belongs here: checking and writing that row. Does not: deciding, or changing an earlier file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ingest.atomic import write_file
from ingest.deliveries.received import received_at
from ingest.deliveries.settings import Settings
from ingest.judging.contract import Entity, entity
from ingest.landing.check import check
from ingest.safe_text import runs

# What a decision with an id of its own is about.
ABOUT = ("partner_id", "program", "requirement", "period")


class BadDecision(ValueError):
    """The row breaks the contract of its entity; the message names column, value and remedy."""


def record(landing: Path, entity_name: str, values: Mapping[str, str | None]) -> Path:
    """Write `values` as a new csv file under `<landing>/decisions/`; returns its path.

    The file's name is made from its content, so recording the same decision twice changes nothing
    and no file is ever overwritten. Raises BadDecision when the row would be quarantined, when
    its id is that of a decision about something else, which it would silently replace, or when
    another decision has replaced it since: the same bytes again would change nothing.
    """
    spec = entity(entity_name)
    for column, value in values.items():
        if value and runs(value):
            problem = f"{column} {value[:60]!r} is a formula to a spreadsheet"
            raise BadDecision(f"{entity_name}: {problem}; begin it with a letter or a digit")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in spec.columns])
    writer.writerow([values.get(column.name) or "" for column in spec.columns])
    content = text.getvalue().encode()
    name = f"{entity_name}-{hashlib.sha256(content).hexdigest()[:16]}.csv"
    path = landing / spec.source / name
    if path.exists():
        _refuse_replaced(landing, spec, path)
        return path
    _check(spec.source, entity_name, name, content)
    _refuse_taken_id(landing, spec, values)
    # The file gets its name when it is whole and valid: a run never sees half a decision, or a
    # wrong one.
    write_file(path, content)
    return path


def _check(source: str, entity_name: str, name: str, content: bytes) -> None:
    """BadDecision when the row would be quarantined; nothing is in the landing zone yet."""
    with tempfile.TemporaryDirectory(prefix="plumbline-decision-") as folder:
        trial = Path(folder) / source / name
        trial.parent.mkdir()
        trial.write_bytes(content)
        report = check([trial], landing=Path(folder), settings=Settings())
    faults = [fault.message for file in report.files for fault in file.faults]
    if faults or report.has_faults:
        raise BadDecision(f"{entity_name}: " + "; ".join(faults))


def _refuse_taken_id(landing: Path, spec: Entity, values: Mapping[str, str | None]) -> None:
    """BadDecision when an earlier file gives the id to a decision about another partner or thing.

    Only needed where the key is an id that a person makes up; every other key names its partner.
    """
    about = [c.name for c in spec.columns if c.name in ABOUT and c.name not in spec.key]
    if "partner_id" not in about:
        return
    for path in sorted((landing / spec.source).glob(f"{spec.name}*.csv")):
        for row in _rows(path):
            same_id = all(row.get(name) == (values.get(name) or "") for name in spec.key)
            if same_id and any(row.get(name) != (values.get(name) or "") for name in about):
                taken = ", ".join(f"{name} {row.get(name) or 'none'}" for name in about)
                ids = " ".join(f"{name} {values.get(name)}" for name in spec.key)
                raise BadDecision(
                    f"{spec.name}: {ids} is that of another decision ({taken}; {path.name}), which "
                    "this one would replace; give it an id of its own"
                )


def _refuse_replaced(landing: Path, spec: Entity, path: Path) -> None:
    """BadDecision when a later file decides otherwise under the key of the one at `path`.

    What lands for a second time with the same bytes is a duplicate, so the later one stays in
    force.
    """
    [own] = _rows(path)
    file = path.relative_to(landing).as_posix()
    order = (received_at(landing, file), file)
    for other in sorted(path.parent.glob(f"{spec.name}*.csv")):
        name = other.relative_to(landing).as_posix()
        same = [row for row in _rows(other) if all(row.get(k) == own[k] for k in spec.key)]
        if same and same[-1] != own and (received_at(landing, name), name) > order:
            reason = next(c.name for c in reversed(spec.columns) if c.kind in ("text", "date"))
            raise BadDecision(
                f"{spec.name}: this was recorded as {path.name} and replaced since by "
                f"{other.name}; to decide so again, write another {reason}"
            )


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a csv file in our own layout; none where it is something else."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []  # whoever checks or lands it names the fault

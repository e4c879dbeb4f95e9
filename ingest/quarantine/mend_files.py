"""Quarantined rows as files that people mend and drop into the landing zone again.

Belongs here: which rows go into which file, its name and its bytes. Does not: finding the rows
(mend.py), or reading a mended file, which lands like any other.

Each partner gets a folder with the layout of a landing zone, so that it can be sent to the partner
and copied over the landing zone once it is mended. A file has the original columns, each value as
it was delivered, then MENDING (`_rule, _message, _file, _row`), which landing leaves out. A value
that a spreadsheet could run gets an apostrophe in front; a file that still ends in those four
columns is read without it, so that an untouched value comes back as it was.
A file's name contains the delivery that it mends: once the file has landed, the rows are settled,
and the same bytes dropped twice are a duplicate. Rows of one key update each other; a reseller's
line goes out with all lines of its report, because a report replaces the earlier one as a whole.
A file that somebody has changed since it went out is never overwritten.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ingest.deliveries.delivery import CROSSBEAM
from ingest.deliveries.discover import digest
from ingest.deliveries.raw_store import kept_file
from ingest.deliveries.receipt_order import LINES
from ingest.formats.json_page import canonical, parse, records_of
from ingest.quarantine.mend import REPORT, WHOLE_FILE, encoded, mend_mark
from ingest.quarantine.mend_csv import FROM_FOLDER, csv_of
from ingest.quarantine.mend_rows import Batch, Quarantined, fields_by_place


@dataclass(frozen=True)
class MendFile:
    """A file of an export: `path` below its folder, rows in it, and how many are at fault. `kept`:
    somebody has changed the file since an earlier export, and it was left as it is."""

    path: str
    source: str
    entity: str
    partner: str | None
    delivered_in: str
    rows: int
    faulty: int
    kept: bool = False


@dataclass(frozen=True)
class LeftOut:
    """A file that can't be mended row by row, why, and what to do."""

    file: str
    rows: int
    message: str


def _where(batch: Batch, partner: str | None, ending: str) -> PurePosixPath:
    folder = PurePosixPath(encoded(partner), batch.source)
    parts = PurePosixPath(batch.file).parts
    if batch.entity in FROM_FOLDER and len(parts) > 3:
        # The folder shows what the columns don't: which app's report it is.
        folder = folder / parts[1] / parts[2]
    return folder / f"{batch.entity}{mend_mark(batch.entity, batch.delivery_id, partner)}{ending}"


def _page(batch: Batch, rows: list[Quarantined], store: Path) -> bytes | None:
    """Records of the account-mapping vendor as a page in their own layout; what is wrong is written
    next to the records, where no reader looks."""
    path = kept_file(store, batch.sha256)
    if path is None:
        return None
    _, records = records_of(parse(path.read_bytes()), "API")
    problems = [
        {"_file": batch.file, "_row": str(row.row), "_rule": p.rule, "_message": p.message}
        for row in rows
        for p in row.problems
    ]
    chosen = [records[row.row - 1] for row in rows if row.row and row.row <= len(records)]
    lines = ",\n".join(canonical(record) for record in chosen)
    return f'{{"data":[\n{lines}\n],\n"mending":{canonical(problems)}}}\n'.encode(
        "utf-8", "backslashreplace"
    )


def _groups(batch: Batch) -> dict[str | None, list[Quarantined]]:
    groups: dict[str | None, list[Quarantined]] = defaultdict(list)
    rows = [row for row in batch.rows if row.row is not None and row.fields is not None]
    # Lines that name no reseller may be anyone's: then the whole delivery is one file.
    single = batch.entity == LINES and any(row.partner is None for row in rows)
    for row in rows:
        groups[None if single else row.partner].append(row)
    return groups


def _with_report(batch: Batch, partner: str | None, rows: list[Quarantined]):
    """Rows to write; for a reseller's lines all those of the same reports (RESL-REPORTS)."""
    if batch.entity != LINES or batch.table is None:
        return [(row, row.row or 0, row.fields) for row in rows]
    faulty = {row.place: row for row in rows}
    open_months = any(
        p.column == REPORT[1] or not batch.text(row.fields, REPORT[1])
        for row in rows
        for p in row.problems
    )
    months = {batch.text(row.fields, REPORT[1]) for row in rows}
    chosen = []
    for place, fields in fields_by_place(batch.table).items():
        mine = partner is None or batch.text(fields, REPORT[0]) == partner
        month = open_months or partner is None or batch.text(fields, REPORT[1]) in months
        if place in faulty or (mine and month):
            chosen.append((faulty.get(place), place[1], fields))
    return sorted(chosen, key=lambda row: row[1])


def _left_out(batch: Batch) -> list[LeftOut]:
    messages = [p.message for row in batch.rows if row.row is None for p in row.problems]
    lost = sum(row.row is not None and row.fields is None for row in batch.rows)
    if batch.table is None:
        away = "its bytes are not in this landing zone; name the one of the run with --landing"
        if lost and batch.file.lower().endswith(".parquet") and batch.entity == "usage_events":
            # Its rows are known by number, so the file was read; it is only not here now.
            return [LeftOut(batch.file, lost, away)]
        gone = "its bytes are gone; deliver it again"
        return [LeftOut(batch.file, lost, messages[0] if messages else gone)]
    if messages and not any(row.fields for row in batch.rows):
        return [LeftOut(batch.file, lost, messages[0])]
    if lost:
        message = "these rows could not be read at all; correct them in the file itself"
        return [LeftOut(batch.file, lost, message)]
    return []


def _whole_file(batch: Batch) -> str | None:
    """Why a refused file cannot be corrected row by row; None where it can."""
    for row in batch.rows:
        if row.row is None and row.problems[0].rule in WHOLE_FILE:
            return row.problems[0].message
    return None


def export(batches: Iterable[Batch], to: Path, store: Path) -> tuple[list[MendFile], list[LeftOut]]:
    """Write the rows of `mend.quarantined` below `to`, one folder per partner (`_none` where a row
    names none); returns what was written and what can't be mended by row.

    The same quarantine gives the same names and bytes; a file is there whole or not at all. A file
    that was changed since an earlier export wrote it stays, and is returned as `kept`. Raises
    OSError where nothing can be written.
    """
    written: list[MendFile] = []
    left: list[LeftOut] = []
    exported = _exported(to)
    for batch in batches:
        reason = _whole_file(batch)
        if reason is not None:
            left.append(LeftOut(batch.file, len(batch.rows) - 1, reason))
            continue
        left += _left_out(batch)
        if batch.table is None:
            continue
        for partner, rows in sorted(_groups(batch).items(), key=lambda g: g[0] or ""):
            made = _made(batch, partner, rows, store)
            if made is not None:
                written.append(_write(to, batch, partner, *made, exported))
    if exported:
        # Where nobody may write beside the folder, a later export takes every other file for
        # changed.
        with suppress(OSError):
            _put(_record(to), json.dumps(exported, indent=1, sort_keys=True).encode())
    return written, left


def _made(
    batch: Batch, partner: str | None, rows: list[Quarantined], store: Path
) -> tuple[PurePosixPath, bytes, int, int] | None:
    if batch.entity == CROSSBEAM.name:
        data = _page(batch, rows, store)
        if data is None:
            return None
        endpoint = re.sub(r"-[0-9]+$", "", PurePosixPath(batch.file).stem)
        name = f"{endpoint}{mend_mark(batch.entity, batch.delivery_id, partner)}json"
        path = PurePosixPath(encoded(partner)) / batch.source / "crossbeam" / name
        return path, data, len(rows), len(rows)
    lines = _with_report(batch, partner, rows)
    path = _where(batch, partner, "csv")
    return path, csv_of(batch, lines, path), len(lines), len(rows)


def _write(
    to: Path,
    batch: Batch,
    partner: str | None,
    name: PurePosixPath,
    data: bytes,
    rows: int,
    faulty: int,
    exported: dict[str, str],
) -> MendFile:
    path = to / name
    made = MendFile(str(name), batch.source, batch.entity, partner, batch.file, rows, faulty)
    if path.exists() or path.is_symlink():
        present = digest(path) if path.is_file() else ""
        if present not in (hashlib.sha256(data).hexdigest(), exported.get(str(name))):
            return replace(made, kept=True)
    _put(path, data)
    exported[str(name)] = hashlib.sha256(data).hexdigest()
    return made


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(data)
    fresh.replace(path)


def _record(to: Path) -> Path:
    """Beside the folder, which holds partners' folders alone: what was written into it, so that a
    later export knows a changed file."""
    folder = to.resolve()
    return folder.with_name(f".{folder.name}.exported.json")


def _exported(to: Path) -> dict[str, str]:
    """Path -> digest of what earlier exports wrote into a folder; a list that cannot be read says
    nothing, and then every file counts as changed by somebody."""
    try:
        listed = json.loads(_record(to).read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in listed.items()} if isinstance(listed, dict) else {}

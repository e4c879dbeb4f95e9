"""`plumbline check`: judges files as a landing would, and writes nothing.

Belongs here: from paths to a report of faults. Does not: the judging itself, which is shared with
landing, or drawing the report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.deliveries.delivery import REFUSED, Piece
from ingest.deliveries.discover import (
    LandingFile,
    digest,
    discover,
    entity_of,
    is_left_beside,
    members,
    scope_of,
)
from ingest.deliveries.landing_tables import create_tables
from ingest.deliveries.receipt_order import settle_duplicates
from ingest.deliveries.refusal import Words, refuse
from ingest.deliveries.settings import Settings
from ingest.deliveries.write import write_pieces
from ingest.expectations.plain import judge_plainly
from ingest.expectations.profile import facts_of, named
from ingest.expectations.suites import suite
from ingest.judging.sql import first
from ingest.judging.table import LAYOUT
from ingest.landing.prepare import prepare, write_scanned
from ingest.people.store import People

# The most faults of one file that are reported, whatever the form of the answer.
MOST_FAULTS = 1000
# The most faults of all files together; a few are reported of each file beyond that, so that none
# goes unexplained.
MOST_IN_ALL, FEW = 20_000, 3


@dataclass(frozen=True)
class FoundFault:
    """One fault: `row` counts the header as row 1, `cell` is `Sheet!F5` in a workbook."""

    row: int | None
    cell: str | None
    column: str | None
    value: str | None
    rule: str
    message: str


@dataclass(frozen=True)
class CheckedFile:
    """One entity of one file: what it is, how it is written, its counts, faults and notes."""

    file: str
    source: str
    entity: str
    layout: str | None
    status: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_duplicate: int
    reason: str | None
    faults: tuple[FoundFault, ...]
    notes: tuple[str, ...]
    faults_left_out: int = 0


@dataclass
class CheckReport:
    """Every file that was checked, in order of its path; `maps`: the faults of the user's column
    maps, each faulty one once."""

    files: list[CheckedFile] = field(default_factory=list)
    maps: tuple[str, ...] = ()

    @property
    def has_faults(self) -> bool:
        """Whether any row would be quarantined or any file refused (exit code 1)."""
        return any(f.rows_quarantined or f.status == REFUSED for f in self.files)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        files = [asdict(f) for f in self.files]
        return {"has_faults": self.has_faults, "files": files, "maps": list(self.maps)}


def _owner(path: Path, landing: Path | None) -> tuple[str, str, tuple[str, ...]]:
    """(posix path, source, parts below the source) of a file that is named on its own."""
    full = path.resolve()
    if landing is not None and full.is_relative_to(landing.resolve()):
        parts = full.relative_to(landing.resolve()).parts
        return "/".join(parts), parts[0], parts[1:]
    places = [i for i, part in enumerate(full.parts[:-1]) if part in members()]
    if places:
        parts = full.parts[places[-1] :]
        return "/".join(parts), parts[0], parts[1:]
    # Anywhere else the file's name alone says what it is.
    fits = [(entity_of(s, (path.name,)), s) for s in members()]
    fits = [fit for fit in fits if fit[0]]
    source = max(fits, key=lambda fit: len(fit[0]))[1] if fits else ""
    return f"{source}/{path.name}".lstrip("/"), source, (path.name,)


def _single(path: Path, landing: Path | None) -> LandingFile:
    file, source, parts = _owner(path, landing)
    entity = entity_of(source, parts) if source and parts else ""
    refusal = None
    if path.is_symlink() or not path.is_file():
        refusal = ("path", f"{path} is no regular file; name one")
    elif not entity:
        remedy = "begin its name with the entity's, or put it into the folder of its source"
        refusal = ("entity", f"{path} does not say which entity it is; {remedy}")
    moment = datetime.fromtimestamp(path.lstat().st_mtime, UTC) if path.exists() else None
    return LandingFile(
        path=path,
        file=file,
        source=source,
        entity=entity,
        sha256=digest(path) if path.is_file() else "",
        received_at=(moment or datetime.fromtimestamp(0, UTC)).replace(tzinfo=None),
        scope=scope_of(entity, parts) if entity else "",
        refusal=refusal,
    )


def _is_delivery(path: Path, folder: Path) -> bool:
    return not any(is_left_beside(part) for part in path.relative_to(folder).parts)


def _files_of(
    paths: Iterable[Path], landing: Path | None, landed: Collection[str] | None
) -> list[LandingFile]:
    by_path: dict[Path, LandingFile] = {}
    for path in paths:
        if path.is_dir() and any((path / source).is_dir() for source in members()):
            by_path.update((f.path.absolute(), f) for f in discover(path, None, landed))
        elif path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_delivery(p, path))
            by_path.update((p.absolute(), _single(p, landing)) for p in inside)
        else:
            by_path[path.absolute()] = _single(path, landing)
    return sorted(by_path.values(), key=lambda f: (f.received_at, f.file))


def _judge(
    con: duckdb.DuckDBPyConnection, files: list[LandingFile], settings: Settings, words: Words
) -> list[Piece]:
    pieces: list[Piece] = []
    for source in sorted({f.source for f in files}):
        mine = prepare(con, [f for f in files if f.source == source], settings, None)
        facts = facts_of(mine, suite(source)["moments"])
        refuse(mine, judge_plainly(source, named(facts), settings), words)
        settle_duplicates(mine, ())
        pieces += mine
    return pieces


def _checked(con: duckdb.DuckDBPyConnection, piece: Piece, most: int) -> CheckedFile:
    faults = con.execute(
        'select "row", cell, "column", value, rule, message from landing.quarantine'
        " where delivery_id = ? order by rule = 'refused',"
        ' "row" nulls first, cell, "column", rule limit ?',
        [piece.delivery_id, most],
    ).fetchall()
    counted = first(
        con, "select count(*) from landing.quarantine where delivery_id = ?", [piece.delivery_id]
    )
    notes = con.execute(
        "select message from landing.delivery_notes where delivery_id = ? order by kind, message",
        [piece.delivery_id],
    ).fetchall()
    return CheckedFile(
        piece.origin.file,
        piece.origin.source,
        piece.entity,
        next((note.message for note in piece.notes if note.kind == LAYOUT), None),
        piece.status,
        *piece.counts,
        reason=piece.refusal[1] if piece.refusal and piece.status == REFUSED else None,
        faults=tuple(FoundFault(*fault) for fault in faults),
        notes=tuple(message for (message,) in notes),
        faults_left_out=(counted[0] if counted else 0) - len(faults),
    )


def check(
    paths: Iterable[Path],
    *,
    landing: Path | None = None,
    settings: Settings | None = None,
    words: Words | None = None,
    landed: Collection[str] | None = None,
) -> CheckReport:
    """Judge files or folders as a landing would, and write nothing anywhere.

    paths: files, folders of files, or whole landing zones. landing: the landing zone below which a
    file's folder says what it is. settings: the policy's refusal rule, programs and zone
    (`ingest.deliveries.settings.settings_of`); without them no file is refused for its share of bad
    rows. words: people's acceptances by file and digest (`ingest.deliveries.acceptances.keys`).
    landed: files that landed before, which a list of receipts may name although they are gone; None
    where that is not known, and then no such list is compared with the existing files. What an
    earlier delivery in a warehouse would change (duplicates, replaced reports) is not looked at.
    Raises FileNotFoundError for a path that is not there.
    """
    wanted = [Path(path) for path in paths]
    for path in wanted:
        if not path.exists() and not path.is_symlink():
            raise FileNotFoundError(f"{path}: no such file or folder; name one that is there")
    with duckdb.connect() as con:
        create_tables(con)
        pieces = _judge(
            con, _files_of(wanted, landing, landed), settings or Settings(), words or {}
        )
        # People may see the values of their own file as they are.
        write_pieces(con, pieces, People(None, None))
        for piece in pieces:
            write_scanned(con, piece)
        ordered = sorted(pieces, key=lambda p: (p.origin.file, p.entity))
        faulty = (settings or Settings()).maps.faulty
        files, left = [], MOST_IN_ALL
        for piece in ordered:
            files.append(_checked(con, piece, max(FEW, min(left, MOST_FAULTS))))
            left -= len(files[-1].faults)
        return CheckReport(files, tuple(one.sentence for one in faulty))

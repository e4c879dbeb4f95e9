"""`plumbline check`: judges files as a landing would, and writes nothing.

Belongs here: from paths to a report of faults. Does not: the judging itself, which is shared with
landing, or drawing the report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ingest.deliveries.delivery import CROSSBEAM, REFUSED, Piece
from ingest.deliveries.discover import LandingFile, as_text
from ingest.deliveries.landing_tables import create_tables
from ingest.deliveries.receipt_order import settle_duplicates
from ingest.deliveries.refusal import Words, refuse
from ingest.deliveries.settings import Settings
from ingest.deliveries.write import write_pieces
from ingest.expectations.plain import judge_plainly
from ingest.expectations.profile import facts_of, named
from ingest.expectations.suites import suite
from ingest.formats.crossbeam import HAS_MORE, has_next
from ingest.judging.sql import first
from ingest.judging.table import LAYOUT
from ingest.landing.named_files import named_files
from ingest.landing.prepare import prepare, write_scanned
from ingest.people.store import People

# The most faults of one file that are reported, whatever the form of the answer.
MOST_FAULTS = 1000
# The most faults of all files together; a few are reported of each file beyond that, so that none
# goes unexplained.
MOST_IN_ALL, FEW = 20_000, 3
NO_DELIVERY = "no delivery"


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
    """One entity of one file: what it is, how it is written, its counts, faults and notes.

    A list of the landing zone has no source, no entity, and NO_DELIVERY as its status.
    """

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
        "select kind, message from landing.delivery_notes where delivery_id = ?"
        " order by kind, message",
        [piece.delivery_id],
    ).fetchall()
    is_followed = piece.origin.entity == CROSSBEAM.name and has_next(piece.origin.path)
    return CheckedFile(
        piece.origin.file,
        piece.origin.source,
        piece.entity,
        next((note.message for note in piece.notes if note.kind == LAYOUT), None),
        piece.status,
        *piece.counts,
        reason=piece.refusal[1] if piece.refusal and piece.status == REFUSED else None,
        faults=tuple(FoundFault(*fault) for fault in faults),
        notes=tuple(text for kind, text in notes if not (kind == HAS_MORE and is_followed)),
        faults_left_out=(counted[0] if counted else 0) - len(faults),
    )


def _listed(file: str, what: str) -> CheckedFile:
    """A list of the landing zone, which is not a delivery and has no fault."""
    note = f"{what}, which is not a delivery; its form is right"
    return CheckedFile(file, "", "", None, NO_DELIVERY, 0, 0, 0, 0, None, (), (note,))


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
    A next page that lies beside a vendor's page is not asked for. Raises FileNotFoundError for a
    path that is not there, OSError for a folder that cannot be listed.
    """
    wanted = [Path(path) for path in paths]
    for path in wanted:
        if not path.exists() and not path.is_symlink():
            shown = as_text(str(path))
            raise FileNotFoundError(f"{shown}: no such file or folder; name one that is there")
    named = named_files(wanted, landing, landed)
    with duckdb.connect() as con:
        create_tables(con)
        pieces = _judge(con, named.files, settings or Settings(), words or {})
        # People may see the values of their own file as they are.
        write_pieces(con, pieces, People(None, None))
        for piece in pieces:
            write_scanned(con, piece)
        ordered = sorted(pieces, key=lambda p: (p.origin.file, p.entity))
        faulty = (settings or Settings()).maps.faulty
        files, left = [_listed(*one) for one in named.lists], MOST_IN_ALL
        for piece in ordered:
            files.append(_checked(con, piece, max(FEW, min(left, MOST_FAULTS))))
            left -= len(files[-1].faults)
        return CheckReport(files, tuple(one.sentence for one in faulty))

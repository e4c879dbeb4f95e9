"""What depends on the order of receipt: duplicate files, and replaced reseller reports.

Belongs here: sources.yaml `duplicate` across files, semantics 4 on replacement.
Does not: which rows are good (judge.py) or writing (write.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from ingest.deliveries.delivery import ACCEPTED, DUPLICATE, REFUSED, Piece
from ingest.deliveries.discover import scope_of
from ingest.judging.contract import entity
from ingest.judging.frames import TABLE
from ingest.judging.judge import Judged
from ingest.judging.literals import blank_to_null, literal

LINES = "subscription_lines"
Group = tuple[str, str]
"""A reseller and the month of a report, both as text."""


@dataclass(frozen=True)
class Known:
    """A delivery that landed in an earlier run."""

    delivery_id: str
    entity: str
    file: str
    sha256: str
    received_at: datetime
    status: str
    rows_read: int = 0
    rows_good: int = 0

    @property
    def order(self) -> tuple[datetime, str]:
        """As Piece.order."""
        return self.received_at, self.file

    @property
    def scope(self) -> str:
        """What its path adds to its content."""
        return scope_of(self.entity, tuple(self.file.split("/")[1:]))


def known_deliveries(con: duckdb.DuckDBPyConnection, source: str) -> list[Known]:
    """Every delivery of a source that is in the warehouse, in order."""
    rows = con.execute(
        "select delivery_id, entity, file, sha256, received_at, status, rows_read,"
        " rows_read - rows_quarantined"
        " from landing.deliveries"
        " where source = ? order by received_at, file, entity",
        [source],
    ).fetchall()
    return [Known(*row) for row in rows]


def settle_duplicates(pieces: Sequence[Piece], known: Iterable[Known]) -> list[str]:
    """Mark pieces whose bytes were accepted before as duplicates; returns known deliveries that
    become duplicates.

    Among equal bytes for one entity (and app, company or endpoint) the first in order is accepted.
    A refused file was not accepted, so its bytes are refused again and are not duplicates.
    """
    groups: dict[tuple[str, str, str], list[Piece | Known]] = defaultdict(list)
    for piece in pieces:
        if piece.status != REFUSED:
            groups[piece.entity, piece.origin.scope, piece.origin.sha256].append(piece)
    for delivery in known:
        key = (delivery.entity, delivery.scope, delivery.sha256)
        if key in groups and delivery.status != REFUSED:
            groups[key].append(delivery)
    demoted = []
    for members in groups.values():
        _, *later = sorted(members, key=lambda m: m.order)
        for member in later:
            if isinstance(member, Piece):
                member.status = DUPLICATE
            elif member.status == ACCEPTED:
                demoted.append(member.delivery_id)
    return demoted


def landed_groups(con: duckdb.DuckDBPyConnection, before: tuple[datetime, str]) -> set[Group]:
    """Each (reseller, month) with accepted lines from deliveries before this place in the order."""
    rows = con.execute(
        "select distinct partner_id, strftime(report_month, '%Y-%m-%d')"
        " from landing.subscription_lines where (_received_at, _file) < (?, ?)",
        list(before),
    ).fetchall()
    return set(rows)


class Groups:
    """The groups that occur in each table of a batch: those of good rows, and those of quarantined
    rows by their raw text; computed once for all tables of the batch."""

    def __init__(self, judged: Judged) -> None:
        month = literal(entity(LINES).column("report_month"), blank_to_null(pl.col("report_month")))
        self.good: dict[int, set[Group]] = defaultdict(set)
        self.faulty: dict[int, set[tuple[str | None, str | None]]] = defaultdict(set)
        good = judged.good.select(TABLE, "partner_id", "report_month").unique()
        for table, partner, day in good.iter_rows():
            self.good[table].add((partner, day))
        bad = judged.bad.select(TABLE, "partner_id", month.value.alias("month")).unique()
        for table, partner, day in bad.iter_rows():
            self.faulty[table].add((partner, day))

    def spoilt(self, table: int) -> set[Group]:
        """The groups of a table's good rows to which one of its quarantined rows belongs.

        A month that can't be read may be any of that reseller's months in the file.
        """
        faulty = self.faulty[table]
        whole = {partner for partner, month in faulty if month is None}
        return {g for g in self.good[table] if g in faulty or g[0] in whole}


def _rows_of(piece: Piece, groups: set[Group]) -> pl.DataFrame:
    schema = {"partner_id": pl.String, "report_month": pl.String}
    frame = pl.DataFrame(sorted(groups), schema, orient="row")
    keys = ["partner_id", "report_month"]
    return piece.good().join(frame, on=keys, how="semi", maintain_order="left")


def settle_replacements(pieces: Iterable[Piece], landed: set[Group]) -> None:
    """Semantics 4: a later report of (partner, month) with a quarantined row replaces nothing.

    `pieces` are the accepted ones of subscription_lines from some place in the order on, `landed`
    the groups that had lines before it. A first report lands its good rows whatever else it
    contains. RESL-REPORTS.
    """
    ordered = sorted((p for p in pieces if p.status == ACCEPTED), key=lambda p: p.order)
    batches = {id(p.judged): p.judged for p in ordered}
    groups = {key: Groups(judged) for key, judged in batches.items() if judged is not None}
    for piece in ordered:
        mine = groups[id(piece.judged)]
        kept_out = mine.spoilt(piece.number) & landed
        landed |= mine.good[piece.number] - kept_out
        gone = _rows_of(piece, kept_out) if kept_out else None
        piece.replaced = gone if gone is not None and gone.height else None

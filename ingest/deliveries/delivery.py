"""A delivery before it lands: one entity of one file, read and judged.

Belongs here: reading files into pieces and judging them in batches. Does not: which pieces land
(expectations/, receipt_order.py) or writing them (write.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ingest.deliveries.discover import LandingFile
from ingest.deliveries.raw_store import keep
from ingest.deliveries.settings import Settings
from ingest.formats.reading import read
from ingest.judging.contract import Column, Entity, entity
from ingest.judging.frames import TABLE
from ingest.judging.judge import Judged, Tally, judge
from ingest.judging.table import Note, RawTable, ReadContext, Refused, refusing
from ingest.readers import ecb

if TYPE_CHECKING:
    from ingest.deliveries.losses import Loss

ACCEPTED, DUPLICATE, REFUSED = "accepted", "duplicate", "refused"
NOTHING = Tally(0, 0, 0, (), (), ())
BATCH_ROWS = 250_000
# A file that is read whole takes many times its size in memory; only the usage feed is ever larger.
MOST_BYTES = 512 << 20
# The account-mapping vendor's records: three texts, the body as the vendor sent it.
CROSSBEAM = Entity(
    source="account_mapping",
    name="crossbeam_api",
    key=("endpoint", "record_key"),
    columns=tuple(Column(name, "text", False) for name in ("endpoint", "record_key", "body")),
)


@dataclass
class Piece:
    """A future row of landing.deliveries.

    `judged`/`number` point to its rows in their batch; `refusal` is (rule, message) and wins over
    everything; `tally` holds the counts before duplicates by content and replacements are known.
    `known_of` is what could be read of a file that has no readable rows (Refused.speaks_of); `loss`
    is what the delivery would take away from earlier data (losses.py).
    """

    origin: LandingFile
    entity: str
    table: RawTable | None = None
    refusal: tuple[str, str] | None = None
    refused_column: str | None = None
    tally: Tally = NOTHING
    judged: Judged | None = None
    number: int = 0
    status: str = ACCEPTED
    replaced: pl.DataFrame | None = None
    known: bool = False
    known_of: Mapping[str, str] = field(default_factory=dict)
    scan: object | None = None
    loss: Loss | None = None
    notes: list[Note] = field(default_factory=list)

    @cached_property
    def delivery_id(self) -> str:
        """Its id in landing.deliveries."""
        return self.origin.delivery_id(self.entity)

    @property
    def order(self) -> tuple[datetime, str]:
        """Deliveries of an entity are judged in this order."""
        return self.origin.received_at, self.origin.file

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """(read, accepted, quarantined, duplicate); the last three always add up to the first."""
        tally = self.tally
        if self.status == REFUSED:
            return tally.read, 0, tally.read, 0
        if self.status == DUPLICATE:
            return tally.read, 0, 0, tally.read
        gone = 0 if self.replaced is None else self.replaced.height
        accepted = tally.read - tally.quarantined - tally.duplicate - gone
        return tally.read, accepted, tally.quarantined + gone, tally.duplicate

    def good(self) -> pl.DataFrame:
        """Its good rows; empty when it was never judged."""
        assert self.judged is not None
        return self.judged.good.filter(pl.col(TABLE) == self.number)


def _bytes(origin: LandingFile, store: Path | None) -> bytes:
    """The file's bytes, kept in the store on the way."""
    if origin.refusal is not None:
        raise Refused(*origin.refusal)
    try:
        if origin.path.stat().st_size > MOST_BYTES:
            message = f"{origin.file} has over {MOST_BYTES >> 20} MB; deliver it in parts"
            raise Refused("size", message)
        data = origin.path.read_bytes()
    except OSError as error:
        raise Refused("unreadable", f"{origin.file} can't be opened: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() not in (origin.sha256, origin.stands_for_it):
        raise Refused("changed", f"{origin.file} changed while it was read; run again")
    if store is not None:
        keep(store, origin.sha256, data)
    return data


def pieces_of(origin: LandingFile, settings: Settings, store: Path | None = None) -> list[Piece]:
    """The pieces of one file: one per entity, or one refused piece."""
    context = ReadContext(
        origin.source, origin.entity, origin.file, origin.received_at, settings.reader_settings
    )
    try:
        tables = read(origin.path, _bytes(origin, store), context)
    except Refused as refused:
        why = (refused.rule, refused.message)
        piece = Piece(origin, origin.entity, refusal=why, refused_column=refused.column)
        piece.known_of = refused.speaks_of
        return [piece]
    return [Piece(origin, t.entity, table=t, notes=list(t.notes)) for t in tables]


def spec_of(piece: Piece) -> Entity:
    """The entity against which a piece is judged; the bank's rates by their own header."""
    assert piece.table is not None
    if piece.entity == "fx_rates":
        return ecb.spec_of(piece.table.header)
    if piece.entity == CROSSBEAM.name:
        return CROSSBEAM
    return entity(piece.entity)


def _judge_batch(pieces: Sequence[Piece], settings: Settings) -> None:
    def kind(piece: Piece) -> tuple[str, tuple[str, ...]]:
        assert piece.table is not None
        return piece.entity, piece.table.header if piece.entity == "fx_rates" else ()

    for _, group in groupby(sorted(pieces, key=kind), key=kind):
        batch = list(group)
        try:
            with refusing("the rows can't be judged"):
                _judge_together(batch, settings)
        except Refused:
            for piece in batch:
                _judge_alone(piece, settings)


def _judge_together(batch: Sequence[Piece], settings: Settings) -> None:
    result = judge(
        spec_of(batch[0]), [p.table for p in batch if p.table], settings.choices, settings.time_zone
    )
    for number, piece in enumerate(batch):
        # The raw rows are released: the judged frame has everything that is needed of them.
        piece.judged, piece.number, piece.table = result, number, None
        piece.tally = result.tallies[number]


def _judge_alone(piece: Piece, settings: Settings) -> None:
    """Judge a file alone, so that a file that no frame can hold, for an unforeseen reason, is
    refused on its own."""
    try:
        with refusing("the rows can't be judged"):
            _judge_together([piece], settings)
    except Refused as refused:
        piece.refusal, piece.table = (refused.rule, refused.message), None


def read_pieces(
    files: Iterable[LandingFile], settings: Settings, store: Path | None = None
) -> list[Piece]:
    """Read and judge files, many at once, never holding much more than BATCH_ROWS raw rows.

    With a `store`, the bytes of every readable file are kept in it.
    """
    done: list[Piece] = []
    waiting: list[Piece] = []
    rows = 0
    for file in files:
        for piece in pieces_of(file, settings, store):
            done.append(piece)
            if piece.table is not None:
                waiting.append(piece)
                rows += len(piece.table.rows)
        if rows > BATCH_ROWS:
            _judge_batch(waiting, settings)
            waiting, rows = [], 0
    _judge_batch(waiting, settings)
    return done

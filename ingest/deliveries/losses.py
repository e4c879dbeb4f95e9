"""Rows that a new delivery would take away from its path, a month, an app or a reseller.

Belongs here: comparing the rows of a delivery with those of the good one before it. Does not: how
much less is too little (the policy), or refusing (expectations/, refusal.py).

A file that lost its end between two rows looks whole; only a comparison with what was there before
shows the loss. A delivery of a state entity deletes nothing. Usage, however, replaces the rows of
its path, and a reseller's lines replace those of their month, so for these two more is compared
than the whole file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

from ingest.deliveries.delivery import REFUSED, Piece
from ingest.deliveries.receipt_order import LINES, Groups, Known
from ingest.deliveries.settings import Settings

PATH, USAGE = "path", "usage_events"
Unit = tuple[str, str]
"""What had rows: a kind (`path`, `month`, `app`, `report`) and which one."""
Rows = Mapping[Unit, int]
Order = tuple[object, str]
UsageRows = Callable[[str, str], Rows]
"""(delivery id, sha256) -> rows by month and app of a usage delivery, of this landing or before."""


@dataclass(frozen=True)
class Loss:
    """One unit that would lose rows: its kind and name, the good rows that it had and those that it
    would have."""

    kind: str
    unit: str
    held: int
    brought: int

    @property
    def share_kept(self) -> Decimal:
        """The share of the rows that would remain, 0 to 1."""
        return Decimal(self.brought) / self.held


@dataclass
class _Held:
    """The previous good delivery of a path: its place in the order, its rows by unit."""

    order: Order
    rows: Callable[[], Rows]
    total: int
    lines: int


@dataclass
class _File:
    """All pieces of one delivered file, which are accepted or refused together."""

    pieces: list[Piece] = field(default_factory=list)

    @property
    def order(self) -> Order:
        return self.pieces[0].order

    @property
    def is_whole(self) -> bool:
        """Whether every piece could be read and judged, so that its rows say something."""
        return all(
            p.refusal is None and not p.tally.missing and not p.tally.twice for p in self.pieces
        )

    @property
    def declares_no_sales(self) -> bool:
        """Whether the reseller says in the same file that there were no sales: nothing is lost."""
        for piece in self.pieces:
            if piece.entity == "reports" and piece.judged is not None:
                declared = piece.good()["declares_no_sales"]
                if (declared == "true").any():
                    return True
        return False

    def total(self, entity: str | None = None) -> int:
        return sum(
            p.tally.read - p.tally.quarantined for p in self.pieces if entity in (None, p.entity)
        )


def note_losses(
    con: duckdb.DuckDBPyConnection,
    pieces: Sequence[Piece],
    known: Iterable[Known],
    settings: Settings,
    usage_rows: UsageRows,
    accepted: Callable[[Piece], bool],
    refused: Collection[tuple[str, str]] = (),
) -> None:
    """Set `loss` of each piece to the worst loss that its delivery would cause, None without one.

    `known` are deliveries that landed before and are not judged again. `accepted` says whether a
    person accepted a delivery; the next one is then compared with it. A delivery that would itself
    take too much away is not used for comparison, nor is one of the (file, digest) `refused` for
    another reason.
    """
    held, digests = _held(known, usage_rows)
    reports = _Reports(con, pieces)
    for file in _files(pieces):
        piece = file.pieces[0]
        if _changes_nothing(piece, digests):
            continue
        before = [one for one in held[piece.origin.file] if one.order < file.order]
        losses = []
        if before and not file.declares_no_sales:
            losses += _of_path(max(before, key=lambda one: one.order), file, usage_rows)
        for each in file.pieces:
            if each.entity == LINES and each.judged is not None:
                losses += reports.losses(each)
        worst = _worst(losses, settings)
        for each in file.pieces:
            each.loss = worst
        lands = file.is_whole and (piece.origin.file, piece.origin.sha256) not in refused
        if lands and (worst is None or accepted(piece)):
            held[piece.origin.file].append(_as_held(file, usage_rows))
            for each in file.pieces:
                if each.entity == LINES and each.judged is not None:
                    reports.add(each)


def _changes_nothing(piece: Piece, digests: set[tuple[str, str]]) -> bool:
    """Whether its bytes were accepted before: at this path or, except for usage, anywhere."""
    where = piece.origin.file if piece.entity == USAGE else piece.entity
    return (where, piece.origin.sha256) in digests


def _worst(losses: Iterable[Loss], settings: Settings) -> Loss | None:
    """The most important of the excessive losses; among equal ones that of the path."""
    share = settings.shrunken_share
    most = {"report": settings.shrunken_minimum_lines}

    def is_too_much(loss: Loss) -> bool:
        if loss.kind in (PATH, LINES) and loss.brought == 0:
            return True
        least = most.get(loss.kind, settings.shrunken_minimum_rows)
        judged = share is not None and least is not None and loss.held >= least
        return judged and share is not None and loss.share_kept < share

    too_much = [loss for loss in losses if is_too_much(loss)]
    return min(too_much, key=lambda o: (o.kind != PATH, o.share_kept, o.unit), default=None)


def _files(pieces: Iterable[Piece]) -> list[_File]:
    files: dict[tuple[str, str], _File] = defaultdict(_File)
    for piece in sorted(pieces, key=lambda p: p.order):
        files[piece.origin.file, piece.origin.sha256].pieces.append(piece)
    return list(files.values())


def _held(
    known: Iterable[Known], usage_rows: UsageRows
) -> tuple[dict[str, list[_Held]], set[tuple[str, str]]]:
    """What good deliveries brought, by path, and the (path, digest) of all of them."""
    files: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for delivery in known:
        if delivery.status != REFUSED:
            files[delivery.file, delivery.sha256].append(delivery)
    held: dict[str, list[_Held]] = defaultdict(list)
    for (path, sha256), members in files.items():
        total = sum(d.rows_good for d in members)
        lines = sum(d.rows_good for d in members if d.entity == LINES)

        def rows(members: list[Known] = members, sha256: str = sha256) -> Rows:
            return usage_rows(members[0].delivery_id, sha256)

        is_usage = members[0].entity == USAGE
        held[path].append(_Held(members[0].order, rows if is_usage else dict, total, lines))
    digests = {
        (d.file if d.entity == USAGE else d.entity, d.sha256) for m in files.values() for d in m
    }
    return held, digests


def _as_held(file: _File, usage_rows: UsageRows) -> _Held:
    piece = file.pieces[0]

    def rows() -> Rows:
        is_usage = piece.entity == USAGE
        return usage_rows(piece.delivery_id, piece.origin.sha256) if is_usage else {}

    return _Held(file.order, rows, file.total(), file.total(LINES))


def _of_path(before: _Held, file: _File, usage_rows: UsageRows) -> list[Loss]:
    losses = [Loss(PATH, "this path", before.total, file.total())]
    if len(file.pieces) > 1 or file.pieces[0].entity == LINES:
        losses.append(Loss(LINES, "the lines of this path", before.lines, file.total(LINES)))
    piece = file.pieces[0]
    if piece.entity == USAGE and file.is_whole:
        brought = usage_rows(piece.delivery_id, piece.origin.sha256)
        losses += [
            Loss(kind, f"{kind} {which} at this path", rows, brought.get((kind, which), 0))
            for (kind, which), rows in before.rows().items()
        ]
    return [loss for loss in losses if loss.held > loss.brought]


class _Reports:
    """Lines of each reseller's month by delivery, which a later delivery replaces as a whole."""

    def __init__(self, con: duckdb.DuckDBPyConnection, pieces: Sequence[Piece]) -> None:
        self.groups: dict[int, Groups] = {}
        self.held: dict[tuple[str, str], list[tuple[Order, int]]] = defaultdict(list)
        lines = [p for p in pieces if p.entity == LINES and p.judged is not None]
        if lines:
            ids = [p.delivery_id for p in pieces]
            for partner, month, received_at, file, rows in con.execute(
                "select partner_id, strftime(report_month, '%Y-%m-%d'), _received_at, _file,"
                " count(*) from landing.subscription_lines"
                " where not list_contains(?, _delivery_id) group by all",
                [ids],
            ).fetchall():
                self.held[partner, month].append(((received_at, file), rows))

    def _of(self, piece: Piece) -> Groups:
        assert piece.judged is not None
        key = id(piece.judged)
        if key not in self.groups:
            self.groups[key] = Groups(piece.judged)
        return self.groups[key]

    def _rows(self, piece: Piece) -> dict[tuple[str, str], int]:
        counted = piece.good().group_by("partner_id", "report_month").len()
        return {(partner, month): rows for partner, month, rows in counted.iter_rows()}

    def losses(self, piece: Piece) -> list[Loss]:
        """Each month of a reseller that this piece replaces with fewer lines.

        A month with a quarantined line replaces nothing (semantics 4), so that nothing is lost.
        """
        spoilt = self._of(piece).spoilt(piece.number)
        lost = []
        for group, brought in self._rows(piece).items():
            before = [(o, rows) for o, rows in self.held[group] if o < piece.order]
            if before and group not in spoilt:
                held = max(before)[1]
                if held > brought:
                    report = f"{group[0]}'s report of {group[1][:7]}"
                    lost.append(Loss("report", report, held, brought))
        return lost

    def add(self, piece: Piece) -> None:
        """Count the piece as the content of its months from its place in the order on."""
        for group, rows in self._rows(piece).items():
            self.held[group].append((piece.order, rows))

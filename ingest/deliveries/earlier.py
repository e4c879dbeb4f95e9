"""What the path of a delivery brought the time before, to see a file that lost its end.

Belongs here: the earlier delivery of a path and its rows. Does not: how much less is too little
(the policy's share, expectations/every_delivery.yaml).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from ingest.deliveries.delivery import REFUSED, Piece
from ingest.deliveries.receipt_order import Known

Seen = tuple[tuple[object, str], int]


def earlier_rows(
    pieces: Sequence[Piece],
    known: Iterable[Known],
    snapshots: Collection[str],
    share: Decimal | None,
) -> dict[str, int]:
    """Rows of the accepted delivery before each piece at its path, by delivery id.

    Only of entities that are delivered whole each time, and not for bytes that were accepted
    before: those change nothing. A delivery that itself shrank below `share` is no measure.
    """
    good: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    digests = set()
    for delivery in known:
        if delivery.status != REFUSED:
            good[delivery.entity, delivery.file].append((delivery.order, delivery.rows_read))
            digests.add((delivery.entity, delivery.sha256))
    found: dict[str, int] = {}
    for piece in sorted(pieces, key=lambda p: p.order):
        if piece.entity not in snapshots or (piece.entity, piece.found.sha256) in digests:
            continue
        seen = good[piece.entity, piece.found.file]
        before = [rows for order, rows in sorted(seen) if order < piece.order]
        if before:
            found[piece.delivery_id] = before[-1]
        fits = piece.refusal is None and not piece.tally.missing and not piece.tally.twice
        if fits and not (before and share is not None and piece.tally.read < before[-1] * share):
            seen.append((piece.order, piece.tally.read))
    return found

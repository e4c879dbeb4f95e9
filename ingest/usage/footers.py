"""The metadata in the footer of a parquet file of the feed.

Belongs here: the span of its moments by its own statistics. Does not: reading rows (feed.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pyarrow.parquet as pq

from ingest.usage.elsewhere import Feed

Span = tuple[datetime, datetime]


def feed_of(
    where: str, size: int, columns: Mapping[str, tuple[str, str]], footer: pq.FileMetaData
) -> Feed:
    """A file as described to another engine; `columns` is declared name -> (name, type)."""
    return Feed(where, size, columns, footer.num_rows, _span(footer, columns["occurred_at"][0]))


def _span(footer: pq.FileMetaData, column: str) -> Span | None:
    """The least and greatest moment of a column in UTC; None if the footer does not state them."""
    places = [n for n in range(footer.num_columns) if footer.schema.column(n).path == column]
    if len(places) != 1 or not footer.num_row_groups:
        return None
    spans = []
    for group in range(footer.num_row_groups):
        statistics = footer.row_group(group).column(places[0]).statistics
        if statistics is None or not statistics.has_min_max:
            return None
        try:
            spans.append((_utc(statistics.min), _utc(statistics.max)))
        except (TypeError, ValueError, OverflowError):
            # A column of another kind, or a moment that no calendar has.
            return None
    return min(first for first, _ in spans), max(last for _, last in spans)


def _utc(moment: object) -> datetime:
    if not isinstance(moment, datetime):
        raise TypeError(moment)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

"""What the run of this process has materialized so far, which Dagster asks for again and again.

Belongs here: which of Dagster's questions are answered from memory. Does not: storing events
(history.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from dagster import (
    AssetKey,
    AssetRecordsFilter,
    DagsterEventType,
    EventLogEntry,
    EventLogRecord,
    EventRecordsResult,
)
from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from orchestration.dagster_internals.event_log import (
    AssetDetails,
    AssetEntry,
    AssetKeyTable,
    AssetRecord,
    EventLogCursor,
    SqlEventLogStorageTable,
)

ENDS = {DagsterEventType.RUN_SUCCESS, DagsterEventType.RUN_FAILURE, DagsterEventType.RUN_CANCELED}

Connect = Callable[[], AbstractContextManager[Connection]]


class Row(NamedTuple):
    """What the index of assets has about one: the id of its row, when it was wiped, and whether it
    has ever been made by partition."""

    storage_id: int
    details: AssetDetails | None
    by_partition: bool


class Materialized:
    """The last materialization of each asset that the run of this process has made.

    Before Dagster writes a materialization it asks for the last one of each asset that this one is
    made from, and for each check for the materialization that it is about: a query per model and
    per test, each of which reads a whole event. What this process has just written need not be read
    again. The memory is valid from a run's start to its end, because only then does nobody else
    make the same assets: one run writes at a time.
    """

    def __init__(self) -> None:
        self._run: str | None = None
        self._last: dict[AssetKey, EventLogRecord] = {}
        self._rows: Mapping[AssetKey, Row] = {}

    def note(self, event: EventLogEntry) -> None:
        """Begin at the start of a run, and forget everything at its end."""
        if event.dagster_event_type is DagsterEventType.RUN_START:
            self._run = event.run_id
        elif not (event.dagster_event_type in ENDS and event.run_id == self._run):
            return
        else:
            self._run = None
        self._last, self._rows = {}, {}

    def written(self, event: EventLogEntry, storage_id: int) -> None:
        """Remember an event of an asset that now has an id in the index."""
        key = key_of(event)
        if key and event.run_id == self._run:
            self._last[key] = EventLogRecord(storage_id=storage_id, event_log_entry=event)

    def records(self, keys: Sequence[AssetKey], index: Connect) -> list[AssetRecord] | None:
        """The records of the assets, if this run has made all of them; else None.

        `index` connects to the index of assets, which is read once per run.
        """
        if not keys or not all(self._knows(key, index) for key in keys):
            return None
        return [self._record(key) for key in keys]

    def last(self, records_filter: AssetRecordsFilter, index: Connect) -> EventRecordsResult | None:
        """The last materialization of an asset, or None where this run has not made it or the
        question is narrower than an asset and its partitions."""
        key, partitions = records_filter.asset_key, records_filter.asset_partitions
        if records_filter != AssetRecordsFilter(key, partitions) or not self._knows(key, index):
            return None
        record = self._last[key]
        if partitions is None or record.partition_key in partitions:
            after = EventLogCursor.from_storage_id(record.storage_id).to_string()
            return EventRecordsResult([record], cursor=after, has_more=True)
        if record.partition_key is None and not self._rows[key].by_partition:
            none = EventLogCursor.from_storage_id(-1).to_string()
            return EventRecordsResult([], cursor=none, has_more=False)
        return None

    def _knows(self, key: AssetKey, index: Connect) -> bool:
        if key not in self._last:
            return False
        if not self._rows:
            with index() as connection:
                self._rows = dict(_rows(connection))
        return key in self._rows

    def _record(self, key: AssetKey) -> AssetRecord:
        row, last = self._rows[key], self._last[key]
        entry = AssetEntry(
            asset_key=key,
            last_materialization_record=last,
            last_run_id=last.run_id,
            asset_details=row.details,
        )
        return AssetRecord(storage_id=row.storage_id, asset_entry=entry)


def key_of(event: EventLogEntry) -> AssetKey | None:
    """The asset that an event materializes, if it does."""
    if event.dagster_event_type is not DagsterEventType.ASSET_MATERIALIZATION:
        return None
    return event.dagster_event.asset_key if event.dagster_event else None


def _rows(index: Connection) -> Iterable[tuple[AssetKey, Row]]:
    assets, events = AssetKeyTable.c, SqlEventLogStorageTable.c
    by_partition = exists().where(
        events.asset_key == assets.asset_key,
        events.dagster_event_type == DagsterEventType.ASSET_MATERIALIZATION.value,
        events.partition.is_not(None),
    )
    rows = select(assets.asset_key, assets.id, assets.asset_details, by_partition)
    for name, storage_id, details, ever in index.execute(rows):
        key = AssetKey.from_db_string(name)
        if key:
            yield key, Row(storage_id, AssetDetails.from_db_string(details), bool(ever))

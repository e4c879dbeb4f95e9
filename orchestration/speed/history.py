"""Dagster's event log for one program, written over connections that stay open.

Belongs here: how events reach their files. Does not: which events there are, or their home.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from dagster import (
    AssetKey,
    AssetRecordsFilter,
    DagsterEventType,
    EventLogEntry,
    EventRecordsResult,
)
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine

from orchestration.dagster_internals.event_log import (
    SQLITE_BUSY_TIMEOUT_SECONDS,
    AssetRecord,
    SqliteEventLogStorage,
)
from orchestration.speed.materialized import Materialized, key_of

# A run writes its own file and the index; a long-lived server must not keep the files of all runs
# open.
KEPT_OPEN = 8
# Events that a run plans before its first step, and those that a step yields while it works: an
# event of another kind, such as the end of the step, always follows.
MAY_WAIT = {
    DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
    DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED,
    DagsterEventType.STEP_OUTPUT,
    DagsterEventType.ASSET_MATERIALIZATION,
    DagsterEventType.ASSET_CHECK_EVALUATION,
}
# After this time the next event is written at once, so that the UI shows what a step yielded.
WAIT_SECONDS = 1.0


class EventHistory(SqliteEventLogStorage):
    """Dagster's own SQLite event log, except that a connection serves more than one event, the
    events of one step share a transaction, and the schema is inspected only once.

    The stock storage makes an engine and opens the file anew for every event and every query, which
    took a third of a yearly run. Files, tables and locking are the stock ones. Waiting events are
    written before anything is read here; a process that is killed loses them.
    """

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        # The tables and indexes that exist; only `wipe` ever removes any of them.
        self._known: set[tuple[str, str]] = set()
        self._waiting: list[EventLogEntry] = []
        self._waits_since = 0.0
        self._made = Materialized()
        self._waiting_lock = threading.RLock()
        # The connections in whose transactions this thread writes events, by file.
        self._shared = threading.local()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> EventHistory:
        """The storage that dagster.yaml names."""
        return cls(inst_data=inst_data, **config_value)

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, now or together with those that follow it."""
        with self._waiting_lock:
            if not self._waiting:
                self._waits_since = time.monotonic()
            self._waiting.append(event)
            if not _may_wait(event) or time.monotonic() - self._waits_since > WAIT_SECONDS:
                self.write_waiting()

    def write_waiting(self) -> None:
        """Store every event that waits, each file in one transaction."""
        with self._waiting_lock:
            events, self._waiting = self._waiting, []
            if not events:
                return
            with self._db_lock, ExitStack() as transactions:
                opened: dict[str, Connection] = {}

                def connection_to(shard: str) -> Connection:
                    if shard not in opened:
                        opened[shard] = transactions.enter_context(self._transaction(shard))
                    return opened[shard]

                self._shared.connection_to = connection_to
                try:
                    for event in events:
                        self._made.note(event)
                        super().store_event(event)
                finally:
                    del self._shared.connection_to

    def _store_asset_event(self, conn: Connection, event: EventLogEntry, event_id: int) -> None:
        super()._store_asset_event(conn, event, event_id)
        self._made.written(event, event_id)

    def _write_what_waits_of(self, keys: Sequence[AssetKey]) -> None:
        if any(key_of(event) in keys for event in self._waiting):
            self.write_waiting()

    def get_asset_records(
        self, asset_keys: Sequence[AssetKey] | None = None
    ) -> Sequence[AssetRecord]:
        """The records of assets, from memory for those that the run in this process has made."""
        if asset_keys:
            with self._waiting_lock:
                self._write_what_waits_of(asset_keys)
                records = self._made.records(asset_keys, self.index_connection)
            if records is not None:
                return records
        return super().get_asset_records(asset_keys)

    def fetch_materializations(
        self,
        records_filter: AssetKey | AssetRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """Materializations of an asset, from memory where the last one is asked for and the run in
        this process has made it."""
        if limit == 1 and cursor is None and not ascending:
            if isinstance(records_filter, AssetKey):
                records_filter = AssetRecordsFilter(records_filter)
            with self._waiting_lock:
                self._write_what_waits_of([records_filter.asset_key])
                last = self._made.last(records_filter, self.index_connection)
            if last is not None:
                return last
        return super().fetch_materializations(records_filter, limit, cursor, ascending)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        if hasattr(self._shared, "connection_to"):
            yield self._shared.connection_to(shard)
            return
        self.write_waiting()
        with self._db_lock, self._transaction(shard) as connection:
            yield connection

    @contextmanager
    def _transaction(self, shard: str) -> Iterator[Connection]:
        engine = self._engine(shard)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        with engine.connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            self._engines[shard] = create_engine(
                self.conn_string_for_shard(shard),
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            if len(self._engines) > KEPT_OPEN:
                self._engines.popitem(last=False)[1].dispose()
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table, which the stock storage asks for every event."""
        return self._once("table", table_name, super().has_table)

    def has_secondary_index(self, name: str) -> bool:
        """Whether a migration of the index is done."""
        return self._once("index", name, super().has_secondary_index)

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        ask = super()._has_asset_key_col_on_connection
        return self._once("column", column_name, lambda name: ask(conn, name))

    def _once(self, kind: str, name: str, ask: Callable[[str], bool]) -> bool:
        if (kind, name) not in self._known and ask(name):
            self._known.add((kind, name))
        return (kind, name) in self._known

    def wipe(self) -> None:
        """Forget every event. The files are deleted, so open connections are closed first."""
        self._waiting.clear()
        self._close()
        self._known.clear()
        super().wipe()

    def dispose(self) -> None:
        """Write what waits, and close every open connection."""
        self.write_waiting()
        self._close()
        super().dispose()

    def _close(self) -> None:
        while self._engines:
            self._engines.popitem()[1].dispose()


def _may_wait(event: EventLogEntry) -> bool:
    """Whether another event is sure to follow. An event without a run, such as one that a person
    reports in the UI, may be the last."""
    return bool(event.run_id) and event.dagster_event_type in MAY_WAIT

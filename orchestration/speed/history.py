"""Dagster's event log for one program, written over connections that stay open.

Belongs here: how events reach their files. Does not: which events there are, or their home.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    SQLITE_BUSY_TIMEOUT_SECONDS,
    SqliteEventLogStorage,
)
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine

# A run writes its own file and the index; a long-lived server must not keep every run's file open.
KEPT_OPEN = 8


class EventHistory(SqliteEventLogStorage):
    """Dagster's own SQLite event log, but a connection serves more than one event, and what the
    schema has is asked once.

    The stock storage makes an engine and opens the file anew for every event and every question,
    which cost a third of a yearly run. Files, tables and locking are the stock ones.
    """

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        # What the schema was found to have: only `wipe` ever removes any of it.
        self._known: set[tuple[str, str]] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> EventHistory:
        """The storage that dagster.yaml names."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
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
        """Whether the index has a table, as the stock storage asks of it for every event."""
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
        self._close()
        self._known.clear()
        super().wipe()

    def dispose(self) -> None:
        """Close every open connection."""
        self._close()
        super().dispose()

    def _close(self) -> None:
        while self._engines:
            self._engines.popitem()[1].dispose()

"""Dagster's event log in SQLite, its tables, and the records that it answers with."""

from dagster._core.assets import AssetDetails
from dagster._core.event_api import EventLogCursor
from dagster._core.storage.event_log.base import AssetEntry, AssetRecord
from dagster._core.storage.event_log.schema import AssetKeyTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    SQLITE_BUSY_TIMEOUT_SECONDS,
    SqliteEventLogStorage,
)

__all__ = [
    "SQLITE_BUSY_TIMEOUT_SECONDS",
    "AssetDetails",
    "AssetEntry",
    "AssetKeyTable",
    "AssetRecord",
    "EventLogCursor",
    "SqlEventLogStorageTable",
    "SqliteEventLogStorage",
]

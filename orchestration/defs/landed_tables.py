"""Landed tables compared with what the last landing left in them.

Belongs here: which rows a source's landing is responsible for. Does not: landing (ingest/), or how
a table's content is digested (speed/contents.py).
"""

from __future__ import annotations

import duckdb

from ingest.judging.contract import entities
from orchestration.speed import contents

# The feed's own rows are too many to be read in each run; the models read only their sums.
FEED = {"usage_events"}
SUMS = {"app_usage": ("usage_parts", "usage_part_months")}
RECORDS = {"account_mapping": ("crossbeam_records",)}


def changed_landing(con: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """The landed tables of a source that somebody has changed since; their judgements then count as
    outdated, so that this landing makes them again from the kept bytes."""
    stage = _stage(source)
    harmed = contents.changed(con, stage, _rows(source))
    if harmed:
        con.execute("update landing.judged_under set fingerprint = '' where source = ?", [source])
    contents.forget(con, stage)
    return harmed


def record_landing(con: duckdb.DuckDBPyConnection, source: str) -> None:
    """Record what the landing left in the tables."""
    contents.record(con, _stage(source), _rows(source))


def _stage(source: str) -> str:
    return f"landed {source}"


def _rows(source: str) -> dict[str, str]:
    """Table -> the query of the rows that are this source's."""
    own = [spec.name for spec in entities() if spec.source == source and spec.name not in FEED]
    own += [*SUMS.get(source, ()), *RECORDS.get(source, ())]
    delivered = "select delivery_id from landing.deliveries where source = '{}'".format(
        source.replace("'", "''")
    )
    shared = {
        f"landing.{table}": f"(from landing.{table} where delivery_id in ({delivered}))"
        for table in ("deliveries", "quarantine")
    }
    return {f"landing.{name}": f"landing.{name}" for name in own} | shared

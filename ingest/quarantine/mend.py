"""The quarantine as a work list: what is wrong, whose it is, and what is not settled yet.

Belongs here: which rows are settled, the listing, the mark that identifies a mended file.
Does not: reading the rows (mend_rows.py), or writing files for mending (mend_files.py).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import polars as pl

from ingest.deliveries.delivery import CROSSBEAM, REFUSED
from ingest.deliveries.receipt_order import LINES
from ingest.deliveries.settings import settings_of
from ingest.judging.contract import entity
from ingest.judging.literals import blank_to_null, literal
from ingest.judging.sql import FRAME, first
from ingest.quarantine.mend_rows import Batch, Quarantined, batches_of, fill

REPORT = ("partner_id", "report_month")
# Rows of such a file are good: what has to be settled is the file, not a row.
WHOLE_FILE = ("shrunken", "declared")
LONGEST_NAME = 60
NOBODY = "_none"


def _key_of(name: str) -> Sequence[str]:
    """What a later delivery has to contain for a row to be settled: its key or, for a reseller's
    line, the report, which a later one replaces as a whole (semantics 4)."""
    try:
        return REPORT if name == LINES else entity(name).key
    except KeyError:
        return ()


def _landed_since(con: duckdb.DuckDBPyConnection, batch: Batch) -> set[int]:
    """Indices of rows whose key occurs in an accepted row of a later delivery."""
    key = _key_of(batch.entity)
    if not key or batch.table is None or batch.entity == "fx_rates":
        return set()
    spec = entity(batch.entity)
    raw = pl.DataFrame(
        {n: [batch.text(r.fields, n) or None for r in batch.rows] for n in key},
        schema=dict.fromkeys(key, pl.String),
    )
    texts = raw.select(
        literal(spec.column(n), blank_to_null(pl.col(n))).value.alias(n) for n in key
    ).with_row_index("at")
    same = " and ".join(f'l."{n}" = cast(f."{n}" as {spec.column(n).sql_type})' for n in key)
    con.register(FRAME, texts.to_arrow())
    rows = con.execute(
        f"select distinct f.at from {FRAME} as f inner join landing.{spec.name} as l on {same}"
        " where (l._received_at, l._file) > (?, ?)",
        [batch.received_at, batch.file],
    ).fetchall()
    con.unregister(FRAME)
    return {at for (at,) in rows}


def encoded(partner: str | None) -> str:
    """A partner's id as part of a file's name; never a path, whatever the id holds."""
    if not partner:
        return NOBODY
    name = quote(partner, safe="", errors="replace").replace(".", "%2E")
    short = len(name) <= LONGEST_NAME
    return name if short else hashlib.sha256(partner.encode()).hexdigest()[:32]


def mend_mark(entity_name: str, delivery_id: str, partner: str | None) -> str:
    """The part of a mended file's name that identifies the delivery and partner."""
    if entity_name == CROSSBEAM.name:
        # The vendor's layout allows a number after the endpoint, and nothing else.
        return f"-{int(delivery_id, 16)}."
    return f"-mend-{delivery_id}-{encoded(partner)}."


def _settled(con: duckdb.DuckDBPyConnection, batch: Batch, redelivered: Iterable[str]) -> None:
    """Leave out rows that a mended file or a later row with the same key has settled, and a refused
    file if an accepted file of the same name has come since."""
    since = _landed_since(con, batch)
    names = list(redelivered)
    again = first(
        con,
        "select count(*) from landing.deliveries where file = ? and status <> 'refused'"
        " and received_at > ? and entity = ?",
        [batch.file, batch.received_at, batch.entity],
    )
    replaced = batch.status == REFUSED and again is not None and again[0] > 0
    batch.rows = [
        row
        for at, row in enumerate(batch.rows)
        if at not in since and not replaced and not _mended(batch, row, names)
    ]


def _mended(batch: Batch, row: Quarantined, names: Iterable[str]) -> bool:
    # Lines that name no reseller are exported in one file with everybody's.
    whose = {row.partner, None} if batch.entity == LINES else {row.partner}
    marks = [mend_mark(batch.entity, batch.delivery_id, partner) for partner in whose]
    return any(mark in name for mark in marks for name in names)


def quarantined(
    con: duckdb.DuckDBPyConnection,
    landing: Path,
    store: Path,
    *,
    source: str | None = None,
    partner: str | None = None,
) -> list[Batch]:
    """What is in quarantine and not settled yet, by source, entity and order of receipt.

    A row is settled when a mended file for it was accepted, or when a later delivery landed a row
    of its key. `store` keeps the raw bytes; usage parquet is read in place.
    """
    settings = settings_of(con)
    batches = batches_of(con, source)
    mended = defaultdict(list)
    for name, owner in con.execute(
        "select file, entity from landing.deliveries"
        " where (contains(file, '-mend-') or entity = ?) and status <> 'refused' order by file",
        [CROSSBEAM.name],
    ).fetchall():
        mended[owner].append(name)
    for batch in batches:
        fill(con, batch, landing, store, settings)
        _settled(con, batch, mended[batch.entity])
        if partner is not None:
            batch.rows = [row for row in batch.rows if row.partner == partner]
    return [batch for batch in batches if batch.rows]


def listing(batches: Iterable[Batch]) -> list[dict[str, object]]:
    """One row per problem, by partner and source, in the order of the files: partner, source,
    entity, file, row, cell, column, value, rule, remedy."""
    rows: list[dict[str, Any]] = [
        {
            "partner": row.partner,
            "source": batch.source,
            "entity": batch.entity,
            "file": batch.file,
            "row": row.row,
            "cell": problem.cell,
            "column": problem.column,
            "value": problem.value,
            "rule": problem.rule,
            "remedy": problem.message,
        }
        for batch in batches
        for row in batch.rows
        for problem in row.problems
    ]
    return sorted(rows, key=lambda r: (r["partner"] or "", r["source"], r["entity"]))

"""Writes judged pieces into the landing tables.

Belongs here: inserts and deletes of landed rows, inside the caller's transaction. Does not: what
lands (receipt_order.py, expectations/), or the usage feed's view (usage/view.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import duckdb
import polars as pl

from ingest.deliveries.delivery import ACCEPTED, CROSSBEAM, DUPLICATE, REFUSED, Piece
from ingest.deliveries.unread import COLUMN, unread_files, unread_rows
from ingest.formats.crossbeam import landed
from ingest.judging.contract import Entity, entities, entity
from ingest.judging.frames import CELL, EXTRA, ROW, TABLE
from ingest.judging.judge import FAULTS, Judged
from ingest.judging.sql import FRAME, insert
from ingest.judging.table import CONTRADICTED, LAYOUT, TITLED, storable
from ingest.people.landed import faults_under_tokens, keys_under_tokens, rows_under_tokens
from ingest.people.store import People
from ingest.usage.parts import forget_parts

DELIVERY: dict[str, Any] = {
    "delivery_id": pl.String,
    "source": pl.String,
    "entity": pl.String,
    "file": pl.String,
    "sha256": pl.String,
    "received_at": pl.Datetime("us"),
    "rows_read": pl.Int64,
    "rows_accepted": pl.Int64,
    "rows_quarantined": pl.Int64,
    "rows_duplicate": pl.Int64,
    "status": pl.String,
}
QUARANTINE = ("delivery_id", "row", "cell", "column", "value", "rule", "message")
RECORD = "endpoint, record_key, body, _delivery_id, _file, _row, _cell, _received_at, _extra"
REPLACEMENT = (
    "the report replaces an earlier one of this partner and month but holds a quarantined row, so "
    "it replaces nothing; correct that row and deliver the whole report again"
)
REFUSED_ROW = "nothing of a refused file lands; see the file's own entry"


def forget(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Delete everything that deliveries wrote, so that it can be written again."""
    if not ids:
        return
    con.register(FRAME, pl.DataFrame({"id": list(ids)}).to_arrow())
    owned = f"(select id from {FRAME})"
    own = (
        "deliveries",
        "quarantine",
        "delivery_notes",
        "usage_files",
        "usage_parts",
        "usage_part_months",
        "usage_built",
    )
    for table in own:
        con.execute(f"delete from landing.{table} where delivery_id in {owned}")
    tables = [spec.name for spec in entities() if spec.name != "usage_events"]
    for table in (*tables, "usage_rows", "crossbeam_records", "unread_rows"):
        con.execute(f"delete from landing.{table} where _delivery_id in {owned}")
    con.unregister(FRAME)


def demote(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    """Turn known deliveries whose bytes turn out to have been received earlier into duplicates."""
    if not ids:
        return
    columns = ", ".join(DELIVERY)
    rows = con.execute(
        f"select {columns} from landing.deliveries where list_contains(?, delivery_id)", [list(ids)]
    ).fetchall()
    forget(con, ids)
    forget_parts(con, ids)
    changed = [(*r[:7], 0, 0, r[6], DUPLICATE) for r in rows]
    insert(con, "landing.deliveries", pl.DataFrame(changed, DELIVERY, orient="row"))


def write_pieces(con: duckdb.DuckDBPyConnection, pieces: Sequence[Piece], people: People) -> None:
    """Write deliveries, quarantine, notes and accepted rows of pieces that are settled; people land
    as tokens, and `people` records whom these stand for."""
    insert(
        con,
        "landing.deliveries",
        pl.DataFrame([_delivery(p) for p in pieces], DELIVERY, orient="row"),
    )
    insert(
        con,
        "landing.delivery_notes",
        pl.DataFrame(
            [n for p in pieces for n in _notes(p)],
            {"delivery_id": pl.String, "kind": pl.String, "message": pl.String},
            orient="row",
        ),
    )
    for judged, members in _by_batch(pieces):
        _write_rows(con, judged, members, people)
        faults, unread = _quarantine(judged, members), unread_rows(judged, members)
        if people.tokens is not None:
            faults = faults_under_tokens(judged.spec, faults, "column")
            unread = faults_under_tokens(judged.spec, keys_under_tokens(unread, people), COLUMN)
        insert(con, "landing.quarantine", faults)
        insert(con, "landing.unread_rows", unread, "*, null")
    insert(con, "landing.quarantine", _file_faults(pieces))
    insert(con, "landing.unread_rows", unread_files(pieces), "*, null")


def _delivery(piece: Piece) -> tuple[object, ...]:
    file = piece.origin
    return (
        piece.delivery_id,
        file.source,
        piece.entity,
        file.file,
        file.sha256,
        file.received_at,
        *piece.counts,
        piece.status,
    )


def _notes(piece: Piece) -> Iterator[tuple[str, str, str]]:
    """What a person should know about a piece, without its format and without the reason for a
    refusal, which is in the quarantine."""
    for note in piece.notes:
        if note.kind not in (LAYOUT, CONTRADICTED, TITLED):
            yield piece.delivery_id, note.kind, storable(note.message)
    if piece.tally.unknown:
        where = "the file" if piece.entity == "usage_events" else "_extra"
        message = (
            f"columns unknown to {piece.entity}: {', '.join(piece.tally.unknown)}; kept in {where}"
        )
        yield piece.delivery_id, "unknown_columns", message


def _by_batch(pieces: Iterable[Piece]) -> list[tuple[Judged, list[Piece]]]:
    groups: dict[int, tuple[Judged, list[Piece]]] = {}
    for piece in pieces:
        if piece.judged is not None:
            groups.setdefault(id(piece.judged), (piece.judged, []))[1].append(piece)
    return list(groups.values())


def _meta(members: Iterable[Piece]) -> pl.DataFrame:
    rows = [(p.number, p.delivery_id, p.origin.file, p.origin.received_at) for p in members]
    schema: dict[str, Any] = {
        TABLE: pl.Int32,
        "_delivery_id": pl.String,
        "_file": pl.String,
        "_received_at": pl.Datetime("us"),
    }
    return pl.DataFrame(rows, schema, orient="row")


def _write_rows(
    con: duckdb.DuckDBPyConnection, judged: Judged, members: Sequence[Piece], people: People
) -> None:
    accepted = [p for p in members if p.status == ACCEPTED]
    rows = judged.good
    for piece in accepted:
        if piece.replaced is not None:
            gone = piece.replaced.select(TABLE, "_index")
            rows = rows.join(gone, on=[TABLE, "_index"], how="anti", maintain_order="left")
    rows = rows.join(_meta(accepted), on=TABLE, how="inner", maintain_order="left")
    if judged.spec.name == "fx_rates":
        _write_rates(con, judged.spec, rows)
    elif judged.spec.name == CROSSBEAM.name:
        bodies = pl.struct("endpoint", "body").map_elements(
            lambda record: landed(record["endpoint"], record["body"]), pl.String
        )
        insert(con, "landing.crossbeam_records", rows.with_columns(body=bodies), RECORD)
    elif judged.spec.name == "usage_events":
        select = typed(judged.spec, ("_delivery_id", "_file", "_received_at"))
        insert(con, "landing.usage_rows", rows, select)
    else:
        provenance = ("_delivery_id", "_file", ROW, CELL, "_received_at", EXTRA)
        rows = rows_under_tokens(judged.spec, rows, people)
        insert(con, f"landing.{judged.spec.name}", rows, typed(judged.spec, provenance))


def typed(spec: Entity, provenance: Sequence[str]) -> str:
    """SQL that casts canonical text to the types of the landing schema; decimals never pass through
    a float."""
    columns = [f'cast("{c.name}" as {c.sql_type})' for c in spec.columns]
    return ", ".join([*columns, *provenance])


def _write_rates(con: duckdb.DuckDBPyConnection, spec: Entity, rows: pl.DataFrame) -> None:
    """Write the bank's wide rows as one row per day and currency; a gap gives no row."""
    keep = ["date", "_delivery_id", "_file", ROW, CELL, "_received_at", EXTRA]
    currencies = [c.name for c in spec.columns if c.name != "date"]
    long = rows.unpivot(
        currencies, index=keep, variable_name="currency", value_name="units_per_eur"
    ).drop_nulls("units_per_eur")
    insert(con, "landing.fx_rates", long, typed(entity("fx_rates"), keep[1:]))


def _quarantine(judged: Judged, members: Sequence[Piece]) -> pl.DataFrame:
    """Quarantine entries: faults of accepted and refused pieces, all other rows of refused pieces,
    and replaced rows."""
    pieces = [p for p in members if p.status != DUPLICATE]
    ids = _meta(pieces).select(TABLE, pl.col("_delivery_id").alias("delivery_id"))
    faults = judged.faults.join(ids, on=TABLE, how="inner", maintain_order="left")
    parts = [faults.select(*QUARANTINE)]
    refused = _meta([p for p in members if p.status == REFUSED]).select(TABLE, "_delivery_id")
    places = [judged.good, judged.again, judged.unjudged]
    for rows in places:
        left = rows.select(TABLE, ROW, CELL).join(refused, on=TABLE, maintain_order="left")
        parts.append(_row_entries(left, "refused", REFUSED_ROW))
    for piece in members:
        if piece.replaced is not None:
            gone = piece.replaced.select(TABLE, ROW, CELL)
            gone = gone.with_columns(pl.lit(piece.delivery_id).alias("_delivery_id"))
            parts.append(_row_entries(gone, "replacement", REPLACEMENT))
    return pl.concat(parts)


def _row_entries(rows: pl.DataFrame, rule: str, message: str) -> pl.DataFrame:
    """Quarantine entries of rows that have no fault of their own."""
    none = pl.lit(None, dtype=pl.String)
    return rows.select(
        pl.col("_delivery_id").alias("delivery_id"),
        pl.col(ROW).alias("row"),
        pl.col(CELL).alias("cell"),
        none.alias("column"),
        none.alias("value"),
        pl.lit(rule).alias("rule"),
        pl.lit(message).alias("message"),
    )


def _file_faults(pieces: Iterable[Piece]) -> pl.DataFrame:
    """One entry without a row for each refused file, which says why nothing of it lands."""
    rows = [
        (p.delivery_id, None, None, p.refused_column, None, *p.refusal)
        for p in pieces
        if p.status == REFUSED and p.refusal is not None
    ]
    schema = {"delivery_id": pl.String} | {k: v for k, v in FAULTS.items() if k != TABLE}
    return pl.DataFrame(rows, schema, orient="row").select(*QUARANTINE)

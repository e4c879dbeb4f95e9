"""Quarantined rows that stay visible: whose they are, which days they affect, what was wrong.

Belongs here: `landing.unread_rows` from judged pieces (semantics 2, "Rows that could not be
read"). Does not: which of them a later delivery put right (quarantine/put_right.py), or what they
put in doubt (transforms/).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from ingest.deliveries.delivery import DUPLICATE, REFUSED, Piece
from ingest.deliveries.unread_days import first_day, last_day
from ingest.formats.workbook import layout
from ingest.judging.contract import Entity, entity
from ingest.judging.frames import CELL, ROW, TABLE
from ingest.judging.judge import Judged
from ingest.judging.literals import blank_to_null, literal

# Feeds whose bad rows are findings only, the bank's rates, and enrolments.
LEFT_OUT = ("usage_events", "overlaps", "crossbeam_api", "fx_rates", "enrollments")
# The columns that show whose a row is, directly or through an app or an agreement.
OWNERS = ("partner_id", "app_id", "agreement_id")
WHOLE_FILE_COLUMN = "whole_file"
REPLACED = "replacement"
COLUMN = "column_name"
UNREAD: dict[str, Any] = {
    "source": pl.String,
    "entity": pl.String,
    "_delivery_id": pl.String,
    "_file": pl.String,
    "_row": pl.Int64,
    "_cell": pl.String,
    "_received_at": pl.Datetime("us"),
    WHOLE_FILE_COLUMN: pl.Boolean,
    "partner_id": pl.String,
    "app_id": pl.String,
    "agreement_id": pl.String,
    "row_key": pl.String,
    "report_month": pl.Date,
    "kind": pl.String,
    "parameter": pl.String,
    "first_day": pl.Date,
    "last_day": pl.Date,
    COLUMN: pl.String,
    "value": pl.String,
    "rule": pl.String,
    "message": pl.String,
}
"""`kind` is the row's value of its entity's first enum column, null where that can't be read;
`row_key` a JSON list of its key, null where a part of it can't be read; a day that is null may be
any day. `whole_file`: the row represents a refused file, which is about its partner."""


def is_followed(name: str) -> bool:
    """Whether quarantined rows of an entity can stay visible at all."""
    if name in LEFT_OUT:
        return False
    try:
        columns = {c.name for c in entity(name).columns}
    except KeyError:
        return False
    return bool(columns & set(OWNERS))


def unread_rows(judged: Judged, members: Sequence[Piece]) -> pl.DataFrame:
    """UNREAD rows of the pieces of one batch: quarantined rows, and those of refused files."""
    if not is_followed(judged.spec.name):
        return pl.DataFrame(schema=UNREAD)
    pieces = [p for p in members if p.status != DUPLICATE]
    parts = [_faulty(judged, pieces), *_replaced(judged, pieces)]
    refused = [p for p in pieces if p.status == REFUSED]
    if refused:
        every = [judged.good, judged.bad, judged.unjudged]
        parts += [_of_files(judged, rows, refused) for rows in every]
    return pl.concat([pl.DataFrame(schema=UNREAD), *parts])


def unread_files(pieces: Iterable[Piece]) -> pl.DataFrame:
    """UNREAD rows of refused files, from what their path or their cover says."""
    rows = [row for piece in pieces if piece.status == REFUSED for row in _by_path(piece)]
    return pl.DataFrame(rows, UNREAD, orient="row").unique(maintain_order=True)


def _by_path(piece: Piece) -> Iterator[tuple[object, ...]]:
    """A refused file's partners: each folder below its source, and the partner its cover names."""
    known = piece.known_of
    folders = [part for part in piece.origin.file.split("/")[1:-1] if part != piece.entity]
    partners = [known["partner_id"]] if known.get("partner_id") else folders
    month = pl.select(literal(_MONTH, pl.lit(known.get("report_month"), pl.String)).value).item()
    rule, message = piece.refusal or (REFUSED, "")
    for name in _entities(piece):
        if not is_followed(name):
            continue
        for partner in partners:
            yield (
                piece.origin.source,
                name,
                piece.delivery_id,
                piece.origin.file,
                None,
                None,
                piece.origin.received_at,
                True,
                partner,
                None,
                None,
                None,
                None if month is None else _date(month),
                None,
                None,
                None,
                None,
                piece.refused_column,
                None,
                rule,
                message,
            )


def _entities(piece: Piece) -> Iterable[str]:
    """The entities that a file would have filled: a workbook fills several."""
    if piece.entity != "workbook":
        return (piece.entity,)
    return dict.fromkeys(layout()["sheets"].values())


_MONTH = entity("reports").column("report_month")


def _date(text: str) -> Any:
    return pl.select(pl.lit(text).str.to_date("%Y-%m-%d")).item()


def _faulty(judged: Judged, pieces: Sequence[Piece]) -> pl.DataFrame:
    """Rows with a fault of their own, each with the first of its faults."""
    bad = _parsed(judged.spec, judged.bad)
    place = pl.col("cell").str.extract(r"^(.*)!").fill_null("")
    faults = judged.faults.select(
        TABLE,
        "row",
        place.alias("place"),
        pl.col("cell").alias("fault_cell"),
        pl.col("column").alias("column_name"),
        "value",
        "rule",
        "message",
    ).unique([TABLE, "row", "place"], keep="first", maintain_order=True)
    placed = bad.with_columns(pl.col(CELL).str.extract(r"^(.*)!").fill_null("").alias("place"))
    joined = placed.join(
        faults,
        left_on=[TABLE, ROW, "place"],
        right_on=[TABLE, "row", "place"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).with_columns(pl.coalesce("fault_cell", CELL).alias(CELL))
    return _shaped(judged, joined, pieces, whole_file=False)


def _replaced(judged: Judged, pieces: Sequence[Piece]) -> Iterator[pl.DataFrame]:
    """Good rows of a report that replaced nothing."""
    for piece in pieces:
        if piece.replaced is not None:
            message = "its report holds a quarantined row and replaces nothing"
            rows = piece.replaced.with_columns(*_fault(None, REPLACED, message))
            yield _shaped(judged, rows, [piece], whole_file=False)


def _of_files(judged: Judged, rows: pl.DataFrame, refused: Sequence[Piece]) -> pl.DataFrame:
    """The rows of refused files, for the partners that they concern."""
    parsed = _parsed(judged.spec, rows)
    parts = []
    for piece in refused:
        mine = parsed.filter(pl.col(TABLE) == piece.number)
        rule, message = piece.refusal or (REFUSED, "")
        mine = mine.with_columns(*_fault(piece.refused_column, rule, message))
        parts.append(_shaped(judged, mine, [piece], whole_file=True))
    return pl.concat([pl.DataFrame(schema=UNREAD), *parts])


def _fault(column: str | None, rule: str, message: str) -> list[pl.Expr]:
    return [
        pl.lit(column, pl.String).alias("column_name"),
        pl.lit(None, pl.String).alias("value"),
        pl.lit(rule).alias("rule"),
        pl.lit(message).alias("message"),
    ]


def _parsed(spec: Entity, rows: pl.DataFrame) -> pl.DataFrame:
    """Canonical text of every column, null where a value can't be read, with `raw <name>` next to
    it."""
    raw = rows.with_columns(
        blank_to_null(pl.col(c.name)).alias(f"raw {c.name}") for c in spec.columns
    )
    values = (literal(c, pl.col(f"raw {c.name}")).value.alias(c.name) for c in spec.columns)
    return raw.lazy().with_columns(values).collect()


def _shaped(
    judged: Judged, rows: pl.DataFrame, pieces: Sequence[Piece], *, whole_file: bool
) -> pl.DataFrame:
    spec = judged.spec
    names = {c.name for c in spec.columns}

    def own(name: str) -> pl.Expr:
        return pl.col(name) if name in names else pl.lit(None, pl.String)

    meta = pl.DataFrame(
        [(p.number, p.delivery_id, p.origin.file, p.origin.received_at) for p in pieces],
        {
            TABLE: pl.Int32,
            "_delivery_id": pl.String,
            "_file": pl.String,
            "_received_at": pl.Datetime("us"),
        },
        orient="row",
    )
    enums = [c.name for c in spec.columns if c.kind == "enum"]
    key = [pl.col(name) for name in spec.key if name in names]
    known = pl.all_horizontal(k.is_not_null() for k in key) if key else pl.lit(False)
    listed = pl.concat_list(key).map_elements(_json_list, pl.String) if key else pl.lit(None)
    joined = rows.join(meta, on=TABLE, how="inner", maintain_order="left")
    return (
        joined.select(
            pl.lit(spec.source).alias("source"),
            pl.lit(spec.name).alias("entity"),
            "_delivery_id",
            "_file",
            pl.lit(None, pl.Int64).alias("_row") if whole_file else pl.col(ROW).alias("_row"),
            pl.lit(None, pl.String).alias("_cell") if whole_file else pl.col(CELL).alias("_cell"),
            "_received_at",
            pl.lit(whole_file).alias(WHOLE_FILE_COLUMN),
            *(own(name).alias(name) for name in OWNERS),
            pl.when(known).then(listed).alias("row_key"),
            own("report_month").str.to_date("%Y-%m-%d", strict=False).alias("report_month"),
            own(enums[0] if enums else "").alias("kind"),
            own("parameter").alias("parameter"),
            first_day(spec, judged.zone),
            last_day(spec, judged.zone),
            "column_name",
            "value",
            "rule",
            "message",
        )
        .filter(pl.any_horizontal(pl.col(name).is_not_null() for name in OWNERS))
        .cast(pl.Schema(UNREAD))
    )


def _json_list(values: pl.Series) -> str:
    return json.dumps(values.to_list(), ensure_ascii=False)

"""A delivery as one row of facts that expectations can judge.

Belongs here: what is measured of a delivery. Does not: what is acceptable (the YAML files).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from ingest.deliveries.delivery import Piece
from ingest.formats.map_contradictions import is_written
from ingest.judging.contract import Entity
from ingest.judging.frames import TABLE
from ingest.judging.judge import Judged
from ingest.judging.table import CONTRADICTED, CUT

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "delivery_id",
    "entity",
    "file",
    "unreadable",
    "missing_columns",
    "repeated_columns",
    "unknown_columns",
    "ambiguous_column",
    "rows_read",
    "rows_good",
    "quarantined_share",
    "days_past_receipt",
    "cut_short",
    "contradicted",
    "takes_away",
)
# 1.234: more than a thousand if the comma is the decimal mark, little more than one if it is not.
EITHER = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"


def _latest(judged: Judged, column: str | None) -> dict[int, datetime]:
    """Latest moment of a column in each table of a batch."""
    if column is None or column not in judged.good.columns:
        return {}
    moment = pl.col(column).str.slice(0, 19).str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    day = pl.col(column).str.to_datetime("%Y-%m-%d", strict=False)
    latest = judged.good.group_by(TABLE).agg(pl.coalesce(moment, day).max())
    return {table: value for table, value in latest.iter_rows() if value is not None}


def _ambiguous(spec: Entity, judged: Judged) -> dict[int, str]:
    """Tables in which an amount may mean two numbers, with the first such column.

    A locale that makes its numbers ambiguous (semantics 2, "Deliveries"): some value of the column
    can only be read with a decimal comma or dots between thousands, and another reads as a number
    either way.
    """
    columns: dict[int, str] = {}
    for column in (c.name for c in spec.columns if c.kind in ("money", "decimal")):
        texts = judged.bad[column].drop_nulls().unique()
        odd = [text for text in texts if is_written(text, ",")]
        commas = judged.bad.filter(pl.col(column).is_in(odd))
        tables = set(commas[TABLE].to_list())
        if not tables:
            continue
        either = judged.good.filter(
            pl.col(TABLE).is_in(list(tables)) & pl.col(column).str.contains(EITHER)
        )
        for table in either[TABLE].unique().sort().to_list():
            columns.setdefault(table, column)
    return columns


def _batch_facts(judged: Judged, moments: Mapping[str, str]) -> tuple[dict, dict]:
    return (
        _latest(judged, moments.get(judged.spec.name)),
        {} if judged.spec.name == "fx_rates" else _ambiguous(judged.spec, judged),
    )


def _note(piece: Piece, kind: str) -> str | None:
    return next((note.message for note in piece.notes if note.kind == kind), None)


def _row(piece: Piece, latest: datetime | None, ambiguous: str | None) -> tuple[object, ...]:
    tally = piece.tally
    cut, contradicted = (_note(piece, kind) for kind in (CUT, CONTRADICTED))
    latest = latest or getattr(piece.scan, "latest", None)
    return (
        piece.delivery_id,
        piece.entity,
        piece.origin.file,
        None if piece.refusal is None else piece.refusal[1],
        ", ".join(tally.missing) or None,
        ", ".join(tally.twice) or None,
        ", ".join(tally.unknown) or None,
        ambiguous,
        tally.read,
        tally.read - tally.quarantined,
        tally.quarantined / tally.read if tally.read else 0.0,
        None if latest is None else (latest - piece.origin.received_at).total_seconds() / 86400,
        cut,
        contradicted,
        _taken_away(piece),
    )


def _taken_away(piece: Piece) -> str | None:
    return None if piece.loss is None else piece.loss.unit


def profile(facts: Sequence[tuple[object, ...]], pieces: Sequence[Piece]) -> pd.DataFrame:
    """The facts of pieces as a frame with COLUMNS, including what each would take away."""
    import pandas as pd

    rows = [(*row[:-1], _taken_away(piece)) for row, piece in zip(facts, pieces, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def named(facts: Sequence[tuple[object, ...]]) -> list[dict[str, object]]:
    """The facts of pieces by the names of COLUMNS."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in facts]


def facts_of(pieces: Sequence[Piece], moments: Mapping[str, str]) -> list[tuple[object, ...]]:
    """One row per piece, in the order of COLUMNS; `moments` names the column that dates each
    entity's rows."""
    facts: dict[int, tuple[dict, dict]] = {}
    rows = []
    for piece in pieces:
        latest, ambiguous = None, None
        if piece.judged is not None:
            key = id(piece.judged)
            if key not in facts:
                facts[key] = _batch_facts(piece.judged, moments)
            latest = facts[key][0].get(piece.number)
            ambiguous = facts[key][1].get(piece.number)
        rows.append(_row(piece, latest, ambiguous))
    return rows

"""Files to judged pieces, each in the way that suits it.

Belongs here: which files are read in place. Does not: reading (readers/, usage.py) or landing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.discover import Found
from ingest.pieces import Piece, read_pieces
from ingest.settings import Settings
from ingest.usage import SPEC, scan_piece


def _in_place(found: Found) -> bool:
    """Whether a file is read where it lies instead of being kept and copied row by row."""
    return (
        found.entity == SPEC.name
        and found.refusal is None
        and found.path.suffix.lower() == ".parquet"
    )


def prepare(con: duckdb.DuckDBPyConnection, files: Sequence[Found], settings: Settings,
             store: Path) -> list[Piece]:  # fmt: skip
    """Read and judge files into pieces, parquet usage by a scan where it lies.

    With a `store` the bytes of every other file are kept in it.
    """
    pieces = [scan_piece(con, f, settings.time_zone) for f in files if _in_place(f)]
    return pieces + read_pieces((f for f in files if not _in_place(f)), settings, store)

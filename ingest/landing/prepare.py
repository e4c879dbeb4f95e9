"""From files to judged pieces, each read in the way that suits it.

Belongs here: which files are read in place. Does not: reading (readers/, usage/) or landing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.deliveries.delivery import ACCEPTED, DUPLICATE, Piece, read_pieces
from ingest.deliveries.discover import LandingFile
from ingest.deliveries.settings import Settings
from ingest.usage.csv_feed import is_big, scan_csv, write_csv
from ingest.usage.feed import SPEC, scan_piece, sum_ahead, write_scan


def in_place(file: LandingFile) -> bool:
    """Whether a file is read in place instead of being kept and copied row by row."""
    return (
        file.entity == SPEC.name and file.refusal is None and file.path.suffix.lower() == ".parquet"
    )


def prepare(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[LandingFile],
    settings: Settings,
    store: Path | None,
) -> list[Piece]:
    """Read and judge files into pieces: parquet usage by a scan in place, big csv usage in parts,
    all others many at once.

    With a `store` the bytes of every file but parquet usage are kept in it.
    """
    sum_ahead(con, filter(in_place, files), settings.time_zone)
    pieces = []
    others = []
    for file in files:
        piece = None
        if in_place(file):
            piece = scan_piece(con, file, settings.time_zone)
        elif is_big(file):
            piece = scan_csv(con, file, store, settings.time_zone)
        if piece is None:
            others.append(file)
        else:
            pieces.append(piece)
    return pieces + read_pieces(others, settings, store)


def write_scanned(con: duckdb.DuckDBPyConnection, piece: Piece) -> None:
    """Write what a scanned piece adds besides its deliveries row; nothing for the others."""
    if piece.status != DUPLICATE:
        write_scan(con, piece, piece.status == ACCEPTED)
        write_csv(con, piece, piece.status == ACCEPTED)

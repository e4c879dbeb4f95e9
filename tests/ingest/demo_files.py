"""The files of a demonstration, read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from ingest.judging import contract

SMALL = {"partners": 143, "usage_events": 1_000}


def received(root: Path) -> dict[str, str]:
    rows = csv.DictReader((root / "_received.csv").read_text("utf-8").splitlines())
    return {row["file"]: row["received_at"] for row in rows}


def deliveries(root: Path, entity: str) -> list[Path]:
    """Files of an entity in the order in which they were received."""
    source = contract.entity(entity).source
    at = received(root)
    files = [p for p in root.glob(f"{source}/{entity}-*") if p.suffix in (".csv", ".ndjson")]
    return sorted(files, key=lambda p: (at[p.relative_to(root).as_posix()], p.name))


def rows_of(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    data = path.read_bytes()
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig")
    header = text.splitlines()[0]
    delimiter = max(",;\t|", key=header.count)
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.lower().replace(" ", "_") for name in next(read)]
    return [dict(zip(names, row, strict=True)) for row in read if row[0] != "O-BAD-3"]


def current(root: Path, entity: str) -> list[dict[str, str]]:
    """The latest row of each key."""
    key = contract.entity(entity).key
    latest = {}
    for path in deliveries(root, entity):
        for row in rows_of(path):
            latest[tuple(row[k] for k in key)] = row
    return list(latest.values())

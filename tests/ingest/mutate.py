"""Demonstration files spoilt at the level of bytes, cells and structure, from a seed.

Belongs here: bytes, and which way a file is spoilt. Does not: what each format's ways are
(spoilt_*.py), landing it, or what must hold (fuzz.py).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.ingest.spoilt_csv import csv_level
from tests.ingest.spoilt_json import json_level
from tests.ingest.spoilt_parquet import parquet_level
from tests.ingest.spoilt_values import Mutant
from tests.ingest.spoilt_xlsx import workbook_level


def byte_level(data: bytes, rng: random.Random) -> Mutant:
    """Bits turned, pieces cut, doubled, put in, the end lost."""
    start = rng.randrange(len(data) + 1)
    end = min(len(data), start + rng.choice((1, 2, 8, 64, 512)))
    noise = rng.randbytes(rng.choice((1, 3, 17)))
    flipped = bytes([data[start % len(data)] ^ (1 << rng.randrange(8))]) if data else b""
    ways = {
        "bit": data[: start % max(1, len(data))] + flipped + data[start % max(1, len(data)) + 1 :],
        "cut": data[:start] + data[end:],
        "double": data[:end] + data[start:],
        "insert": data[:start] + noise + data[start:],
        "truncate": data[:start],
        "quote": data[:start] + b'"' + data[start:],
        "nul": data[:start] + b"\x00" + data[start:],
        "bom": rng.choice((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00")) + data,
        "empty": b"",
    }
    name = rng.choice(sorted(ways))
    return f"byte {name}", ways[name]


LEVELS: dict[str, Callable[[bytes, random.Random], Mutant]] = {
    ".csv": csv_level,
    ".json": json_level,
    ".ndjson": json_level,
    ".parquet": parquet_level,
    ".xlsx": workbook_level,
}


def mutant(data: bytes, ending: str, rng: random.Random) -> Mutant:
    """One to three things done to a file; what no longer has its structure goes on as bytes."""
    done = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        level = byte_level if rng.random() < 0.4 else LEVELS[ending]
        try:
            what, data = level(data, rng)
        except Exception:
            # The file has no structure left to work on.
            what, data = byte_level(data or b"x", rng)
        done.append(what)
    return " + ".join(done), data

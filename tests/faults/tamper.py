"""Single bytes changed behind the product's back, each of which has to be noticed.

Belongs here: changing one byte, asking, putting it back. Does not: the checks themselves.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.landing.replay import Sources, missing_bytes
from scoring.ledger.files import read_ledger
from scoring.ledger.verify import check_files, deliveries_of


@dataclass
class Tally:
    """How many changes were tried by kind of file, and those that nobody noticed."""

    tried: Counter = field(default_factory=Counter)
    unnoticed: list[str] = field(default_factory=list)


def targets(home: Path) -> dict[str, list[Path]]:
    """Every file that published decisions rest on, by kind."""
    ledger = read_ledger(home / "ledger")
    used = {row["sha256"] for p in ledger.publications for row in deliveries_of(ledger, p)}
    return {
        "records": sorted((home / "ledger").glob("*/records.jsonl")),
        "policy": sorted((home / "ledger").glob("*/policy.json")),
        "deliveries": sorted((home / "ledger").glob("*/deliveries.jsonl")),
        "raw": [path for path in sorted((home / "raw").iterdir()) if path.name in used],
        # Usage parquet is not kept twice: the file in the landing zone is the raw delivery.
        "usage in place": sorted((home / "landing").rglob("*.parquet")),
    }


def noticed(home: Path) -> bool:
    """Whether the check of bytes with which `plumbline verify` begins finds a fault."""
    sources = Sources(home / "raw", home / "landing", {})
    checked = check_files(home / "ledger", home / "raw", lambda rows: missing_bytes(rows, sources))
    return not checked[1].holds


def changed(path: Path, place: int, value: int) -> Iterator[None]:
    """The file with one byte of another value, for as long as the iteration lasts."""
    data = path.read_bytes()
    try:
        path.write_bytes(data[:place] + bytes([value]) + data[place + 1 :])
        yield
    finally:
        path.write_bytes(data)


def tamper(home: Path, tries: int, seed: int) -> Tally:
    """Try `tries` random single-byte changes, spread evenly over the kinds of file."""
    rng = random.Random(seed)
    tally = Tally()
    if noticed(home):
        raise AssertionError(f"{home} does not hold before anything was changed")
    kinds = {kind: paths for kind, paths in targets(home).items() if paths}
    for number in range(tries):
        kind = sorted(kinds)[number % len(kinds)]
        path = rng.choice(kinds[kind])
        data = path.read_bytes()
        place = rng.randrange(len(data))
        value = rng.choice([v for v in range(256) if v != data[place]])
        for _ in changed(path, place, value):
            tally.tried[kind] += 1
            if not noticed(home):
                name = path.relative_to(home)
                tally.unnoticed.append(f"{name} byte {place}: {data[place]} -> {value}")
    return tally

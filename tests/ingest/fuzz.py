"""Spoilt files through the landing: none may end it, none may be half-read in silence.

Belongs here: seeds, batches of mutants, what must hold, the long form on demand:
`python -m tests.ingest.fuzz --mutants 10000 --seed 1`. Does not: how files are spoilt (mutate.py).
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import openpyxl

from ingest.contract import entities
from ingest.demo import write_demo
from ingest.expectations import landed_checks
from ingest.formats.template import write_template
from tests.ingest.counts import possible
from tests.ingest.mutate import mutant
from tests.ingest.zone import Zone

SEEDS = (
    "account_mapping/crossbeam/populations.json", "account_mapping/overlaps-2023.csv",
    "app_usage/apps-2024.csv", "app_usage/contact_requests-2023.ndjson",
    "app_usage/usage_events/2023/01.parquet", "crm/accounts-2023.csv",
    "deal_registration/registrations-2024-03.csv",
    "deal_registration/registration_events-2023-03.ndjson", "partner_activity/agreements-2024.csv",
    "partner_activity/contacts-2023-12.csv", "partner_activity/partners-2024-12.csv",
    "reseller_reports/reports-2023-01.csv", "reseller_reports/subscription_lines-2023-01.csv",
)  # fmt: skip
PATTERNS = ("app_usage/installations/*/*.json", "app_usage/api_call_activity/*/*.csv")
FX, FX_LINES = "reference/fx_rates/eurofxref-hist.csv", 40
BATCH, SECONDS = 100, 120


@dataclass
class Outcome:
    """Numbers of a fuzzing run; `broken` says what did not hold, with what was done."""

    mutants: int = 0
    statuses: Counter = field(default_factory=Counter)
    rows: int = 0
    counted: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)


def seeds() -> dict[str, bytes]:
    """Small demonstration files of every format, by their place in the landing zone."""
    with tempfile.TemporaryDirectory() as folder:
        landing = Path(folder) / "landing"
        write_demo(landing, partners=60, year=2025, usage_events=300, seed=7)
        names = [*SEEDS]
        for pattern in PATTERNS:
            names.append(
                sorted(p.relative_to(landing).as_posix() for p in landing.glob(pattern))[0]
            )
        found = {name: (landing / name).read_bytes() for name in names}
        found[FX] = b"\n".join((landing / FX).read_bytes().split(b"\n")[:FX_LINES]) + b"\n"
        found["reseller_reports/workbook/march.xlsx"] = _workbook(Path(folder))
    return found


def _workbook(folder: Path) -> bytes:
    path = folder / "book.xlsx"
    write_template(path, "P-0001", "2025-03")
    book = openpyxl.load_workbook(path)
    line = {"line_id": "L1", "line_type": "new", "subscription_id": "S1", "customer_name": "Acme",
            "term_start": "2025-01-01", "term_end": "2025-12-31", "amount": "100",
            "currency": "USD", "activity": "fair", "quarter": "2025-Q2",
            "expected_arr": "5"}  # fmt: skip
    for sheet in book.worksheets:
        header = {cell.value: cell.column for cell in sheet[1]}
        for name, value in line.items():
            if name in header and "line_id" in header:
                sheet.cell(2, header[name]).value = value
    book.save(path)
    return path.read_bytes()


def _named(name: str, number: int) -> str:
    """A mutant's place: its seed's folder, entity and ending."""
    path = PurePosixPath(name)
    stem = re.sub(r"-[0-9]+$", "", path.stem) if "crossbeam" in path.parts else path.stem
    return str(path.with_name(f"{stem}-{90_000 + number}{path.suffix}"))


def _rows_of(zone: Zone, files: set[str]) -> list[tuple]:
    """Landed rows of the good files, by table and file, as a digest."""
    tables = [s.name for s in entities() if s.name != "usage_events"]
    query = " union all ".join(
        f"select '{t}', _file, count(*), bit_xor(hash(t)) from landing.{t} as t group by all"
        for t in (*tables, "crossbeam_records", "usage_events")
    )
    return sorted((row for row in zone.con.execute(query).fetchall() if row[1] in files), key=str)


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"no end after {SECONDS} seconds")


def run_batch(good: dict[str, bytes], count: int, rng: random.Random, outcome: Outcome) -> None:
    """Land the good files with `count` mutants among them, and hold what came of it."""
    made: dict[str, tuple[str, bytes]] = {}
    names = sorted(good)
    with tempfile.TemporaryDirectory() as folder:
        zone = Zone(Path(folder))
        for name, data in good.items():
            zone.put(name, data, "2025-06-01T00:00:00")
        zone.land()
        before = _rows_of(zone, set(good))
        for number in range(count):
            name = rng.choice(names)
            what, data = mutant(good[name], PurePosixPath(name).suffix, rng)
            made[_named(name, number)] = (f"{name}: {what}", data)
        for place, (_, data) in made.items():
            path = zone.root / place
            path.write_bytes(data)
            zone.received[place] = "2025-07-01T00:00:00"
        zone._list()
        signal.signal(signal.SIGALRM, _too_slow)
        signal.alarm(SECONDS)
        started = time.monotonic()
        try:
            zone.land()
        except Exception as error:
            told = "; ".join(what for what, _ in made.values())
            outcome.broken.append(f"{type(error).__name__}: {error} in one of {told}")
            return
        finally:
            signal.alarm(0)
            outcome.slowest = max(outcome.slowest, time.monotonic() - started)
        _hold(zone, made, outcome)
        if _rows_of(zone, set(good)) != before:
            outcome.broken.append(f"good rows changed: {[what for what, _ in made.values()]}")
        zone.con.close()


def _hold(zone: Zone, made: dict[str, tuple[str, bytes]], outcome: Outcome) -> None:
    for check in landed_checks(zone.con):
        if not check.passed:
            outcome.broken.append(check.sentence)
    rows = zone.rows("select file, status, rows_read, rows_accepted, rows_quarantined,"
                     " rows_duplicate from landing.deliveries")  # fmt: skip
    told: dict[str, list[tuple]] = {}
    for file, *counts in rows:
        told.setdefault(file, []).append(tuple(counts))
    for place, (what, data) in made.items():
        outcome.mutants += 1
        if place not in told:
            outcome.broken.append(f"{what}: no delivery tells of it")
            continue
        for status, read, accepted, quarantined, duplicate in told[place]:
            outcome.statuses[status] += 1
            outcome.rows += read
            if read != accepted + quarantined + duplicate:
                outcome.broken.append(f"{what}: {read} rows do not add up")
            allowed = possible(data, PurePosixPath(place).suffix)
            if allowed is None or (status == "refused" and read == 0):
                continue
            outcome.counted += 1
            if read not in allowed:
                outcome.broken.append(f"{what}: read {read}, but it holds {sorted(allowed)}")


def fuzz(mutants: int, seed: int) -> Outcome:
    """Land so many mutants, in batches with the good files; the same seed, the same mutants."""
    rng, outcome, good = random.Random(seed), Outcome(), seeds()
    left = mutants
    while left > 0:
        run_batch(good, min(BATCH, left), rng, outcome)
        left -= BATCH
    return outcome


def main() -> None:
    """The long form."""
    parser = argparse.ArgumentParser(description="Spoilt files through the landing.")
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.monotonic()
    outcome = fuzz(asked.mutants, asked.seed)
    seconds = time.monotonic() - started
    print(f"{outcome.mutants} mutants, {dict(sorted(outcome.statuses.items()))},"
          f" {outcome.rows} rows read, {outcome.counted} deliveries counted apart,"
          f" slowest batch {outcome.slowest:.1f} s, {seconds:.0f} s in all")  # fmt: skip
    for line in outcome.broken:
        print(line[:600])
    raise SystemExit(bool(outcome.broken))


if __name__ == "__main__":
    main()

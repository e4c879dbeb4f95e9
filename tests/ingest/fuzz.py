"""Spoilt files through the landing: none may end it, none may be half-read in silence.

Belongs here: seeds, batches of mutants, what must hold, the long form on demand:
`python -m tests.ingest.fuzz --mutants 10000 --seed 1`. Does not: how files are spoilt (mutate.py).
"""

from __future__ import annotations

import argparse
import io
import random
import re
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import openpyxl
import polars as pl

from ingest.demo import write_demo
from ingest.expectations import landed_checks
from ingest.formats.template import write_template
from ingest.judging.contract import entities
from tests.ingest.counts import possible
from tests.ingest.fuzz_losses import lose
from tests.ingest.mutate import mutant
from tests.ingest.zone import Zone

SEEDS = (
    "account_mapping/crossbeam/populations.json",
    "account_mapping/overlaps-2023.csv",
    "app_usage/apps-2024.csv",
    "app_usage/contact_requests-2023.ndjson",
    "app_usage/usage_events/2023/01.parquet",
    "crm/accounts-2023.csv",
    "deal_registration/registrations-2024-03.csv",
    "deal_registration/registration_events-2023-03.ndjson",
    "partner_activity/agreements-2024.csv",
    "partner_activity/contacts-2023-12.csv",
    "partner_activity/partners-2024-12.csv",
    "reseller_reports/reports-2023-01.csv",
    "reseller_reports/subscription_lines-2023-01.csv",
)
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
        good = {name: (landing / name).read_bytes() for name in names}
        good[FX] = b"\n".join((landing / FX).read_bytes().split(b"\n")[:FX_LINES]) + b"\n"
        good["reseller_reports/workbook/march.xlsx"] = _workbook(Path(folder))
        for name in ("crm/opportunities-2023-03", "reseller_reports/subscription_lines-2023-01"):
            out = io.BytesIO()
            pl.read_csv(landing / f"{name}.csv", try_parse_dates=True).write_parquet(out)
            good[f"{name}.parquet"] = out.getvalue()
    return good


def _workbook(folder: Path) -> bytes:
    path = folder / "book.xlsx"
    write_template(path, "P-0001", "2025-03")
    book = openpyxl.load_workbook(path)
    line = {
        "line_id": "L1",
        "line_type": "new",
        "subscription_id": "S1",
        "customer_name": "Acme",
        "term_start": "2025-01-01",
        "term_end": "2025-12-31",
        "amount": "100",
        "currency": "USD",
        "activity": "fair",
        "quarter": "2025-Q2",
        "expected_arr": "5",
    }
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


@dataclass(frozen=True)
class Spoilt:
    """One mutant: its number, its place in the landing zone, what was done, its bytes."""

    number: int
    place: str
    what: str
    data: bytes


def spoilt(good: dict[str, bytes], seed: int, number: int) -> Spoilt:
    """The mutant of this seed and number; each has its own random stream, so it can be made
    alone."""
    rng = random.Random(f"{seed}/{number}")
    name = rng.choice(sorted(good))
    what, data = mutant(good[name], PurePosixPath(name).suffix, rng)
    return Spoilt(number, _named(name, number), f"{number} {name}: {what}", data)


def run_batch(good: dict[str, bytes], made: list[Spoilt], outcome: Outcome) -> None:
    """Land the good files with the mutants among them, and check the result."""
    with tempfile.TemporaryDirectory() as folder:
        zone = Zone(Path(folder))
        for name, data in good.items():
            zone.put(name, data, "2025-06-01T00:00:00")
        zone.land()
        before = _rows_of(zone, set(good))
        for one in made:
            (zone.root / one.place).write_bytes(one.data)
            zone.received[one.place] = "2025-07-01T00:00:00"
        zone._list()
        error = _landed(zone, outcome)
        if error is None:
            outcome.mutants += len(made)
            _hold(zone, made, outcome)
            if _rows_of(zone, set(good)) != before:
                outcome.broken.append(f"good rows changed by {[m.what for m in made]}")
        elif len(made) == 1:
            outcome.mutants += 1
            outcome.broken.append(f"{made[0].what}: {type(error).__name__}: {error}")
        zone.con.close()
    if error is not None and len(made) > 1:
        half = len(made) // 2
        run_batch(good, made[:half], outcome)
        run_batch(good, made[half:], outcome)


def _landed(zone: Zone, outcome: Outcome) -> Exception | None:
    """What ended the landing; None when nothing did."""
    signal.signal(signal.SIGALRM, _too_slow)
    signal.alarm(SECONDS)
    started = time.monotonic()
    try:
        zone.land()
    except Exception as error:
        return error
    finally:
        signal.alarm(0)
        outcome.slowest = max(outcome.slowest, time.monotonic() - started)
    return None


def _hold(zone: Zone, made: list[Spoilt], outcome: Outcome) -> None:
    for check in landed_checks(zone.con):
        if not check.passed:
            outcome.broken.append(check.sentence)
    rows = zone.rows(
        "select file, status, rows_read, rows_accepted, rows_quarantined,"
        " rows_duplicate from landing.deliveries"
    )
    counts_by_file: dict[str, list[tuple]] = {}
    for file, *counts in rows:
        counts_by_file.setdefault(file, []).append(tuple(counts))
    for one in made:
        if one.place not in counts_by_file:
            outcome.broken.append(f"{one.what}: no delivery tells of it")
            continue
        _hold_counts(one, counts_by_file[one.place], outcome)


def _hold_counts(one: Spoilt, counts: list[tuple], outcome: Outcome) -> None:
    """The deliveries of a mutant against the count of its records by other libraries."""
    ending = PurePosixPath(one.place).suffix
    for status, read, accepted, quarantined, duplicate in counts:
        outcome.statuses[status] += 1
        outcome.rows += read
        if read != accepted + quarantined + duplicate:
            outcome.broken.append(f"{one.what}: {read} rows do not add up")
    total = sum(read for _, read, *_ in counts)
    allowed = possible(one.data, ending)
    if allowed is None or (total == 0 and any(status == "refused" for status, *_ in counts)):
        return
    outcome.counted += 1
    if total not in allowed:
        outcome.broken.append(f"{one.what}: read {total}, but it holds {sorted(allowed)}")


def fuzz(mutants: int, seed: int, first: int = 0) -> Outcome:
    """Land so many mutants, in batches with the good files; the same seed, the same mutants."""
    outcome, good = Outcome(), seeds()
    for start in range(first, first + mutants, BATCH):
        numbers = range(start, min(start + BATCH, first + mutants))
        run_batch(good, [spoilt(good, seed, number) for number in numbers], outcome)
    return outcome


def fuzz_losses(number: int, seed: int) -> list[str]:
    """Deliver so many good files again with rows lost; what did not hold."""
    good = seeds() if number else {}
    return [loss for one in range(number) if (loss := lose(good, seed, one)) is not None]


def _keep(folder: Path, mutants: int, seed: int, first: int) -> None:
    good = seeds()
    for number in range(first, first + mutants):
        one = spoilt(good, seed, number)
        (folder / one.place).parent.mkdir(parents=True, exist_ok=True)
        (folder / one.place).write_bytes(one.data)
        print(one.what)


def main() -> None:
    """The long form. `--first NUMBER --mutants 1` makes a mutant that broke something alone."""
    parser = argparse.ArgumentParser(description="Spoilt files through the landing.")
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--losses", type=int, default=50, help="good files delivered again, cut")
    parser.add_argument("--keep", type=Path, help="write the mutants into this folder, no landing")
    options = parser.parse_args()
    if options.keep:
        _keep(options.keep, options.mutants, options.seed, options.first)
        return
    started = time.monotonic()
    outcome = fuzz(options.mutants, options.seed, options.first)
    outcome.broken += fuzz_losses(options.losses, options.seed)
    seconds = time.monotonic() - started
    print(
        f"{outcome.mutants} mutants, {dict(sorted(outcome.statuses.items()))},"
        f" {outcome.rows} rows read, {outcome.counted} files counted apart,"
        f" slowest batch {outcome.slowest:.1f} s, {options.losses} delivered again with rows lost,"
        f" {seconds:.0f} s in all"
    )
    for line in outcome.broken:
        print(line[:600])
    raise SystemExit(bool(outcome.broken))


if __name__ == "__main__":
    main()

"""Each file of a program left out, alone, in a fresh warehouse: what is known without it.

Belongs here: landing zones without one file, each held against the plain recomputation.
Does not: any figure. In CI some files; all of them on demand:

    python -m tests.oracle.left_out --seeds 5,11 --size medium --work DIR
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

from ingest.judging.contract import sources
from ingest.landing.land import land
from tests.quick_run import models, opened, quick_run, take_over, twin_of

from .compare import compare
from .load import entity_of
from .oracle import KEYS, compute
from .programs import write_program

WAREHOUSE = "plumbline.duckdb"
NOT_KNOWN = ("no_evidence", "needs_review", "undetermined")
Answers = dict[tuple, dict]


def files_of(landing: Path) -> list[str]:
    """Every file of the landing zone that is a delivery."""
    names = (p.relative_to(landing) for p in landing.rglob("*") if p.is_file())
    return sorted(n.as_posix() for n in names if entity_of(n) is not None)


def one_an_entity(landing: Path) -> list[str]:
    """The largest file of each entity, which would be missed most."""
    largest: dict[str, str] = {}
    for name in sorted(files_of(landing), key=lambda n: ((landing / n).stat().st_size, n)):
        largest[entity_of(Path(name)) or ""] = name
    return sorted(largest.values())


def without(landing: Path, name: str, to: Path) -> Path:
    """A copy of the landing zone without one file; `_received.csv` still names it."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(landing, to)
    (to / name).unlink()
    return to


def answers(landing: Path, year: int) -> Answers:
    """What the plain recomputation says, by table and key."""
    return {
        (table, *(str(row[k]) for k in KEYS[table])): row
        for table, rows in compute(landing, year).items()
        for row in rows
    }


def changed(before: Answers, after: Answers) -> list[tuple[tuple, dict | None, dict | None]]:
    """Answers that differ: key, with the file, without it."""
    keys = sorted(before.keys() | after.keys())
    pairs = ((key, before.get(key), after.get(key)) for key in keys)
    return [pair for pair in pairs if pair[1] != pair[2]]


def differences(
    landing: Path, names: Iterable[str], work: Path, year: int
) -> Iterator[tuple[str, list[str]]]:
    """For each file left out: where the product and the plain recomputation differ.

    The other sources land once for all files of a source, and models that read nothing of the
    missing file keep the rows of the whole program: each warehouse equals one made by landing
    everything again.
    """
    compiled = models(work / "models")
    quick_run(landing, work / "whole" / WAREHOUSE, year, compiled)
    whole = twin_of(work / "whole" / WAREHOUSE)
    for source, of_source in groupby(names, lambda name: name.partition("/")[0]):
        others, home = work / f"others-{source}", work / "without"
        with opened(others / WAREHOUSE, year) as con:
            land(con, landing, others / "raw", sources=[s for s in sources() if s != source])
            take_over(con, compiled, whole)
        for name in of_source:
            shutil.copytree(others, home)
            zone = without(landing, name, home / "landing")
            arrive = partial(land, landing=zone, store=home / "raw", sources=[source])
            quick_run(zone, home / WAREHOUSE, year, compiled, arrive, whole)
            yield name, compare(home / WAREHOUSE, zone, year)
            shutil.rmtree(home)


def main() -> int:
    """The long form: every file of some programs."""
    parser = argparse.ArgumentParser(description="Each file left out, alone.")
    parser.add_argument("--seeds", default="5")
    parser.add_argument("--size", default="small")
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--year", type=int, default=2025)
    options = parser.parse_args()
    failed = 0
    for seed in map(int, options.seeds.split(",")):
        home = options.work / f"seed-{seed}"
        shutil.rmtree(home, ignore_errors=True)
        write_program(home / "landing", seed, size=options.size, year=options.year)
        names = files_of(home / "landing")
        for name, differing in differences(home / "landing", names, home, options.year):
            failed += bool(differing)
            for line in differing[:5]:
                print(f"seed {seed} without {name}: {line}")
        print(f"seed {seed}: {len(names)} files left out, one at a time")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())

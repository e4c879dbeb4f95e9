"""The long form: many random programs against the oracle, in one process and a few seconds each.

Belongs here: many seeds beside one another, and the count. Does not belong here: how a warehouse is
built quickly (tests/quick_run.py), what is compared (compare.py), or the whole job with its checks,
which a few seeds pass in tests/orchestration.

    python -m tests.oracle.long --seeds 0-199 --work DIR [--sizes small,medium,large] [--unread]
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.quick_run import Model, models, quick_run

from .compare import compare
from .programs import write_program

YEAR = 2025


def differences(task: tuple[Path, int, str, tuple[Model, ...], bool]) -> tuple[int, str, list[str]]:
    """(seed, size, differences) of one random program."""
    work, seed, size, compiled, unread = task
    home = work / f"{size}-{seed}"
    shutil.rmtree(home, ignore_errors=True)
    landing, warehouse = home / "landing", home / "warehouse.duckdb"
    write_program(landing, seed, size=size, year=YEAR, unread=unread)
    quick_run(landing, warehouse, YEAR, compiled)
    differing = compare(warehouse, landing, YEAR)
    if not differing:
        shutil.rmtree(home)
    return seed, size, differing


def compared(
    work: Path, seeds: range, sizes: list[str], jobs: int, unread: bool = False
) -> Iterator[tuple[int, str, list[str]]]:
    """Each program's differences; the sizes take turns over the seeds."""
    compiled = models(work / "models")
    tasks = [(work, seed, sizes[seed % len(sizes)], compiled, unread) for seed in seeds]
    # Spawned: a fork of a process whose libraries hold threads may never come back.
    with ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(differences, tasks)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-199", help="first-last")
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--sizes", default="small,medium,large")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--unread", action="store_true", help="with rows that can't be read")
    args = parser.parse_args(argv)
    first, _, last = args.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    differing = 0
    sizes = args.sizes.split(",")
    for seed, size, differences_of_seed in compared(
        args.work.resolve(), seeds, sizes, args.jobs, args.unread
    ):
        differing += bool(differences_of_seed)
        if differences_of_seed:
            print(
                f"seed {seed} {size}: {len(differences_of_seed)} differences",
                *differences_of_seed[:8],
                sep="\n  ",
            )
        sys.stdout.flush()
    print(f"{len(seeds)} programs, {differing} with a difference")
    return int(differing > 0)


if __name__ == "__main__":
    raise SystemExit(main())

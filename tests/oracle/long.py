"""The long form: many random programs against the oracle, in one process and a few seconds each.

Belongs here: building warehouses from the statements that dbt makes of the models, and the count.
Does not belong here: what is compared (compare.py), or the whole job with its checks, which a few
seeds pass in tests/orchestration.

    python -m tests.oracle.long --seeds 0-199 --work DIR [--sizes small,medium,large] [--jobs 2]

dbt builds the first program; its statements, in the order in which it ran them, build the rest.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb

from ingest.land import land
from ingest.resolve import resolve
from ingest.tables import create_tables
from orchestration.dbt import run_dbt, target_dir
from orchestration.periods import land_request, year_request
from scoring.benefits import write_benefits
from scoring.policy import load_policy
from scoring.policy.land import land_policy
from scoring.run import write_decisions

from .compare import compare
from .programs import write_program

YEAR = 2025


def landed(home: Path, seed: int, size: str) -> tuple[Path, Path]:
    """A random program, landed: (landing zone, warehouse file)."""
    shutil.rmtree(home, ignore_errors=True)
    landing, warehouse = home / "landing", home / "warehouse.duckdb"
    write_program(landing, seed, size=size, year=YEAR)
    policy = load_policy()
    with duckdb.connect(str(warehouse)) as con:
        create_tables(con)
        land_policy(con, policy)
        land_request(con, year_request(YEAR), policy, policy.name)
        land(con, landing, home / "raw")
        resolve(con)
    return landing, warehouse


def statements(home: Path) -> list[str]:
    """The statement of each model, in the order of the graph, taken from a run of dbt."""
    _, warehouse = landed(home, 0, "small")
    results = run_dbt(warehouse, ["run"])
    if broken := [r for r in results if r.status != "success"]:
        raise SystemExit(f"{broken[0].unique_id}: {broken[0].message}")
    found = {p.stem: p for p in (target_dir() / "run").rglob("models/**/*.sql")}
    return [found[r.unique_id.split(".")[-1]].read_text(encoding="utf-8") for r in results]


def differences(task: tuple[Path, int, str, list[str]]) -> tuple[int, str, list[str]]:
    """(seed, size, differences) of one random program."""
    work, seed, size, models = task
    home = work / f"{size}-{seed}"
    landing, warehouse = landed(home, seed, size)
    with duckdb.connect() as con:
        con.execute(f"attach '{warehouse}' as warehouse")
        con.execute("use warehouse")
        for schema in ("staging", "intermediate", "marts"):
            con.execute(f"create schema if not exists {schema}")
        for statement in models:
            con.execute(statement)
    with duckdb.connect(str(warehouse)) as con:
        write_decisions(con)
        write_benefits(con)
    found = compare(warehouse, landing, YEAR)
    if not found:
        shutil.rmtree(home)
    return seed, size, found


def compared(
    work: Path, seeds: range, sizes: list[str], jobs: int
) -> Iterator[tuple[int, str, list[str]]]:
    """Each program's differences; the sizes take turns over the seeds."""
    models = statements(work / "statements")
    tasks = [(work, seed, sizes[seed % len(sizes)], models) for seed in seeds]
    # Spawned: a fork of a process whose libraries hold threads may never come back.
    with ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(differences, tasks)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-199", help="first-last")
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--sizes", default="small,medium,large")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args(argv)
    first, _, last = args.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    differing = 0
    for seed, size, found in compared(args.work.resolve(), seeds, args.sizes.split(","), args.jobs):
        differing += bool(found)
        if found:
            print(f"seed {seed} {size}: {len(found)} differences", *found[:8], sep="\n  ")
        sys.stdout.flush()
    print(f"{len(seeds)} programs, {differing} with a difference")
    return int(differing > 0)


if __name__ == "__main__":
    raise SystemExit(main())

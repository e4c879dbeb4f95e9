"""Compares a built warehouse with the oracle, table by table, and states each difference.

Belongs here: reading published tables, comparing by key, the command line.
Does not belong here: any figure of its own.

    python -m tests.oracle.compare --seeds 0-9 --work DIR
"""

import argparse
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from .oracle import KEYS, SCHEMAS, compute
from .programs import write_program

# Columns whose null and filled forms carry no decision: compared only where the oracle has a value.
ONLY_WHEN_SET = {
    ("fct_requirement_results", "underlying_status"),
    ("fct_requirement_results", "threshold"),  # null: nothing expected, or two terms in force
    ("fct_tier_eligibility", "value"),
    ("fct_tier_eligibility", "threshold"),
    ("fct_app_data_flow", "observed"),
    ("fct_listings", "removal_candidate"),
}
COMPARATORS = {">=": ">=", "≥": ">=", "gte": ">=", "<=": "<=", "≤": "<=", "lte": "<="}


def same(table: str, column: str, ours, theirs) -> bool:
    """Whether two cells agree; numbers by value, lists as sets, `no_evidence` as null."""
    if ours is None and (table, column) in ONLY_WHEN_SET:
        return True
    if column == "comparator":
        return COMPARATORS.get(theirs, theirs) == ours
    if column in ("threshold_source", "minimum_source") and ours and theirs:
        return _words(ours) <= _words(theirs)
    if isinstance(theirs, str) and theirs.startswith("[") and isinstance(ours, list):
        theirs = [w.strip(" '\"") for w in theirs.strip("[]").split(",") if w.strip(" '\"")]
    if isinstance(ours, list):
        return sorted(ours) == sorted(theirs or [])
    if isinstance(theirs, datetime):
        theirs = theirs.date()
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, (int, Decimal)) and isinstance(theirs, (int, float, Decimal)):
        return Decimal(str(ours)) == Decimal(str(theirs))
    return ours == theirs


def _words(text: str) -> set[str]:
    return set(text.replace(",", " ").replace(";", " ").replace(":", " ").lower().split())


def _cell(column: str, value):
    """Keys as text that both sides write alike."""
    if isinstance(value, datetime):
        value = value.date()
    if column == "month" and isinstance(value, str) and len(value) == 7:
        value = date.fromisoformat(value + "-01")
    return str(value)


def compare(duckdb_path: Path, landing: Path, year: int, known_at=None, as_of=None) -> list[str]:
    """Differences between the warehouse and the oracle: `table key column: ours X, theirs Y`."""
    import duckdb

    expected = compute(landing, year, known_at, as_of)
    out = []
    con = duckdb.connect(str(duckdb_path), read_only=True)
    try:
        for table, rows in expected.items():
            cursor = con.execute(
                "select column_name from information_schema.columns "
                "where table_schema = ? and table_name = ?",
                [SCHEMAS.get(table, "marts"), table],
            )
            columns = [r[0] for r in cursor.fetchall()]
            if not columns:
                out.append(f"{table}: table is missing")
                continue
            got = con.execute(f'select * from {SCHEMAS.get(table, "marts")}."{table}"')
            names = [d[0] for d in got.description]
            theirs = [dict(zip(names, r, strict=True)) for r in got.fetchall()]
            out += compare_table(table, rows, theirs)
    finally:
        con.close()
    return out


def compare_table(table: str, ours: list[dict], theirs: list[dict]) -> list[str]:
    """Differences of one table, by its key."""
    out, key = [], KEYS[table]
    if theirs and (missing := [k for k in key if k not in theirs[0]]):
        return [f"{table}: key columns missing: {missing}"]
    mine = {tuple(_cell(k, r[k]) for k in key): r for r in ours}
    other = {}
    for row in theirs:
        k = tuple(_cell(c, row[c]) for c in key)
        if k in other:
            out.append(f"{table} {k}: more than one row")
        other[k] = row
    for k in sorted(set(mine) | set(other)):
        if k not in other:
            out.append(f"{table} {k}: row missing in the warehouse")
        elif k not in mine:
            out.append(f"{table} {k}: row that the oracle does not have")
        else:
            for column, value in mine[k].items():
                if column in key:
                    continue
                if column not in other[k]:
                    out.append(f"{table}: column {column} is missing")
                elif not same(table, column, value, other[k][column]):
                    out.append(f"{table} {k} {column}: ours {value}, theirs {other[k][column]}")
    return list(dict.fromkeys(out))


def run_seed(seed: int, work: Path, year: int, size: str, command: str, known_at=None):
    """Write a program, run the product on it, compare."""
    home = work / f"seed-{seed}"
    shutil.rmtree(home, ignore_errors=True)
    landing, warehouse = home / "landing", home / "warehouse.duckdb"
    write_program(landing, seed, size=size, year=year)
    moment = ["--known-at", known_at.isoformat()] if known_at else []
    done = subprocess.run(
        [
            command,
            "run",
            "--year",
            str(year),
            "--landing",
            str(landing),
            "--warehouse",
            str(warehouse),
            "--site",
            str(home / "site"),
            *moment,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
    )
    (home / "run.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode not in (0, 1) or not warehouse.exists():
        return [f"run failed with {done.returncode}: {(done.stderr or done.stdout)[-400:]}"]
    return compare(warehouse, landing, year, known_at)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-4", help="first-last, or a comma list")
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--size", default="small")
    parser.add_argument("--show", type=int, default=15, help="differences shown a seed and table")
    parser.add_argument("--command", default=str(Path(sys.executable).parent / "plumbline"))
    parser.add_argument("--known-at", type=datetime.fromisoformat, help="with its offset")
    parser.add_argument("--only-write", action="store_true", help="write the programs, no run")
    args = parser.parse_args(argv)
    first, _, last = args.seeds.partition("-")
    seeds = range(int(first), int(last) + 1) if last else [int(s) for s in first.split(",")]
    failed = 0
    for seed in seeds:
        if args.only_write:
            write_program(
                args.work / f"seed-{seed}" / "landing", seed, size=args.size, year=args.year
            )
            continue
        differing = run_seed(
            seed, args.work.resolve(), args.year, args.size, args.command, args.known_at
        )
        failed += bool(differing)
        shown = Counter()
        print(f"seed {seed}: {len(differing)} differences")
        for line in differing:
            table = line.split(" ")[0]
            shown[table] += 1
            if shown[table] <= args.show:
                print("  ", line)
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())

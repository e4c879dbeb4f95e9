"""Landing many small files, compared with a plain reading of the same files.

Belongs here: what lies in the landing zone. Does not: measuring (measure.py).

    python -m benchmarks.landing --files 100000 --rounds 1
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.measure import Contender, alternate, python
from benchmarks.places import YEAR, workplace
from benchmarks.results import case, keep
from ingest.deliveries.landing_tables import create_tables
from orchestration.periods import land_request, year_request
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy

SOURCE, ENTITY = "app_usage", "contact_requests"
ROWS = 5
# The number of files that a platform writes into a folder.
A_FOLDER = 1_000
START = datetime(YEAR - 1, 1, 1)
# What somebody would write who trusts every file.
PLAIN = """
create table landed as
select * from read_csv('{pattern}', filename = true, all_varchar = true)
"""

NAMES = {
    "cold": "landing, from nothing",
    "again": "landing, nothing new",
    "plain": "one plain read_csv of all files, bare DuckDB",
}
NOTE = (
    f"Each file has {ROWS} rows. Landing keeps every file's bytes, judges every row, reconciles and"
    " checks each delivery; the plain read does none of it."
)


def run(rounds: int = 1, files: int = 10_000) -> None:
    """Compare, and keep the result."""
    with workplace() as work:
        write_zone(work / "landing", files)
        contenders = {name: _contender(work, name, label) for name, label in NAMES.items()}
        measured = list(contenders.values())
        alternate(measured, rounds)
        counts = {c.name: c.last_lines[-1:] for c in measured if c.outcome is None}
        if set(map(tuple, counts.values())) != {(str(files * ROWS),)}:
            raise RuntimeError(f"not every row landed: {counts}")
    command = f"python -m benchmarks.landing --files {files} --rounds {rounds}"
    keep("landing", case(f"{files:,} files", files, measured, contenders["plain"], command, NOTE))


def _contender(work: Path, name: str, label: str) -> Contender:
    command = [python(), "-m", "benchmarks.landing", name, str(work)]
    contender = Contender(label, command)
    if name == "cold":
        contender.prepare = lambda: shutil.rmtree(work / "home", ignore_errors=True)
    return contender


def write_zone(landing: Path, files: int) -> None:
    """Write `files` csv files of contact requests, each received a minute after the one before."""
    header = "request_id,app_id,received_at,answered_at\n"
    received = []
    for n in range(files):
        name = f"{SOURCE}/{ENTITY}/{n // A_FOLDER:04d}/{n:06d}.csv"
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        moment = START + timedelta(minutes=5 * n)
        rows = (
            f"R-{n}-{row},app-{(n + row) % 300:04d},{moment + timedelta(seconds=row):%FT%TZ},\n"
            for row in range(ROWS)
        )
        path.write_text(header + "".join(rows), "utf-8")
        received.append((name, f"{moment + timedelta(minutes=1):%FT%TZ}"))
    with (landing / "_received.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("file", "received_at"), *received])


def land_all(work: Path) -> int:
    """Land the zone into a separate warehouse; returns how many rows the contract's table holds."""
    from ingest.landing.land import land
    from orchestration.warehouse import connect

    home = work / "home"
    home.mkdir(exist_ok=True)
    policy = load_policy()
    with connect(home / "plumbline.duckdb") as con:
        create_tables(con)
        land_policy(con, policy)
        land_request(con, year_request(YEAR), policy, policy.name)
        land(con, work / "landing", home / "raw", sources=[SOURCE])
        return con.execute(f"select count(*) from landing.{ENTITY}").fetchall()[0][0]


def read_plainly(work: Path) -> int:
    """The plain read of the same files; returns how many rows it found."""
    with duckdb.connect() as con:
        con.execute(PLAIN.format(pattern=work / f"landing/{SOURCE}/{ENTITY}/*/*.csv"))
        return con.execute("select count(*) from landed").fetchall()[0][0]


if __name__ == "__main__":
    if sys.argv[1:2] == ["plain"]:
        print(read_plainly(Path(sys.argv[2])))
    elif sys.argv[1:2] in (["cold"], ["again"]):
        print(land_all(Path(sys.argv[2])))
    else:
        parser = argparse.ArgumentParser(prog="python -m benchmarks.landing")
        parser.add_argument("--files", type=int, default=10_000)
        parser.add_argument("--rounds", type=int, default=1)
        arguments = parser.parse_args()
        run(arguments.rounds, arguments.files)

"""Landing zones and folders that the benchmarks of whole commands share.

Belongs here: the demonstration program on disk, at any moment of its life, and where a contender
works. Does not: what is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import program

YEAR = 2025


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """A folder that is deleted afterwards."""
    work = Path(tempfile.mkdtemp(prefix="plumbline-bench-"))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def demonstration(landing: Path, partners: int, usage_events: int = 200_000) -> None:
    """Write the demonstration program."""
    sizes = ["--partners", str(partners), "--usage-events", str(usage_events)]
    command = [program("plumbline"), "demo", "--landing", str(landing), "--year", str(YEAR), *sizes]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def received(
    whole: Path, landing: Path, before: str | None = None, without: str | None = None
) -> None:
    """Fill `landing` with what a landing zone had received before a day (ISO), or with all of it,
    `without` one file."""
    shutil.rmtree(landing, ignore_errors=True)
    landing.mkdir(parents=True)
    with (whole / "_received.csv").open(newline="", encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if (before is None or row["received_at"] < before) and row["file"] != without
        ]
    for row in rows:
        (landing / row["file"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(whole / row["file"], landing / row["file"])
    with (landing / "_received.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["file", "received_at"], lineterminator="\n")
        writer.writeheader()
        writer.writerows({"file": r["file"], "received_at": r["received_at"]} for r in rows)


def last_received(whole: Path, feed: str) -> str:
    """The file of a feed (the beginning of a path) that was received last."""
    with (whole / "_received.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith(feed)]
    return max(rows, key=lambda row: (row["received_at"], row["file"]))["file"]


def places(folder: Path, landing: Path) -> dict[str, str]:
    """Where a contender works, as the variables that its command reads."""
    return {
        "PLUMBLINE_HOME": str(folder),
        "PLUMBLINE_LANDING": str(landing),
        "PLUMBLINE_WAREHOUSE": str(folder / "plumbline.duckdb"),
        "PLUMBLINE_SITE": str(folder / "site"),
        "PLUMBLINE_DBT_TARGET": str(folder / "target"),
        "PLUMBLINE_STOCK_TARGET": str(folder / "target"),
    }


def emptied(folder: Path) -> Callable[[], None]:
    """A preparation that removes everything from earlier runs, including dbt's parsed project."""

    def prepare() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    return prepare


def as_it_was(original: Path, folder: Path) -> Callable[[], None]:
    """A preparation that makes `folder` a copy of `original` again."""

    def prepare() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(original, folder)

    return prepare


def from_command_line(run: Callable[[int, int], None], name: str, rounds: int) -> None:
    """Call a benchmark with the `--rounds` and `--partners` of the command line."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}")
    parser.add_argument("--partners", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=rounds)
    arguments = parser.parse_args()
    run(arguments.rounds, arguments.partners)


def command_line(name: str, rounds: int, partners: int) -> str:
    """The command that measures this again."""
    return f"python -m benchmarks.{name} --partners {partners} --rounds {rounds}"

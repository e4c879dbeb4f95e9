"""A run after a file, a day's or a month's have come, beside the run of everything from nothing.

Belongs here: what comes. Does not: measuring (measure.py).
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from benchmarks.measure import Contender, alternate, program
from benchmarks.places import (
    YEAR,
    as_it_was,
    command_line,
    demonstration,
    emptied,
    from_command_line,
    last_received,
    places,
    received,
    workplace,
)
from benchmarks.results import case, keep

# What is new when the last day, or the last month, of the year's files comes. That day every feed
# delivers; on most days few do.
DAY, MONTH = f"{YEAR}-12-31", f"{YEAR}-12-01"
FEEDS = {
    "a reseller's report more": "reseller_reports/workbook/",
    "a month of usage more": "app_usage/usage_events/",
}


def run(rounds: int = 5, partners: int = 300) -> None:
    """Compare, and keep the result."""
    with workplace() as work:
        whole = work / "whole"
        demonstration(whole, partners)
        full = _contender("every file, from nothing", work / "full", whole)
        full.prepare = emptied(work / "full")
        contenders = [
            _later("a month's files more", work / "month", whole, before=MONTH),
            _later("the year's last day's files more", work / "day", whole, before=DAY),
            *(
                _later(name, work / f"feed{n}", whole, without=last_received(whole, feed))
                for n, (name, feed) in enumerate(FEEDS.items())
            ),
            full,
        ]
        alternate(contenders, rounds)
    keep(
        "arrivals",
        case(
            f"{partners:,} partners",
            partners,
            contenders,
            full,
            command_line("arrivals", rounds, partners),
        ),
    )


def _contender(name: str, home: Path, landing: Path) -> Contender:
    command = [program("plumbline"), "run", "--year", str(YEAR)]
    return Contender(name, command, environment=places(home, landing))


def _later(
    name: str, home: Path, whole: Path, before: str | None = None, without: str | None = None
) -> Contender:
    """A warehouse built from what was received before a day, or without a file; after that,
    everything is put into the landing zone."""
    kept, landing = home.with_name(f"{home.name}-before"), home.with_name(f"{home.name}-landing")
    received(whole, landing, before, without)
    kept.mkdir(parents=True)
    early = _contender(name, kept, landing)
    subprocess.run(
        early.command,
        check=True,
        env={**os.environ, **early.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    received(whole, landing)
    contender = _contender(name, home, landing)
    contender.prepare = as_it_was(kept, home)
    return contender


if __name__ == "__main__":
    from_command_line(run, "arrivals", rounds=5)

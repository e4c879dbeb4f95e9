"""A run after one file, a day's or a month's files came, compared with the earlier build's run.

Belongs here: what comes. Does not: measuring (measure.py), the earlier build (reference.py).

Both builds read the landing zone that the earlier build's `demo` writes (quick.py).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.measure import Contender, alternate, program
from benchmarks.places import (
    YEAR,
    as_it_was,
    command_line,
    emptied,
    from_command_line,
    last_received,
    places,
    received,
    workplace,
)
from benchmarks.reference import reference
from benchmarks.results import case, keep

EARLIER = "the build of 2026-11-22"
RUN = ["run", "--year", str(YEAR)]
EVENTS = 200_000

# What is new when the files of the year's last day, or last month, come. On that day every feed
# delivers; on most days only a few do.
DAY, MONTH = f"{YEAR}-12-31", f"{YEAR}-12-01"
Landing = Callable[[Path], None]
FEEDS = {
    "a reseller's report more": "reseller_reports/workbook/",
    "a month of usage more": "app_usage/usage_events/",
}


def run(rounds: int = 5, partners: int = 300) -> None:
    """Compare, and keep the results."""
    builds = {"this build": program("plumbline"), EARLIER: str(reference())}
    with workplace() as work:
        whole = work / "whole"
        size = ["--partners", str(partners), "--usage-events", str(EVENTS)]
        demo = [builds[EARLIER], "demo", "--landing", str(whole), "--year", str(YEAR), *size]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        situations: dict[str, list[Contender]] = {"every file, from nothing": []}
        for number, (build, command) in enumerate(builds.items()):
            home = work / f"cold{number}"
            cold = Contender(build, [command, *RUN], emptied(home), places(home, whole))
            situations["every file, from nothing"].append(cold)
        for place, (name, lacking) in enumerate(_lacking(whole).items()):
            situations[name] = [
                _later(build, command, work / f"home{place}-{number}", whole, lacking)
                for number, (build, command) in enumerate(builds.items())
            ]
        for name, pair in situations.items():
            print(name, flush=True)
            alternate(pair, rounds)
    for name, pair in situations.items():
        label = f"{name}, {partners:,} partners"
        measured_by = command_line("arrivals", rounds, partners)
        keep("arrivals", case(label, partners, pair, pair[1], measured_by))


def _lacking(whole: Path) -> dict[str, Landing]:
    """What comes -> a function that makes a landing zone in which it has not come yet."""
    lacking: dict[str, Landing] = {
        "a month's files more": lambda landing: received(whole, landing, before=MONTH),
        "the year's last day's files more": lambda landing: received(whole, landing, before=DAY),
    }
    for name, feed in FEEDS.items():
        file = last_received(whole, feed)
        lacking[name] = partial(received, whole, without=file)
    return lacking


def _later(build: str, command: str, home: Path, whole: Path, lacking: Landing) -> Contender:
    """A warehouse built from what had come before; after that, everything is put into the landing
    zone."""
    kept, landing = home.with_name(f"{home.name}-before"), home.with_name(f"{home.name}-landing")
    lacking(landing)
    kept.mkdir(parents=True)
    subprocess.run(
        [command, *RUN],
        check=True,
        env={**os.environ, **places(kept, landing)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    received(whole, landing)
    return Contender(build, [command, *RUN], as_it_was(kept, home), places(home, landing))


if __name__ == "__main__":
    from_command_line(run, "arrivals", rounds=5)

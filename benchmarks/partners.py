"""The yearly run of many partners, compared with the earlier build's: cold, and with nothing new.

Belongs here: both builds at one number of partners, time and memory. Does not: the earlier build
(reference.py), or the stock contender (yearly_run.py).

Both builds read the landing zone that the earlier build's `demo` writes (quick.py).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from benchmarks.measure import Contender, alternate, program
from benchmarks.places import (
    YEAR,
    command_line,
    emptied,
    from_command_line,
    places,
    workplace,
)
from benchmarks.reference import reference
from benchmarks.results import case, keep

YEARLY = ["--year", str(YEAR)]


def run(rounds: int = 1, partners: int = 30_000) -> None:
    """Compare, and keep the result."""
    with workplace() as work:
        landing = work / "landing"
        size = ["--partners", str(partners), "--usage-events", "200000"]
        demo = [str(reference()), "demo", "--landing", str(landing), *YEARLY, *size]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        ours = _runs("this build", program("plumbline"), work / "ours", landing)
        earlier = _runs("the build of 2026-11-22", str(reference()), work / "earlier", landing)
        alternate([ours[0], earlier[0], ours[1], earlier[1]], rounds)
    measured_by = command_line("partners", rounds, partners)
    for situation, one, other in zip(("cold", "nothing new"), ours, earlier, strict=True):
        label = f"{situation}, {partners:,} partners"
        keep("partners", case(label, partners, [one, other], other, measured_by))


def _runs(name: str, build: str, home: Path, landing: Path) -> tuple[Contender, Contender]:
    """A cold run, and one of the home that it leaves."""
    command, where = [build, "run", *YEARLY], places(home, landing)
    cold = Contender(f"{name}, cold", command, emptied(home), where)
    return cold, Contender(f"{name}, nothing new", command, environment=where)


if __name__ == "__main__":
    from_command_line(run, "partners", rounds=1)

"""The yearly run after one, two and three years of deliveries: does time grow with the years?

Belongs here: what had come by when. Does not: measuring (measure.py).
"""

from __future__ import annotations

from benchmarks.measure import Contender, alternate, program
from benchmarks.places import (
    YEAR,
    command_line,
    demonstration,
    emptied,
    from_command_line,
    places,
    received,
    workplace,
)
from benchmarks.results import case, keep

YEARS = 3


def run(rounds: int = 1, partners: int = 300) -> None:
    """Measure each number of years, and keep the results."""
    with workplace() as work:
        whole, landing, home = work / "whole", work / "landing", work / "home"
        demonstration(whole, partners)
        for count in range(1, YEARS + 1):
            year = YEAR - YEARS + count
            received(whole, landing, None if year == YEAR else f"{year + 1}-02-01")
            command = [program("plumbline"), "run", "--year", str(year)]
            cold = Contender("plumbline run, cold", command, emptied(home), places(home, landing))
            alternate([cold], rounds)
            files = sum(1 for path in landing.rglob("*") if path.is_file())
            label = f"{count} of {YEARS} years, {files} files"
            keep("years", case(label, count, [cold], cold, command_line("years", rounds, partners)))


if __name__ == "__main__":
    from_command_line(run, "years", rounds=1)

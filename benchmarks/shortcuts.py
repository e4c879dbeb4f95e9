"""What each shortcut of a run saves (docs/speed.md): runs without it compared with runs with all.

Belongs here: which runs each shortcut is measured in. Does not: the shortcuts and their switch
(ingest/shortcuts.py).

Both sides of a pair run in turn, from the same home. The figure is the processor time of a run
without the shortcut over that of a run with all of them; wall time is given too, since work on
another processor saves only that.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.measure import Contender, alternate, program
from benchmarks.places import (
    YEAR,
    as_it_was,
    demonstration,
    emptied,
    last_received,
    places,
    received,
    workplace,
)
from benchmarks.results import case, keep
from ingest.shortcuts import VARIABLE, Shortcut

FEED = "reseller_reports/"
RUN = [program("plumbline"), "run", "--year", str(YEAR)]
COLD, MORE, NOTHING = "cold", "a report more", "nothing new"
# The runs in which each shortcut saves anything; shortcuts of every run are measured in the
# shortest.
MEASURED_IN = {
    Shortcut.UNCHANGED: [NOTHING],
    Shortcut.STAGES: [MORE],
    Shortcut.REACHED: [MORE],
    Shortcut.COMPILED: [MORE],
    Shortcut.MONTHS: [MORE],
    Shortcut.DBT_IMPORTS: [MORE],
    Shortcut.STATISTICS: [COLD, MORE],
    Shortcut.PARSING: [COLD],
    Shortcut.DESCRIBED: [MORE],
    Shortcut.HISTORY: [COLD, MORE],
    Shortcut.DISK: [COLD, MORE],
    Shortcut.CATALOG: [COLD, MORE],
    Shortcut.DRAWING: [COLD],
    Shortcut.DRAWINGS: [MORE],
    Shortcut.SCORECARDS: [MORE],
    Shortcut.GARBAGE: [MORE],
    Shortcut.EXIT: [NOTHING],
}


class Homes:
    """A program on disk after a cold run without its last report, restored for each run."""

    def __init__(self, work: Path, partners: int) -> None:
        self.whole, self.landing = work / "whole", work / "landing"
        self.home, self.kept = work / "home", work / "kept"
        demonstration(self.whole, partners)
        self.where = places(self.home, self.landing)

    def begin(self) -> None:
        """A cold run whose home stays as it is then."""
        received(self.whole, self.landing, without=last_received(self.whole, FEED))
        first = Contender("the run that the others begin with", RUN, emptied(self.home), self.where)
        alternate([first], 1)
        self.home.rename(self.kept)

    def prepare(self, situation: str) -> Callable[[], None]:
        """A function that makes the state from which a run is measured."""
        without = None if situation == MORE else last_received(self.whole, FEED)
        received(self.whole, self.landing, without=without)
        return emptied(self.home) if situation == COLD else as_it_was(self.kept, self.home)


def measured(
    homes: Homes, situation: str, shortcuts: Sequence[Shortcut], rounds: int
) -> list[Contender]:
    """A run with every shortcut, and one without each of these."""
    prepare = homes.prepare(situation)
    whole = Contender("with all shortcuts", RUN, prepare, homes.where)
    without = [
        Contender(f"without {name}", RUN, prepare, {**homes.where, VARIABLE: name})
        for name in shortcuts
    ]
    alternate([whole, *without], rounds)
    return [whole, *without]


def saved(whole: Contender, without: Contender) -> str:
    """What a shortcut saves of a run without it."""
    processor, wall = (
        1 - statistics.median(getattr(whole, figure)) / statistics.median(getattr(without, figure))
        for figure in ("processor", "seconds")
    )
    return f"{without.name}: {processor:.0%} less processor time, {wall:.0%} less time"


def main() -> None:
    """Measure, and keep the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shortcuts")
    parser.add_argument("--partners", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", type=Shortcut, default=list(Shortcut))
    arguments = parser.parse_args()
    size = f"--partners {arguments.partners} --rounds {arguments.rounds}"
    with workplace() as work:
        homes = Homes(work, arguments.partners)
        homes.begin()
        for situation in (NOTHING, MORE, COLD):
            shortcuts = [name for name in arguments.only if situation in MEASURED_IN[name]]
            if not shortcuts:
                continue
            whole, *without = measured(homes, situation, shortcuts, arguments.rounds)
            sentences = [saved(whole, each) for each in without]
            print(*sentences, sep="\n", flush=True)
            if arguments.only == list(Shortcut):
                label = f"{situation}, {arguments.partners} partners"
                command = f"python -m benchmarks.shortcuts {size}"
                contenders = [whole, *without]
                keep(
                    "shortcuts",
                    case(label, arguments.partners, contenders, whole, command),
                )


if __name__ == "__main__":
    main()

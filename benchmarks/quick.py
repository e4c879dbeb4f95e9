"""`make bench-quick`: a few commands compared with those of an earlier build, as ratios only.

Belongs here: which commands, on which inputs. Does not: the earlier build (reference.py), or
keeping and judging ratios (growth.py).

Both builds read the landing zone that the earlier build's `demo` writes, since that build does not
know later entities. The commands of a pair run in turn in one measuring process, so what disturbs
the machine disturbs both.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import growth
from benchmarks.growth import Ratio
from benchmarks.measure import Contender, alternate, program
from benchmarks.places import YEAR, as_it_was, emptied, last_received, places, received, workplace
from benchmarks.reference import NoReference, reference

YEARLY = ["--year", str(YEAR)]
REPORT = "reseller_reports/"
GRID = (
    *("--grid", "technology.select_active_customers=1:20:1"),
    *("--grid", "reseller.minimum_arr_usd=10000:500000:10000"),
)
# Partners and usage rows of the full measurement, and of the check that CI runs in two minutes.
WHOLE, CHECKED = (300, 200_000), (60, 20_000)


class Pair:
    """Both builds, each with a home of its own in which a cold run has finished."""

    def __init__(self, work: Path, size: tuple[int, int]) -> None:
        self.partners = size[0]
        self.programs = {"ours": program("plumbline"), "earlier": str(reference())}
        self.work, self.whole = work, work / "whole"
        sizes = ["--partners", str(size[0]), "--usage-events", str(size[1])]
        demo = [self.programs["earlier"], "demo", "--landing", str(self.whole), *YEARLY, *sizes]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        received(self.whole, self._landing, without=last_received(self.whole, REPORT))

    @property
    def _landing(self) -> Path:
        return self.work / "landing"

    def home(self, side: str) -> Path:
        """Where a build works."""
        return self.work / side

    def kept(self, side: str) -> Path:
        """The copy of a build's home after its cold run."""
        return self.work / f"{side}-kept"

    def places(self, side: str) -> dict[str, str]:
        """A build's places as variables."""
        return places(self.home(side), self._landing)

    def cold(self) -> Ratio:
        """A cold run of everything but one report; a copy of both homes is kept."""
        ratio = self.ratio("cold run", ["run", *YEARLY], 1, lambda s: emptied(self.home(s)))
        for side in self.programs:
            self.home(side).rename(self.kept(side))
        return ratio

    def later(self, name: str, rounds: int, landing: Callable[[], None]) -> Ratio:
        """A run on the homes of the cold run, after the landing zone has changed."""
        landing()

        def put_back(side: str) -> Callable[[], None]:
            return as_it_was(self.kept(side), self.home(side))

        return self.ratio(name, ["run", *YEARLY], rounds, put_back)

    def ratio(
        self,
        name: str,
        words: list[str],
        rounds: int,
        prepare: Callable[[str], Callable[[], None]] = lambda _: lambda: None,
    ) -> Ratio:
        """One command of both builds in turn."""
        ours, earlier = (
            Contender(
                f"{name}, {side}",
                [self.programs[side], *words],
                prepare(side),
                self.places(side),
            )
            for side in self.programs
        )
        alternate([ours, earlier], rounds)

        def share(figures: str) -> float:
            one, other = (statistics.median(getattr(c, figures)) for c in (ours, earlier))
            return round(one / other, 3)

        return Ratio(
            name, self.partners, rounds, share("processor"), share("seconds"), share("peak_mib")
        )

    def all_lies_there(self) -> None:
        """The landing zone with the report that was left out."""
        received(self.whole, self._landing)

    def as_before(self) -> None:
        """The landing zone without it."""
        received(self.whole, self._landing, without=last_received(self.whole, REPORT))

    def publish(self) -> None:
        """Publish the year with both builds, for commands that read publications."""
        for side, name in self.programs.items():
            command = [name, "publish", *YEARLY, "--by", "A. Reyes"]
            where = {**os.environ, **self.places(side)}
            subprocess.run(command, check=True, env=where, stdout=subprocess.DEVNULL)


def checked(work: Path) -> Iterator[Ratio]:
    """The few pairs that CI measures."""
    pair = Pair(work, CHECKED)
    yield pair.cold()
    yield pair.later("a report more", 1, pair.all_lies_there)
    yield pair.later("nothing new", 1, pair.as_before)
    yield pair.ratio("explain", ["explain", "P-0055", *YEARLY], 3)


def whole(work: Path) -> Iterator[Ratio]:
    """All pairs."""
    pair = Pair(work, WHOLE)
    yield pair.cold()
    yield pair.later("a report more", 2, pair.all_lies_there)
    yield pair.later("nothing new", 2, pair.as_before)
    yield pair.ratio("explain", ["explain", "P-0055", *YEARLY], 3)
    yield pair.ratio("what-if of 1,000", ["what-if", *GRID, *YEARLY], 1)
    out = work / "letters"
    letters = ["letters", *YEARLY, "--out", str(out)]
    yield pair.ratio("letters of all", letters, 1, lambda _: emptied(out))
    pair.publish()
    yield pair.ratio("verify of a year", ["verify", *YEARLY], 1)


def main() -> int:
    """Measure and keep, or with `--check` measure a few pairs and judge them by what is kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quick")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", choices=["checked", "whole"])
    arguments = parser.parse_args()
    if arguments.check and not growth.is_kept(CHECKED[0]):
        print("Ratios were not measured: none was kept that they could be judged by.")
        return 0
    try:
        reference()
    except NoReference as error:
        print(f"Ratios were not measured: {error}", file=sys.stderr)
        return 0 if arguments.check else 1
    sets = {"checked": checked, "whole": whole}
    names = ["checked"] if arguments.check else [arguments.only] if arguments.only else list(sets)
    ratios = []
    for name in names:
        with workplace() as work:
            for ratio in sets[name](work):
                ratios.append(ratio)
                print(ratio.words, flush=True)
    if not arguments.check:
        growth.keep(ratios)
        return 0
    sentences = growth.worse(ratios)
    for sentence in sentences:
        print(f"Got worse by half: {sentence}", file=sys.stderr)
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())

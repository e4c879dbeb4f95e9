"""A process that keeps running: it watches the landing zone, and runs when files come.

Belongs here: when a run begins, what is reported about it, and how the process ends. Does not: the
run itself (run.py), or drawing the report (cli/watching.py).

Libraries, models and policy stay loaded between runs; loading them is most of the time of an
ordinary day's run. Each run is the same as that of `plumbline run`.
"""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

from orchestration import settings, warehouse
from orchestration.run import run_year
from orchestration.warehouse import WarehouseBusy

# What is in the landing zone: (name, bytes, moment of the last change) of each file.
Listing = list[tuple[str, int, str]]


@dataclass(frozen=True)
class Arrival:
    """One run: the files that were new or changed since the run before, how many decisions and
    facts differ from that run's, how many things were announced, and its faults."""

    files: tuple[str, ...]
    changes: int = 0
    announced: int = 0
    faults: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, object]:
        """The same as plain data."""
        return {
            "files": list(self.files),
            "changes": self.changes,
            "told": self.announced,
            "faults": list(self.faults),
        }


@contextmanager
def ending() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set, so that a run that has begun is finished before the
    end."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in signals}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def watch(
    places: settings.Locations,
    year: int,
    tell: Callable[[Arrival], None],
    asked_to_end: threading.Event,
    *,
    every: float,
    announce: bool = False,
    most: int | None = None,
) -> None:
    """Run once, and then whenever files came and two looks, `every` seconds apart, saw the same.

    `tell` is called after each run; `announce` sends the digest of what is new to the destinations
    of plumbline.yaml. Ends when asked to, or after `most` runs. A fault of a run is reported and
    ends nothing; while another process writes the warehouse, this one waits.
    """
    try:
        _look_and_run(places, year, tell, asked_to_end, every, announce, most)
    finally:
        # Code that goes on in this process has garbage collected as before.
        gc.unfreeze()


def _look_and_run(
    places: settings.Locations,
    year: int,
    tell: Callable[[Arrival], None],
    asked_to_end: threading.Event,
    every: float,
    announce: bool,
    most: int | None,
) -> None:
    from orchestration.defs.sources import objects_in_zone

    judged: Listing = []
    last, runs = objects_in_zone(places), 0
    after: Listing | None = None
    while True:
        before, judged, own = judged, last, last == after
        # At the start it is not known here which of the files have landed before.
        arrival = _run(places, year, _new(before, judged) if runs else (), announce)
        if arrival is None:
            judged = before
        else:
            tell(arrival)
            runs += 1
            if most is not None and runs >= most:
                return
            _forget()
            after = objects_in_zone(places) if _fetches() else None
            if own and after is not None:
                judged = last = after
        while True:
            if asked_to_end.wait(every):
                return
            now = objects_in_zone(places)
            settled, last = now == last, now
            if settled and now != judged:
                break


def _forget() -> None:
    """Drop what only the previous run needed, so that the process does not grow with each run.

    What survives it, mostly modules and models, is not looked through again for garbage.
    """
    from dashboards import typeset

    typeset.forget()
    gc.collect()
    gc.freeze()


def _fetches() -> bool:
    """Whether a run itself fetches files into the landing zone. After such a run there is one more,
    in case something else came meanwhile, but not more than one."""
    from ingest.api.pull import NEEDED, missing
    from orchestration.sources import configured

    return bool(configured()) or any(not missing(vendor) for vendor in NEEDED)


def _new(before: Listing, now: Listing) -> tuple[str, ...]:
    known = set(before)
    return tuple(name for name, *state in now if (name, *state) not in known)


def _run(
    places: settings.Locations, year: int, files: tuple[str, ...], announce: bool
) -> Arrival | None:
    """One run; None where another process holds the warehouse."""
    try:
        outcome = run_year(places, year)
        with warehouse.read(places) as con:
            changes = _changes(con)
            announced, unsent = _announced(con, places) if announce else (0, [])
    except WarehouseBusy:
        return None
    except Exception as error:
        return Arrival(files, faults=(str(error) or type(error).__name__,))
    return Arrival(files, changes, announced, (*outcome.faults, *unsent))


def _changes(con: duckdb.DuckDBPyConnection) -> int:
    from scoring.changes.table import NothingToCompare, since_last_run

    try:
        return since_last_run(con).height
    except NothingToCompare:
        return 0


def _announced(con: duckdb.DuckDBPyConnection, places: settings.Locations) -> tuple[int, list[str]]:
    """How many things were sent to the configured destinations, and what could not be sent."""
    from orchestration.notify import destinations, notify
    from scoring.digest import news

    outcomes = notify(news(con), destinations((), None), places.warehouse.parent)
    faults = [f"{one.place}: not sent: {one.fault}" for one in outcomes if one.fault]
    return sum(one.announced for one in outcomes), faults

"""`watch`: a process that runs whenever new files arrive.

Belongs here: options, a line for each run. Does not: when a run begins (orchestration/watching.py).
"""

from __future__ import annotations

import json as jsons
import sys
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import RUN, add
from orchestration.cli.options import Json, Landing, Policy, Site, Warehouse, Year


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(app, watch, "plumbline watch --year 2025", panel=RUN)


def watch(
    year: Year,
    every: Annotated[
        float, typer.Option(help="Seconds between two looks at the landing zone.", min=0.1)
    ] = 5.0,
    announce: Annotated[
        bool, typer.Option("--announce", help="Send the digest after each run, as `notify` does.")
    ] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Keep running, and run the year whenever new files arrive; end with Ctrl-C or SIGTERM.

    It waits until a file no longer grows. A fault is reported and does not end it.
    """
    from orchestration import watching

    places = options.places(landing, warehouse, site, policy)
    options.require_landing(places.landing)
    tell = _print_json if json else _print
    with watching.ending() as stop:
        watching.watch(places, year, tell, stop, every=every, announce=announce)


def _print_json(arrival) -> None:
    """One line of JSON for each run."""
    print(jsons.dumps(arrival.as_dict(), ensure_ascii=False), flush=True)


def _print(arrival) -> None:
    from ingest.safe_text import one_line
    from scoring.words import plural

    parts = [plural(len(arrival.files), "new file"), plural(arrival.changes, "change")]
    if arrival.announced:
        parts.append(f"{plural(arrival.announced, 'thing')} told")
    print(f"Run ended: {', '.join(parts)}.", flush=True)
    for fault in arrival.faults:
        print(one_line(f"fault: {fault}"), file=sys.stderr, flush=True)

"""Commands that run the job: `demo`, `run`, `review`, `ui`.

Belongs here: options, progress, the summary at the end. Does not: the job itself (run.py).
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import RUN, add
from orchestration.cli.options import (
    Accept,
    By,
    Engine,
    Json,
    Landing,
    On,
    Policy,
    Reason,
    Site,
    Warehouse,
    Year,
)

KnownAt = Annotated[
    str | None, typer.Option(help="Use only what was received by this moment (UTC).")
]
AsOf = Annotated[
    str | None, typer.Option(help="Day of deals, listings and referrals (default: period's end).")
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(app, run, "plumbline run --year 2025", panel=RUN)
    add(app, review, "plumbline review --period 2025-H1", panel=RUN)
    add(app, demo, "plumbline demo --landing landing --year 2025", panel=RUN)
    add(app, delete, "plumbline delete --year 2025", panel=RUN)
    add(app, ui, "plumbline ui --port 3000", panel=RUN)


def demo(
    landing: Landing = None,
    partners: Annotated[int, typer.Option(help="How many partners.", min=60)] = 300,
    year: Year = 2025,
    usage_events: Annotated[int, typer.Option(help="How many usage rows.", min=0)] = 200_000,
    seed: Annotated[int, typer.Option(help="Seed; the same seed gives the same bytes.")] = 7,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write a realistic program in the real source layouts."""
    from ingest.demo import write_demo

    places = options.places(landing, warehouse, None, policy)
    if places.address:
        raise typer.BadParameter(
            f"the demonstration is written into a folder; name one, and copy it to {places.address}"
            " with the tool of its provider",
            param_hint="--landing",
        )
    try:
        summary = write_demo(
            places.landing, partners=partners, year=year, usage_events=usage_events, seed=seed
        )
    except FileExistsError as error:
        raise typer.BadParameter(str(error), param_hint="--landing") from None
    if json:
        options.print_json(asdict(summary))
        return
    print(f"{summary.partners} partners, {summary.files} files in {places.landing}")
    print(f"Next: plumbline run --year {year} --landing {landing or places.landing}")


def run(
    year: Year,
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    known_at: KnownAt = None,
    as_of: AsOf = None,
    accept: Accept = None,
    by: By = None,
    reason: Reason = None,
    on: On = None,
    engine: Engine = None,
    json: Json = False,
) -> None:
    """Run the yearly job: land, check, transform, score, and write the site.

    Running a past year keeps the later ones. --known-at writes a separate warehouse and site if
    the usual ones already show what came later.
    """
    from orchestration.run import run_year

    places = options.places(landing, warehouse, site, policy)
    options.choose_engine(engine)
    options.require_landing(places.landing)
    known = options.moment(known_at, "--known-at")
    day = options.day(on, "--on") or (known.date() if known and accept else None)
    _record(places, options.acceptance(places, accept, by, reason, day))
    with _progress(not json):
        outcome = run_year(
            places,
            year,
            as_of=options.day(as_of, "--as-of"),
            known_at=known,
        )
    _finish(outcome, json)


def _record(places, word) -> None:
    """Write the acceptance into the landing zone, before the landing reads it."""
    if word is not None:
        from ingest.landing.record_acceptance import record

        record(places.landing, word)


def review(
    period: Annotated[str, typer.Option(help="A review period, e.g. 2025-H1.")],
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    known_at: KnownAt = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Run the half-yearly review of each program, as of a review period's end."""
    from orchestration.run import run_review

    places = options.places(landing, warehouse, site, policy)
    options.require_landing(places.landing)
    with _progress(not json):
        outcome = run_review(
            places,
            period,
            as_of=options.day(as_of, "--as-of"),
            known_at=options.moment(known_at, "--known-at"),
        )
    _finish(outcome, json)


def delete(
    year: Year,
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Remove the newest year, with its reviews, from the warehouse and the site.

    A published year is never removed, nor is a year that a later one depends on.
    """
    from orchestration.deleting import delete_year

    places = options.places(landing, warehouse, site, policy)
    options.require_landing(places.landing)
    with _progress(not json):
        outcome = delete_year(places, year)
    _finish(outcome, json)


def ui(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Show everything, but launch and change nothing.")
    ] = False,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            help="Where a proxy with sign-in shows it to a team, as https://plumbline.example.com; "
            "repeat for several.",
        ),
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Serve Dagster's UI on this project: the asset graph, checks, runs, past years.

    It listens on this machine only, and anybody with the printed address can use it. Its runs
    write only to these places. With --json the address is printed as JSON. It serves until Ctrl-C.
    """
    from orchestration.ui.serving import address_of, can_be_ended, serve

    places = options.places(landing, warehouse, site, policy)
    can_be_ended()
    address, environment = address_of(port, origin or [])
    if json:
        options.print_json({"address": address, "warehouse": places.warehouse})
        sys.stdout.flush()
    else:
        print(f"Dagster's UI for {places.warehouse}: {address}")
        print("Anybody with this address can use it. Stop it with Ctrl-C.", flush=True)
    serve(places, port, environment, read_only=read_only)


def _progress(shown: bool):
    from orchestration.cli.progress import shown_progress

    return shown_progress(shown)


def _finish(outcome, as_json: bool) -> None:
    from orchestration import warehouse
    from orchestration.cli.drawing.summary import draw_summary
    from orchestration.expected_moves import answered
    from orchestration.outputs import Output
    from scoring.summary import summarise

    with warehouse.read(outcome.places) as con:
        summary = summarise(con, outcome.period)
        expected = answered(con, outcome.places)
    site = outcome.places.site
    # A past year's pages have an address of their own; the front page shows the newest period.
    own = site / f"index-{outcome.year}.html"
    shown = Output(site, outcome.places.site_address).shown
    where = {
        "site": shown(own if own.exists() else site / "index.html"),
        "warehouse": outcome.places.warehouse,
        "serving": outcome.places.serving,
    }
    if outcome.places.ledger.is_dir():
        where["ledger"] = outcome.places.ledger
    if as_json:
        more = {"where": where, "faults": list(outcome.faults)}
        more |= {"expected": expected.as_dict()} if expected else {}
        options.print_json({**summary.as_dict(), **more})
    else:
        draw_summary(options.console(), summary, where)
        for line in expected.lines if expected else ():
            print(line)
    options.say_faults(outcome.faults)
    if outcome.faults:
        raise typer.Exit(1)

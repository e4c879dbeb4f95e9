"""The command `publish`: what it takes, what it prints, and what a fault says of what was written.

Belongs here: its options and words. Does not: publishing (orchestration/ledger.py), or the other
commands about what stands (ledger.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import STAND, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse

if TYPE_CHECKING:
    from orchestration.settings import Locations
    from scoring.ledger.freeze import Request


class Require(StrEnum):
    """What `publish --require` can ask for."""

    no_moves = "no-moves"
    no_placeholders = "no-placeholders"
    no_reported = "no-reported"
    no_waivers = "no-waivers"
    no_undetermined = "no-undetermined"
    no_missing_sources = "no-missing-sources"


Key = Annotated[
    Path | None,
    typer.Option(help="An ssh key to vouch with: a private one, or a public one of your agent."),
]
OneYear = Annotated[int | None, typer.Option(help="Assessed calendar year.", min=2000, max=9998)]
Period = Annotated[str | None, typer.Option(help="A review period, e.g. 2025-H1.")]


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    examples = (
        "plumbline publish --year 2025 --preview",
        "plumbline publish --year 2025 --by 'A. Reyes'",
    )
    add(app, publish, *examples, panel=STAND)


def publish(
    publication: Annotated[
        str | None,
        typer.Argument(help="With --supersedes: what it replaces (default: the one in force)."),
    ] = None,
    year: OneYear = None,
    period: Period = None,
    by: Annotated[str | None, typer.Option(help="Who publishes; recorded.")] = None,
    on: Annotated[
        str | None, typer.Option(help="Day to date it (default: that of the latest data known).")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show the preview; write nothing.")
    ] = False,
    require: Annotated[
        list[Require] | None,
        typer.Option(
            metavar="WORD",
            help=f"Publish only if this holds: {', '.join(Require)}; repeat for several.",
        ),
    ] = None,
    supersedes: Annotated[
        bool, typer.Option("--supersedes", help="Replace what is published; needs --reason.")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why it supersedes; recorded.")] = None,
    dispute: Annotated[
        list[str] | None, typer.Option(help="A dispute that it settles; repeat for several.")
    ] = None,
    key: Key = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Make the decisions of a year or a review final: write them to the ledger, once, as a whole.

    It first shows who moves and what the decisions rest on, and then prints the ledger's head.
    """
    from orchestration.ledger import publish as freeze
    from scoring.ledger.freeze import Request

    if publication is not None and not supersedes:
        raise typer.BadParameter(f"to replace {publication!r}, write --supersedes before it")
    if not preview and not (by or "").strip():
        raise typer.BadParameter("give the name of the person who publishes", param_hint="--by")
    request = Request(
        period=one_period(year, period),
        by=(by or "").strip(),
        on=options.day(on, "--on"),
        reason=(reason or "").strip() or None,
        supersedes=(publication or "") if supersedes else None,
        disputes=tuple(dispute or ()),
    )
    places = options.places(landing, warehouse, None, policy)
    required = [one.value for one in require or ()]
    own = key.expanduser() if key else None
    with nullcontext() if preview else noted_when_written(places, request):
        outcome = freeze(places, request, required=required, write=not preview, key=own)
    # What is written is no longer stopped, whatever else is required of it now.
    stopped = [] if outcome.written else outcome.preview.stopped_by(required)
    if json:
        answer = {**outcome.preview.as_dict(), "written": outcome.written, "stopped": stopped}
        answer["site_drawn_by"] = outcome.site_drawn_by
        options.print_json({**answer, "ledger": places.ledger})
    else:
        from orchestration import warehouse as files
        from orchestration.cli.drawing.preview import draw_preview
        from scoring.policy.labels import labels_of
        from scoring.policy.load import load_policy

        with files.read(places) as con:
            labels = labels_of(load_policy(places.policy or None), con)
        draw_preview(options.console(), outcome.preview, labels)
        for line in stopped:
            print(f"required, but not the case: {line}")
        if outcome.written:
            print(f"published as {outcome.preview.publication} in {places.ledger}")
            print(f"head: {outcome.preview.head}")
            print(f"the site shows it after the next run: {outcome.site_drawn_by}")
        else:
            print("nothing was written")
    if stopped:
        raise typer.Exit(1)


@contextmanager
def noted_when_written(places: Locations, request: Request) -> Iterator[None]:
    """A fault that comes after this try or an earlier one has written the ledger says so: what is
    published stays so."""
    from orchestration.ledger import unfinished

    try:
        yield
    except Exception as error:
        written = unfinished(places, request)
        if written is not None:
            error.add_note(
                f"{request.period} is published, as {written.name} (head {written.head}); the same "
                "command again, or a run, brings the warehouse up to date with it"
            )
        raise


def one_period(year: int | None, period: str | None) -> str:
    """The one period that is named by a year or by a review; else typer.BadParameter."""
    if (year is None) == (period is None):
        raise typer.BadParameter("give --year 2025 or --period 2025-H1", param_hint="--year")
    return str(year) if period is None else period

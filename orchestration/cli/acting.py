"""Commands that say what moved and tell people: `changes`, `notify`.

Belongs here: options and printing. Does not: the answers (scoring/), or sending (orchestration/).
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import ASK, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(app, changes, "plumbline changes", "plumbline changes --since 2023", panel=ASK)


def changes(
    since: Annotated[
        str | None,
        typer.Option(help="last-run, last-published, or a year (default: the year before)."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="List every change.")] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """What moved, why, and what it is worth: tiers, compliance, reviews, minimums, listings.

    Each with the requirement and the row behind it, the partner's ARR and its active customers.
    """
    from orchestration import warehouse as files
    from scoring.changes import changes as compare

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        found = compare(con, since)
    if json:
        options.print_json(found.as_dict())
    else:
        found.render(options.console(), everything)

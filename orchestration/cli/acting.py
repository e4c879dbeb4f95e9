"""Commands that say what moved or differs and tell people: `changes`, `control`, `notify`.

Belongs here: options and printing. Does not: the answers (scoring/), or sending (orchestration/).
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import ASK, SEND, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse

COMMAND = "  plumbline "


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(app, changes, "plumbline changes", "plumbline changes --since 2023", panel=ASK)
    example = "plumbline expect P-0055 P-0013 --by 'A. Reyes' --reason 'late calls'"
    add(app, expect, example, panel=ASK)
    add(app, control, "plumbline control", "plumbline control --period 2025", panel=ASK)
    add(app, notify, "plumbline notify --preview", panel=SEND)


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
    """Show what moved, why, and what it is worth: tiers, compliance, reviews, minimums, listings.

    Each change comes with the requirement and row behind it, and the partner's ARR and customers.
    """
    from orchestration import shown_results as files
    from orchestration.cli.drawing.changes import draw_changes
    from scoring.changes.answer import changes as compare

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        answer = compare(con, since)
    if json:
        options.print_json(answer.as_dict())
    else:
        draw_changes(options.console(), answer, everything)


def expect(
    by: Annotated[str, typer.Option(help="Who expects it.")],
    reason: Annotated[str, typer.Option(help="Why: what came, or what was changed.")],
    partners: Annotated[
        list[str] | None,
        typer.Argument(
            help="Partner ids or names that are expected to move; leave out for nobody."
        ),
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """State who is expected to move at the next run; its summary then names the surprises.

    Use it before late data land or the policy changes. The next summary reports who moves without
    being named, and who is named and does not move. It decides nothing.
    """
    from dataclasses import asdict

    from orchestration import shown_results as files
    from orchestration.expected_moves import expect as state

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        stated = state(con, places, partners or (), by, reason)
    if json:
        options.print_json(asdict(stated))
    else:
        names = ", ".join(stated.partners) or "nobody"
        print(f"expected to move at the next run: {names}; what differs will be reported")


def control(
    period: Annotated[
        str | None, typer.Option(help="Only this period, as it was stated (default: all).")
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Compare what finance and the marketplace counted themselves with our figures.

    The totals land as reference/control_totals; the policy says how far the two may differ.
    """
    from orchestration import shown_results as files
    from orchestration.cli.drawing.control import draw_control_totals
    from scoring.control import control_totals
    from scoring.policy.labels import labels_of
    from scoring.policy.load import load_policy

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        totals = control_totals(con, period)
        labels = labels_of(load_policy(places.policy or None), con)
    if json:
        options.print_json(totals.as_dict())
    else:
        draw_control_totals(options.console(), totals, labels)


def notify(
    to: Annotated[
        list[str] | None,
        typer.Option(
            help="Where to: mailto://, slack://, workflows:// (Teams), json:// and every other "
            "address that Apprise reads; ${NAME} is read from the environment.",
            metavar="URL",
        ),
    ] = None,
    owner: Annotated[str | None, typer.Option(help="The digest of this person or role.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show it; send nothing.")] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Send the digest of changes and actions; each item is sent once per stage.

    Without --to it goes to the `destinations:` of plumbline.yaml, to each owner their own digest.
    What was sent is recorded beside the warehouse, so that a repeated call sends nothing.
    """
    from orchestration import warehouse as files
    from scoring.digest import digest, news

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        latest = news(con)
    if preview:
        messages = digest(latest, owner)
        if json:
            options.print_json([{"title": m.title, "body": m.body} for m in messages])
        else:
            from orchestration.cli.drawing.tables import print_hanging

            console = options.console()
            for message in messages:
                for line in f"{message.title}\n{message.body}\n".split("\n"):
                    # A command stays whole, to be copied.
                    print(line) if COMMAND in line else print_hanging(console, line)
        return
    from orchestration.notify import destinations
    from orchestration.notify import notify as send

    outcomes = send(latest, destinations(to or (), owner), places.warehouse.parent)
    if json:
        options.print_json([outcome.as_dict() for outcome in outcomes])
    else:
        _say(outcomes)
    if any(outcome.fault for outcome in outcomes):
        raise typer.Exit(1)


def _say(outcomes) -> None:
    """Print one line per destination; faults go to the error stream."""
    import sys

    from ingest.safe_text import one_line
    from scoring.words import plural

    for outcome in outcomes:
        whose = f" ({outcome.owner})" if outcome.owner else ""
        items = plural(outcome.announced, "item")
        sent = f"{plural(outcome.messages, 'message')} with {items} sent"
        print(one_line(f"{outcome.place}{whose}: {sent if outcome.messages else 'nothing new'}"))
        if outcome.fault:
            words = f"fault: {outcome.place}{whose}: not sent: {outcome.fault}; run it again"
            print(one_line(words), file=sys.stderr)

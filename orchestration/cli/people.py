"""Commands that answer a person: `explain`, `today`, `outlook`.

Belongs here: options and printing. Does not: the answers (scoring/).
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import ASK, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse, Year


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    examples = (
        "plumbline explain P-0055 --year 2025",
        "plumbline explain P-0069 --year 2025 --deal REG-0017",
    )
    add(app, explain, *examples, panel=ASK)
    add(app, today, "plumbline today --as-of 2025-11-03", panel=ASK)
    add(app, outlook, "plumbline outlook --year 2025 --as-of 2025-08-31", panel=ASK)
    add(app, mcp, "plumbline mcp --json", panel=ASK)


def explain(
    partner: Annotated[str, typer.Argument(help="Partner id, or a name.")],
    year: Year,
    program: Annotated[str | None, typer.Option(help="One program of the partner.")] = None,
    deal: Annotated[str | None, typer.Option(help="One deal registration, by id.")] = None,
    listing: Annotated[
        str | None,
        typer.Option(help="One listing, by app id; by the partner's id, its services tile."),
    ] = None,
    referral: Annotated[str | None, typer.Option(help="One referral, by id.")] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Prove a decision: criteria, values, thresholds with clause, down to file and row.

    It explains the tier or the standing in each program; with --deal, --listing or --referral, only
    that case.
    """
    from orchestration import shown_results as files
    from orchestration.cli.drawing.proof import draw_proof
    from scoring.explain import explain as prove
    from scoring.labels import tier_labels
    from scoring.one_case import explain_single

    options_given = {"program": program, "deal": deal, "listing": listing, "referral": referral}
    chosen = {name: value for name, value in options_given.items() if value is not None}
    if len(chosen) > 1:
        raise typer.BadParameter("give only one of these", param_hint=f"--{' --'.join(chosen)}")
    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        if chosen and program is None:
            [(kind, id)] = chosen.items()
            proof = explain_single(con, partner, year, kind, id)
        else:
            proof = prove(con, partner, year, program)
        tiers = tier_labels(con)
    if json:
        options.print_json(proof.to_json())
    else:
        draw_proof(options.console(), proof, tiers)


def today(
    owner: Annotated[str | None, typer.Option(help="Only what this person or role owns.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The day (default: the run's as-of).")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also list what is due later.")] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """List what must be done, by whom and by when, with the command that does it.

    What is due comes first; what is due later is counted, and what waits for an answer is named.
    """
    from orchestration import shown_results as files
    from orchestration.cli.drawing.today import draw_today
    from scoring.today import today as prepare

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        answer = prepare(con, options.day(as_of, "--as-of"), owner)
    if json:
        options.print_json(answer.as_dict())
    else:
        draw_today(options.console(), answer, everything)


def outlook(
    year: Year,
    as_of: Annotated[
        str | None, typer.Option(help="A day of the year to look ahead from (default: the run's).")
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Show where a year is heading: pace to each threshold, what is due, renewals to watch.

    Usage and ARR are counted up to the day, from everything that has landed by now. Each projection
    has an interval, and how often such an interval held in past years, from the same month on.
    """
    from orchestration import shown_results as files
    from orchestration.cli.drawing.outlook import draw_outlook
    from scoring.outlook import outlook as look_ahead
    from scoring.policy.labels import labels_of
    from scoring.policy.load import load_policy

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        answer = look_ahead(con, year, options.day(as_of, "--as-of"))
        labels = labels_of(load_policy(places.policy or None), con)
    if json:
        options.print_json(answer.as_dict())
    else:
        draw_outlook(options.console(), answer, labels)


def mcp(
    landing: Landing = None, warehouse: Warehouse = None, policy: Policy = None, json: Json = False
) -> None:
    """Answer an assistant over standard input and output, read only; with --json, list the tools.

    Each answer has its clause, file and row. Columns that name people are never sent.
    """
    from orchestration.assistants import TOOLS, server

    places = options.places(landing, warehouse, None, policy)
    if json:
        options.print_json([{"tool": t.__name__, "does": t.__doc__} for t in TOOLS])
        return
    server(places).run()

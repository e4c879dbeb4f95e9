"""Commands that answer a person: `explain`, `today`.

Belongs here: options and printing. Does not: the answers (scoring/).
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.options import Json, Landing, Policy, Warehouse, Year


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(epilog="Example: plumbline explain P-0001 --year 2025")(explain)
    app.command(epilog="Example: plumbline today --as-of 2025-11-03")(today)


def explain(
    partner: Annotated[str, typer.Argument(help="Partner id, or a name.")],
    year: Year,
    program: Annotated[str | None, typer.Option(help="One program of the partner.")] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """The proof of a decision: criteria, values, thresholds with clause, down to file and row."""
    from orchestration import warehouse as files
    from scoring.explain import explain as prove

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        proof = prove(con, partner, year, program)
    if json:
        options.print_json(proof.to_json())
    else:
        proof.render(options.console())


def today(
    as_of: Annotated[str | None, typer.Option(help="The day (default: the run's as-of).")] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """The channel manager's day: what to answer, what expires, what is overdue."""
    from orchestration import warehouse as files
    from scoring.today import today as prepare

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        day = options.day(as_of, "--as-of")
        if day is None:
            day = con.execute("select as_of from run.parameters").fetchone()[0]
        found = prepare(con, day)
    if json:
        options.print_json(found.as_dict())
    else:
        found.render(options.console())

"""Commands that give something to one partner or to each: `bundle`.

Belongs here: options and printing. Does not: what is given (scoring/, dashboards/letters/).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.options import Json, Landing, Policy, Warehouse, Year


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    example = "Example: plumbline bundle P-0001 --year 2025 --out P-0001.duckdb"
    app.command(epilog=example)(bundle)


def bundle(
    partner: Annotated[str, typer.Argument(help="Partner id, or a name.")],
    year: Year,
    out: Annotated[Path, typer.Option(help="DuckDB file to write.")],
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """A small DuckDB file with which one partner recomputes its own result; nobody else is in it.

    Exits 1 when the bundle's own SQL finds something else than was published.
    """
    from orchestration import warehouse as files
    from scoring.bundle import write_bundle

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        made = write_bundle(con, partner, year, out)
    if json:
        options.print_json(vars(made))
    else:
        print(f"{made.file}: {made.rows} rows of {made.partner_id} for {made.year}")
        print("open it with DuckDB and read: from readme; from differences;")
        if made.withheld:
            print(f"texts that named others, withheld: {made.withheld}")
        if made.differences:
            print(
                f"differs from what was published in {made.differences} places: from differences;"
            )
    if made.differences:
        raise typer.Exit(1)

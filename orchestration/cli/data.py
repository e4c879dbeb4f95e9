"""Commands about files and tables: `check`, `export`.

Belongs here: options and printing. Does not: reading or writing the files (ingest/, scoring/).
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.options import Json, Landing, Policy, Warehouse


class Format(StrEnum):
    """File formats of `export`."""

    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command(epilog="Example: plumbline check landing/crm/accounts.csv")(check)
    app.command(epilog="Example: plumbline export --to out --format csv")(export)


def check(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of a landing zone.")],
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Validate files before they land; exits 1 when a row or a file would be refused."""
    from ingest.check import check as judge

    places = options.places(landing, warehouse, None, policy)
    report = judge(paths, landing=places.landing)
    if json:
        options.print_json(report.as_dict())
    else:
        report.render(options.console())
    if report.has_faults:
        raise typer.Exit(1)


def export(
    to: Annotated[Path, typer.Option(help="Folder to write into.")],
    format: Annotated[Format, typer.Option(help="File format.")] = Format.parquet,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write the published tables."""
    from orchestration import warehouse as files
    from scoring.export import export as write

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        written = write(con, to, format.value)
    if json:
        options.print_json([str(path) for path in written])
    else:
        for path in written:
            print(path)

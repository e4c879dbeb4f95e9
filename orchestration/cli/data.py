"""Commands about files and tables: `check`, `export`, `template`, `map`.

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
    epilog = "Example: plumbline template --partner P-0055 --month 2025-03 march.xlsx"
    app.command(epilog=epilog)(template)
    app.command("map", epilog="Example: plumbline map their-export.csv > my-map.yaml")(draft)


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
    try:
        report = judge(paths, landing=places.landing, settings=_settings(places.policy))
    except FileNotFoundError as error:
        raise typer.BadParameter(str(error), param_hint="PATHS") from None
    if json:
        options.print_json(report.as_dict())
    else:
        report.render(options.console())
    if report.has_faults:
        raise typer.Exit(1)


def _settings(policy: str):
    """What the policy says of refusing files, from an empty warehouse in memory."""
    import duckdb

    from ingest.settings import settings_of
    from ingest.tables import create_tables
    from scoring.policy import land_policy, load_policy

    with duckdb.connect() as con:
        create_tables(con)
        land_policy(con, load_policy(policy or None))
        return settings_of(con)


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
    _print_paths(written, json)


def template(
    file: Annotated[Path, typer.Argument(help="Workbook to write (.xlsx).")],
    partner: Annotated[str, typer.Option(help="Partner id.")],
    month: Annotated[str, typer.Option(help="Report month, YYYY-MM.")],
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write the reseller's report workbook for one partner and month."""
    from ingest.formats.template import write_template

    options.places(landing, warehouse, None, policy)
    try:
        write_template(file, partner, month)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    _print_paths([file], json)


def draft(
    file: Annotated[Path, typer.Argument(help="A csv or json file of unknown layout.")],
    entity: Annotated[str | None, typer.Option(help="The entity it should become.")] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
) -> None:
    """Draft a column map from an unknown file, for a person to confirm."""
    from ingest.formats.draft import draft_map

    options.places(landing, warehouse, None, policy)
    try:
        print(draft_map(file, entity), end="")
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error), param_hint="FILE") from None


def _print_paths(paths: list[Path], json: bool) -> None:
    if json:
        options.print_json([str(path) for path in paths])
        return
    for path in paths:
        print(path)

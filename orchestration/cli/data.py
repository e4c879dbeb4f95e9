"""Commands about files and tables: `check`, `export`, `template`, `map`.

Belongs here: options and printing. Does not: reading or writing the files (ingest/, scoring/).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import FILES, SEND, add
from orchestration.cli.options import Accept, By, Json, Landing, On, Policy, Reason, Warehouse
from orchestration.home import home


class Format(StrEnum):
    """File formats of `export`."""

    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(app, check, "plumbline check landing/crm", panel=FILES)
    example = "plumbline template --partner P-0055 --month 2025-03 march.xlsx"
    add(app, template, example, panel=FILES)
    example = "plumbline map landing/crm/accounts-initial.csv --save"
    add(app, draft, example, name="map", panel=FILES)
    add(app, export, "plumbline export --to out --format csv", panel=SEND)


def check(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of a landing zone.")],
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    accept: Accept = None,
    by: By = None,
    reason: Reason = None,
    on: On = None,
    json: Json = False,
) -> None:
    """Check files before they land; exits 1 if a row would be quarantined or a file refused.

    With --accept it shows what would land if that file were accepted; only `run` records that.
    """
    from ingest.deliveries.acceptances import acceptances, keys
    from ingest.landing.check import check as judge
    from orchestration.cli.drawing.checked import draw_check
    from orchestration.landed_files import landed_files

    places = options.places(landing, warehouse, None, policy)
    word = options.acceptance(places, accept, by, reason, options.day(on, "--on"))
    words = keys([*acceptances(places.landing)[0], *([word] if word else [])])
    wanted = [_meant(path, places.landing) for path in paths]
    try:
        report = judge(
            wanted,
            landing=places.landing,
            settings=_settings(places.policy),
            words=words,
            landed=landed_files(places),
        )
    except FileNotFoundError as error:
        raise typer.BadParameter(str(error), param_hint="PATHS") from None
    if json:
        options.print_json(report.as_dict())
    else:
        draw_check(options.console(), report)
    if report.has_faults:
        raise typer.Exit(1)


def _meant(path: Path, landing: Path) -> Path:
    """A path as it is typed, else as reports name files, below the landing zone, else below
    PLUMBLINE_HOME, so that an example runs from any folder."""
    present = (place for place in (path, landing / path, home() / path) if place.exists())
    return next(present, path)


def _settings(policy: str):
    """The policy's rules for refusing files, and the user's column maps, as a run would see them;
    taken from an empty warehouse in memory."""
    import duckdb

    from ingest.deliveries.landing_tables import create_tables
    from ingest.deliveries.settings import note_maps, settings_of
    from ingest.formats.map_store import read_maps
    from orchestration.map_folders import map_folders
    from scoring.policy.land import land_policy
    from scoring.policy.load import load_policy

    with duckdb.connect() as con:
        create_tables(con)
        note_maps(con, read_maps(map_folders()))
        land_policy(con, load_policy(policy or None))
        return settings_of(con)


def export(
    to: Annotated[Path, typer.Option(help="Where to: a folder, or s3://, az://, gs://.")],
    format: Annotated[Format, typer.Option(help="File format.")] = Format.parquet,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write the published tables, all at once or none, and their contract in datacontract.yaml.

    Other files in the folder stay.
    """
    from orchestration import shown_results as files
    from orchestration.described.contract import NAME, data_contract
    from orchestration.exported_files import note
    from orchestration.outputs import sent
    from scoring.export import earlier
    from scoring.export import export as write

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con, sent(to) as out:
        note(places, out.path, ["export", "--to", out.named, "--format", format.value])
        replaced, left = earlier(out.path, format.value)
        written = write(con, out.path, format.value, {NAME: data_contract(format.value)})
    _print_paths(map(out.shown, written), json)
    if not json and replaced:
        print(f"{replaced} tables of an earlier export were replaced")
    if not json and left:
        print(f"{left} tables of an earlier export in another format are still there")


def template(
    file: Annotated[Path, typer.Argument(help="Workbook to write (.xlsx).")],
    partner: Annotated[str, typer.Option(help="Partner id.")],
    month: Annotated[str, typer.Option(help="Report month, YYYY-MM.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite FILE if it exists.")
    ] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write the reseller's report workbook for one partner and month.

    An existing file, which may have been filled in, is overwritten only with --replace.
    """
    from ingest.formats.template import write_template
    from orchestration.cli.known import say_unknown

    places = options.places(landing, warehouse, None, policy)
    if (file.exists() or file.is_symlink()) and not replace:
        message = f"{file} exists and may be filled in; name another, or overwrite it: --replace"
        raise typer.BadParameter(message, param_hint="FILE")
    try:
        write_template(file, partner, month)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    _print_paths([file], json)
    say_unknown(places, partner)


def draft(
    file: Annotated[
        Path,
        typer.Argument(help="A csv, json or parquet file of unknown layout."),
    ],
    entity: Annotated[str | None, typer.Option(help="The entity it should become.")] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Put the draft into PLUMBLINE_HOME/maps.")
    ] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Draft a column map from an unknown file, for a person to confirm."""
    from ingest.formats.draft import NOT_NEEDED, draft_map, save_draft
    from ingest.formats.draft_twins import ReadAlready, beside
    from ingest.formats.map_store import read_maps
    from orchestration.map_folders import map_folders, own_folder

    file = _meant(file, options.places(landing, warehouse, None, policy).landing)
    if not file.is_file():
        message = f"{file}: no such file, here or in the landing zone; name one that is there"
        raise typer.BadParameter(message, param_hint="FILE")
    try:
        drafted = draft_map(file, entity)
        try:
            drafted = beside(drafted, file, read_maps(map_folders()))
        except ReadAlready as already:
            if save:
                raise
            drafted = f"# {already}.\n{drafted}"
        saved = save_draft(drafted, own_folder()) if save else None
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error), param_hint="FILE") from None
    if json:
        import yaml

        options.print_json(
            {
                "file": file,
                "map": yaml.safe_load(drafted),
                "yaml": drafted,
                "saved": saved and saved.path,
                "lacks": saved and saved.lacks,
            }
        )
    elif saved is not None:
        used = "runs use it once it has what is named below" if saved.lacks else "runs use it"
        print(f"{saved.path}: read and correct every line; {used}")
        if saved.lacks:
            print(f"It can't be used yet: {saved.lacks}")
        print(f"Then see what it gives: plumbline check {shlex.quote(str(file))}")
    else:
        print(NOT_NEEDED if save else drafted, end="")


def _print_paths(paths: Iterable[Path | str], json: bool) -> None:
    if json:
        options.print_json([str(path) for path in paths])
        return
    for path in paths:
        print(path)

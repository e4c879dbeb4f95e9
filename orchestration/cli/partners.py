"""Commands that give something to one partner or to each: `bundle`, `letters`.

Belongs here: options and printing. Does not: what is given (scoring/, dashboards/letters/).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import SEND, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse, Year


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(app, letters, "plumbline letters --year 2025 --out letters", panel=SEND)
    add(app, portal, "plumbline portal --year 2025 --out portal", panel=SEND)
    example = "plumbline bundle P-0055 --year 2025 --out P-0055.duckdb"
    add(app, bundle, example, panel=SEND)


def bundle(
    partner: Annotated[str, typer.Argument(help="Partner id, or a name.")],
    year: Year,
    out: Annotated[
        Path | None,
        typer.Option(
            help="DuckDB file to write. Default: bundles/PARTNER-YEAR.duckdb in the site."
        ),
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write a small DuckDB file with which one partner can recompute its result; it holds no other.

    Exits 1 when the bundle's own SQL finds something else than was published.
    """
    from dashboards.links import bundle_path
    from orchestration import shown as files
    from orchestration.given import note
    from scoring.bundle import write_bundle
    from scoring.partners import find_partner

    places = options.places(landing, warehouse, None, policy)
    with files.read(places) as con:
        found = find_partner(con, partner).partner_id
        out = out or places.site / bundle_path(found, year)
        note(places, out, ["bundle", partner, "--year", str(year), "--out", str(out.resolve())])
        made = write_bundle(con, found, year, out)
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


def letters(
    year: Year,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the letters. Default: letters/ in the site, for scorecards."),
    ] = None,
    templates: Annotated[
        Path | None, typer.Option(help="A folder whose letter.html goes before ours.")
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """One letter per partner, HTML and PDF, every figure bound to a row.

    Exits 1 when a letter is refused: an unbound or stale figure, a clause that is not in force,
    somebody else's name. Each refusal is named; the other letters are written.
    """
    from dashboards.letters import write_letters
    from dashboards.links import LETTERS
    from orchestration import shown as files
    from orchestration.given import note

    places = options.places(landing, warehouse, None, policy)
    out = out or places.site / LETTERS
    note(places, out, ["letters", *_asked(year, out, templates)])
    with files.read(places) as con:
        report = write_letters(con, year, out, templates)
    if json:
        refused = [vars(refusal) for refusal in report.refused]
        options.print_json({**vars(report), "refused": refused, "folder": out})
    else:
        print(f"{len(report.written)} letters written to {out}, {len(report.refused)} refused")
        for refusal in report.refused:
            for reason in refusal.reasons:
                print(f"refused: {refusal.partner_id}: {reason}")
        if report.others:
            told = ", ".join(report.others[:3])
            print(
                f"letters that were there before and are none of these: {told}"
                + (f" and {len(report.others) - 3} more" if len(report.others) > 3 else "")
            )
        if report.code_points:
            print(f"no font for, so written as code points: {', '.join(report.code_points)}")
    if report.refused:
        raise typer.Exit(1)


def portal(
    year: Year,
    out: Annotated[Path, typer.Option(help="Folder of the portal; one folder per partner in it.")],
    templates: Annotated[
        Path | None, typer.Option(help="A folder whose letter.html goes before ours.")
    ] = None,
    bundles: Annotated[
        bool, typer.Option("--bundles", help="Put each partner's bundle beside its letter.")
    ] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """A folder for each partner with its own letters, to be served to that partner alone.

    docs/ui.md says how to serve it. Exits 1 when a letter is refused or a bundle differs from what
    was published.
    """
    from dashboards.portal import write_portal
    from orchestration import shown as files
    from orchestration.given import note

    places = options.places(landing, warehouse, None, policy)
    asked = _asked(year, out, templates)
    note(places, out, ["portal", *asked, *(["--bundles"] if bundles else [])])
    with files.read(places) as con:
        report = write_portal(con, year, out, templates, bundles=bundles)
    if json:
        refused = [vars(refusal) for refusal in report.refused]
        options.print_json({**vars(report), "refused": refused})
    else:
        print(f"{len(report.written)} partners' folders written to {report.folder}")
        for refusal in report.refused:
            for reason in refusal.reasons:
                print(f"refused: {refusal.partner_id}: {reason}")
        for partner in report.differing:
            print(f"{partner}: its bundle differs from what was published")
    if report.refused or report.differing:
        raise typer.Exit(1)


def _asked(year: int, out: Path, templates: Path | None) -> list[str]:
    """The options with which a command gives the same out again, from any folder."""
    whose = ["--templates", str(templates.resolve())] if templates else []
    return ["--year", str(year), "--out", str(out.resolve()), *whose]

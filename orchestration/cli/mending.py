"""`plumbline quarantine`: lists rows that broke their contract, and exports them for correction.

Belongs here: options and printing. Does not: reading or writing the rows (ingest/quarantine).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import FILES, Group, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse

quarantine = typer.Typer(
    no_args_is_help=True, help="List and correct rows that broke their contract."
)
Partner = Annotated[str | None, typer.Option(help="Only rows of this partner id.")]
Source = Annotated[str | None, typer.Option(help="Only this source, e.g. crm.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    listing = "plumbline quarantine list --partner P-0106"
    add(quarantine, quarantine_list, listing, name="list")
    add(quarantine, quarantine_export, "plumbline quarantine export --to mending", name="export")
    app.add_typer(
        quarantine,
        name="quarantine",
        cls=Group,
        epilog=f"Example: {listing}",
        rich_help_panel=FILES,
    )


def _quarantined(places, source: str | None, partner: str | None):
    from ingest.judging.contract import sources
    from ingest.quarantine.mend import quarantined
    from orchestration import shown_results as files

    if source is not None and source not in sources():
        message = f"{source!r} is not a source; choose one of {', '.join(sources())}"
        raise typer.BadParameter(message, param_hint="--source")
    with files.read(places) as con:
        return quarantined(con, places.landing, places.store, source=source, partner=partner)


def quarantine_list(
    partner: Partner = None,
    source: Source = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """List quarantined rows that are not settled: partner, value, rule and remedy."""
    from ingest.quarantine.mend import listing
    from orchestration.cli.drawing.tables import print_hanging

    places = options.places(landing, warehouse, None, policy)
    rows = listing(_quarantined(places, source, partner))
    if json:
        options.print_json(rows)
        return
    console, heading = options.console(), None
    for row in rows:
        above = f"{row['source']}/{row['entity']}, partner {row['partner'] or '(none named)'}"
        if above != heading:
            print_hanging(console, above)
            heading = above
        place = row["cell"] or (f"row {row['row']}" if row["row"] else "the file")
        print_hanging(console, f"  {row['file']} {place}: {row['remedy']} [{row['rule']}]")
    print(f"{len(rows)} faults to settle; to correct them: plumbline quarantine export --to DIR")


def quarantine_export(
    to: Annotated[Path, typer.Option(help="Folder to write into, one folder per partner.")],
    partner: Partner = None,
    source: Source = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write quarantined rows as files to correct and put into the landing zone again.

    A file that was changed since an earlier export is left as it is and named; the exit code is
    then 1.
    """
    from dataclasses import asdict

    from ingest.quarantine.mend_files import export as write
    from ingest.safe_text import one_line
    from orchestration.cli.drawing.tables import print_hanging
    from scoring.words import plural

    places = options.places(landing, warehouse, None, policy)
    written, left = write(_quarantined(places, source, partner), to, places.store)
    kept = [file for file in written if file.kept]
    if json:
        options.print_json(
            {"files": [asdict(f) for f in written], "left_out": [asdict(f) for f in left]}
        )
    else:
        fresh = [file for file in written if not file.kept]
        for file in fresh:
            # A path stays whole, to be copied.
            faulty = plural(file.faulty, "row")
            print(one_line(f"{to / file.path}: {faulty} to correct, of {file.delivered_in}"))
        for one in left:
            print_hanging(options.console(), f"not exported: {one.file}: {one.message}")
        next_step = "correct them, then copy each partner's folder over the landing zone"
        print_hanging(options.console(), f"{len(fresh)} files in {to}; {next_step}")
    options.say_faults(
        [
            f"{to / file.path} was changed since it was exported, and is left as it is; move it "
            "away, or name another folder with --to, to have it written again"
            for file in kept
        ]
    )
    if kept:
        raise typer.Exit(1)
